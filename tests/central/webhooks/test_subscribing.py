from collections.abc import Sequence

import pytest
from sqlalchemy import select

from central import tokens
from central.scope import Scope
from central.store import webhooks as store
from central.store.audit import AUDIT
from central.store.webhooks import WebhookRow
from central.webhooks import subscribing
from central.webhooks.addresses import WebhookRefused
from central.webhooks.events import SCOPE_OF
from central.webhooks.subscribing import Owner
from tests.support.rooms import Room
from tests.support.tokens import RINA
from tests.support.webhook_posts import OWNER, hooked

URL = "https://data.contoh.go.id/jipp"


def of_token(token: str, *scopes: Scope) -> Owner:
    return Owner(person=RINA, token=token, scopes=scopes)


def audited(room: Room) -> list[tuple[str, str]]:
    found = select(AUDIT.c.what, AUDIT.c.detail).order_by(AUDIT.c.id)
    return [tuple(row) for row in room.read(lambda conn, _: conn.execute(found).all())]


def refusal(room: Room, url: str, *events: str, owner: Owner = OWNER) -> str:
    with pytest.raises(WebhookRefused) as refused:
        hooked(room, url, *events, owner=owner)
    return refused.value.code


def every(room: Room) -> Sequence[WebhookRow]:
    return room.read(lambda conn, _: store.everyone(conn))


def test_a_webhook_is_kept_and_audited(room: Room) -> None:
    row = hooked(room, URL, "innovation.withdrawn", "innovation.published")
    assert [it.events for it in every(room)] == ["innovation.published innovation.withdrawn"]
    assert audited(room) == [("webhook.added", f"{row.id} data.contoh.go.id, by panrb/rina")]


@pytest.mark.parametrize("events", [(), ("innovation.deleted",), ("webhook.test",)])
def test_a_webhook_asks_for_types_that_there_are(room: Room, events: tuple[str, ...]) -> None:
    assert refusal(room, URL, *events) == "webhook_malformed"
    assert every(room) == []


@pytest.mark.parametrize(("event", "scope"), SCOPE_OF.items())
def test_a_token_asks_for_what_it_may_read(room: Room, event: str, scope: Scope | None) -> None:
    without = of_token("a", Scope.WEBHOOKS_WRITE)
    if scope is None:
        hooked(room, URL, event, owner=without)
    else:
        assert refusal(room, URL, event, owner=without) == "scope_missing"
        hooked(room, URL, event, owner=of_token("a", scope))


def test_a_token_has_a_bounded_number_of_webhooks(room: Room) -> None:
    owner = of_token("a", *Scope)
    for _ in range(subscribing.OF_A_TOKEN_MAX):
        hooked(room, URL, "hub.changed", owner=owner)
    assert refusal(room, URL, "hub.changed", owner=owner) == "webhooks_too_many"
    hooked(room, URL, "hub.changed", owner=of_token("b", *Scope))


def test_the_centre_has_a_bounded_number_of_webhooks(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "WEBHOOKS_MAX", 1)
    hooked(room, URL, "hub.changed")
    assert refusal(room, URL, "hub.changed") == "webhooks_too_many"


def test_a_token_finds_its_own_alone(room: Room) -> None:
    row = hooked(room, URL, "hub.changed", owner=of_token("a", *Scope))
    assert room.read(lambda conn, _: subscribing.get(conn, row.id, token="a")).id == row.id
    with pytest.raises(WebhookRefused) as refused:
        room.read(lambda conn, _: subscribing.get(conn, row.id, token="b"))
    assert refused.value.code == "webhook_unknown"


def test_a_removed_webhook_is_gone_and_audited(room: Room) -> None:
    row = hooked(room, URL, "hub.changed")
    room.write(lambda conn, centre: subscribing.remove(conn, centre, row, OWNER))
    assert every(room) == []
    assert [what for what, _ in audited(room)] == ["webhook.added", "webhook.removed"]


def test_webhooks_end_with_the_token_that_added_them(room: Room) -> None:
    token, _ = room.write(
        lambda conn, centre: tokens.create(
            conn, centre, name="Dasbor", scopes=[Scope.WEBHOOKS_WRITE], days=9, person=RINA
        )
    )
    hooked(room, URL, "hub.changed", owner=of_token(token.id))
    kept = hooked(room, URL, "hub.changed")
    room.write(lambda conn, centre: tokens.revoke(conn, centre, token.id, RINA))
    states = {it.id: it.state for it in every(room)}
    assert sorted(states.values()) == ["active", "disabled"]
    assert states[kept.id] == "active"


def test_one_whose_last_attempt_failed_stands_apart_from_what_is_well_and_from_what_is_disabled(
    room: Room,
) -> None:
    row = hooked(room, URL, "hub.changed")
    failing = row.model_copy(update={"failing_since": room.clock.now()})
    off = failing.model_copy(update={"state": store.DISABLED})
    assert [store.standing_of(it) for it in (row, failing, off)] == list(store.STANDINGS)


def test_enabling_one_that_is_active_changes_nothing(room: Room) -> None:
    row = hooked(room, URL, "hub.changed")
    room.write(lambda conn, centre: subscribing.enable(conn, centre, row, OWNER))
    assert [what for what, _ in audited(room)] == ["webhook.added"]
