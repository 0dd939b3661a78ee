"""Two who decide at the same moment by what the other is about to change: one is refused."""

import threading
from collections.abc import Callable

from sqlalchemy import Connection

from central import staff, tokens
from central.agency import Agency
from central.centre import Centre
from central.scope import Scope
from central.staff import StaffRefused
from central.store import webhooks as store
from central.store.accounts import ACCOUNTS
from central.web.rights import Role
from central.webhooks import subscribing
from central.webhooks.addresses import WebhookRefused
from tests.support.desk import employ
from tests.support.rooms import Room
from tests.support.tokens import RINA
from tests.support.webhook_posts import LOOPBACK, OWNER

Work = Callable[[Connection, Centre], object]
WAIT_S = 2


def at_once(room: Room, *works: Work) -> list[str]:
    """Runs works of which each has read before any writes; the codes of those that are refused.

    SQLite has one writer: there the first does not wait for the second for ever.
    """
    refused, met = [], threading.Barrier(len(works))

    def run(work: Work) -> None:
        begun: list[bool] = []

        def meet(conn: Connection) -> None:
            ACCOUNTS.count(conn)  # takes the snapshot
            if not begun and conn.dialect.name == "postgresql":
                begun.append(True)
                met.wait(WAIT_S)
            work(conn, room.centre)

        try:
            room.centre.db.run_sync(meet)
        except (StaffRefused, WebhookRefused) as error:
            refused.append(error.code)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def stepping_down(name: str) -> Work:
    def work(conn: Connection, centre: Centre) -> None:
        staff.change(
            conn, centre, name, role="viewer", agency=Agency.PANRB, is_active=True, by=name
        )

    return work


def adding(owner: subscribing.Owner) -> Work:
    def work(conn: Connection, centre: Centre) -> None:
        subscribing.add(
            conn,
            centre,
            url="https://data.contoh.go.id/jipp",
            events=["hub.changed"],
            owner=owner,
            reachable=LOOPBACK,
        )

    return work


def test_of_two_administrators_who_step_down_at_once_one_stays(room: Room) -> None:
    for name in ("rina", "tuti"):
        employ(room.centre, name, Role.ADMINISTRATOR)
    assert at_once(room, stepping_down("rina"), stepping_down("tuti")) == ["last_administrator"]
    left = [it.role for it in room.read(lambda conn, _: ACCOUNTS.every(conn))]
    assert sorted(left) == ["administrator", "viewer"]


def test_of_three_two_may_step_down_at_once(room: Room) -> None:
    for name in ("budi", "rina", "tuti"):
        employ(room.centre, name, Role.ADMINISTRATOR)
    assert at_once(room, stepping_down("rina"), stepping_down("tuti")) == []


def test_two_webhooks_added_at_once_pass_no_limit(room: Room) -> None:
    token, _ = room.write(
        lambda conn, it: tokens.create(
            conn, it, name="Dasbor", scopes=[Scope.WEBHOOKS_WRITE], days=9, person=RINA
        )
    )
    owner = subscribing.Owner(person=RINA, token=token.id)
    for _ in range(subscribing.OF_A_TOKEN_MAX - 1):
        room.write(adding(owner))
    assert at_once(room, adding(owner), adding(owner)) == ["webhooks_too_many"]
    assert len(room.read(lambda conn, _: store.everyone(conn))) == subscribing.OF_A_TOKEN_MAX


def test_two_webhooks_of_persons_added_at_once_are_both_kept(room: Room) -> None:
    room.write(adding(OWNER))
    assert at_once(room, adding(OWNER), adding(OWNER)) == []
    assert len(room.read(lambda conn, _: store.everyone(conn))) == 3
