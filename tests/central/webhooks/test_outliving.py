"""A webhook ends with the token that added it: nothing is delivered, and nobody enables it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from central import tokens
from central.scope import Scope
from central.store.audit import AUDIT
from central.store.tokens import TokenRow
from central.store.webhooks import WebhookRow
from central.webhooks import queue, subscribing
from central.webhooks.addresses import WebhookRefused
from central.webhooks.subscribing import Owner
from tests.support.author import Author
from tests.support.rooms import VALID, Room
from tests.support.tokens import RINA
from tests.support.webhook_posts import (
    BASE_URL,
    OWNER,
    Receiver,
    delivered,
    hooked,
    logged,
)

PUBLISHED = "innovation.published"


@pytest.fixture
def token(room: Room) -> TokenRow:
    """A token that counts for one day."""
    made, _ = room.write(
        lambda conn, centre: tokens.create(
            conn, centre, name="Dasbor", scopes=[Scope.WEBHOOKS_WRITE], days=1, person=RINA
        )
    )
    return made


@pytest.fixture
def hook(room: Room, token: TokenRow, receiver: Receiver) -> WebhookRow:
    """A webhook that the token added."""
    return hooked(room, receiver.url, PUBLISHED, owner=Owner(person=RINA, token=token.id))


def now(room: Room, hook: WebhookRow) -> WebhookRow:
    return room.read(lambda conn, _: subscribing.get(conn, hook.id))


async def published(room: Room, hub: Author) -> None:
    """One innovation more that readers find."""
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()


def expire(room: Room) -> None:
    room.clock.advance(timedelta(days=1).total_seconds())


async def test_what_waits_for_a_webhook_is_not_claimed_once_its_token_has_expired(
    room: Room, hub: Author, hook: WebhookRow
) -> None:
    await published(room, hub)
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    assert room.read(queue.due) == [hook.id]
    expire(room)
    assert room.read(queue.due) == []
    assert room.write(lambda conn, centre: queue.claim(conn, centre, hook.id)) is None


async def test_the_deliverer_disables_it_and_says_why(
    room: Room, hub: Author, hook: WebhookRow, receiver: Receiver
) -> None:
    expire(room)
    await published(room, hub)
    await delivered(room)
    found = now(room, hook)
    assert (found.state, found.reason) == ("disabled", "token_expired")
    assert (receiver.posts, logged(room, hook.id)) == ([], [])
    rows = room.read(lambda conn, _: conn.execute(select(AUDIT.c.what, AUDIT.c.detail)).all())
    assert "webhook.disabled" in [row.what for row in rows if row.detail.endswith("token_expired")]


async def test_one_of_a_person_goes_on_beside_it(
    room: Room, hub: Author, hook: WebhookRow, receiver: Receiver
) -> None:
    kept = hooked(room, receiver.url, PUBLISHED)
    expire(room)
    await published(room, hub)
    await delivered(room)
    assert len(receiver.posts) == 1
    assert (now(room, kept).state, now(room, hook).state) == ("active", "disabled")


@pytest.mark.parametrize("how", ["expired", "revoked"])
async def test_enabling_it_is_refused(
    room: Room, token: TokenRow, hook: WebhookRow, how: str
) -> None:
    if how == "revoked":
        room.write(lambda conn, centre: tokens.revoke(conn, centre, token.id, RINA))
    else:
        expire(room)
        await delivered(room)
    with pytest.raises(WebhookRefused) as refused:
        room.write(lambda conn, centre: subscribing.enable(conn, centre, now(room, hook), OWNER))
    assert refused.value.code == "webhook_token_over"
    assert (now(room, hook).state, now(room, hook).reason) == ("disabled", f"token_{how}")


async def test_delivering_again_is_refused_before_anybody_has_disabled_it(
    room: Room, hub: Author, hook: WebhookRow
) -> None:
    await published(room, hub)
    await delivered(room)
    [(delivery, _)] = logged(room, hook.id)
    expire(room)
    with pytest.raises(WebhookRefused) as refused:
        room.write(
            lambda conn, centre: queue.redeliver(conn, centre, hook, delivery.number, by="rina")
        )
    assert refused.value.code == "webhook_token_over"
