"""What waits to be delivered: filled behind the national log, claimed, tried, and tried again.

At least once, in order. A webhook is posted to by one process at a time, which has claimed it for a
while; where that process dies, the next one tries the same delivery again once the claim is over.
After a failure the whole webhook rests, twice as long each time, so that a receiver that is down is
not asked for every event; a delivery that has failed often steps aside for the next, because one
that a receiver cannot take must not hold up the others for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import announced, deliveries
from central.store import webhooks as store
from central.store.deliveries import DELIVERED, FAILED, WAITING, Attempt, Delivery
from central.store.webhooks import ACTIVE, WebhookRow
from central.webhooks import events as telling
from central.webhooks.addresses import WebhookRefused
from central.webhooks.events import TEST, Event, body_of, event_id
from central.webhooks.subscribing import (
    NO_SUCCESS,
    RECEIVER_GONE,
    TOO_FAR_BEHIND,
    check_token,
    disable,
    note_act,
)

DECISIONS_A_STEP = 200
"""Some tens of milliseconds: SQLite has one writer, and deciding comes first."""

CLAIM = timedelta(seconds=60)
"""Longer than any attempt may take (`central.webhooks.sending`)."""

REST_S, REST_MAX_S = 10, 3_600
ATTEMPTS_MAX = 10
"""Then a delivery steps aside: after an hour and a half where the receiver was well before."""

PATIENCE = timedelta(days=3)
"""A webhook that has taken nothing for so long is disabled."""

WAITING_MAX = 20_000
"""So many wait for a webhook at most; one that falls further behind is disabled."""

KEPT = timedelta(days=30)
TEST_EVERY = timedelta(seconds=5)
"""Whoever may add a webhook must not make the centre knock at others' doors without a pause."""

SUCCESSES = range(200, 300)
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that this process may try now, and where it goes."""

    webhook: WebhookRow
    delivery: Delivery


def follow(conn: Connection, centre: Centre, *, base_url: str) -> int:
    """Lets what the next decisions make news of wait; returns how many decisions it were."""
    start = announced.followed(conn, centre.national_origin)
    size = centre.logs.open(conn, centre.national_origin).tree.size
    if not store.active(conn, now=centre.clock.now()):
        return 0
    if start is None:  # another epoch, whose log carries over what was told
        announced.save_followed(conn, centre.national_origin, size)
        return 0
    end = min(size, start + DECISIONS_A_STEP)
    if end <= start:
        return 0
    add(conn, centre, telling.events_between(conn, centre, start, end), base_url=base_url)
    announced.save_followed(conn, centre.national_origin, end)
    return end - start


def add(conn: Connection, centre: Centre, events: Sequence[Event], *, base_url: str) -> None:
    """Lets events wait for every webhook that asked for their types."""
    bodies = [(event, body_of(event, centre, base_url=base_url)) for event in events]
    for hook in store.active(conn, now=centre.clock.now()):
        wanted = hook.events.split()
        _add(conn, centre, hook, [it for it in bodies if it[0].type in wanted])


def left_count(conn: Connection, centre: Centre) -> int:
    """Decisions that `follow` has still to look at; 0 while there is nobody to tell."""
    if not store.active(conn, now=centre.clock.now()):
        return 0
    size = centre.logs.open(conn, centre.national_origin).tree.size
    return max(0, size - (announced.followed(conn, centre.national_origin) or 0))


def due(conn: Connection, centre: Centre) -> list[str]:
    """The webhooks, by id, that have rested and for which something waits."""
    now = centre.clock.now()
    rested = [hook.id for hook in store.active(conn, now=now) if is_due(hook, now)]
    return [hook for hook in rested if deliveries.first_waiting(conn, hook) is not None]


def claim(conn: Connection, centre: Centre, webhook: str) -> Claim | None:
    """What a webhook may be told now, if it is due; for some while nobody else tries it."""
    hook, now = store.get(conn, webhook), centre.clock.now()
    if hook is None or hook.state != ACTIVE or not is_due(hook, now):
        return None
    if not store.is_allowed(conn, webhook, now=now):
        return None
    first = deliveries.first_waiting(conn, webhook)
    if first is None:
        return None
    store.change(conn, webhook, next_at=now + CLAIM)
    return Claim(webhook=hook, delivery=first)


def is_due(hook: WebhookRow, now: datetime) -> bool:
    """Whether a webhook has rested; one that would rest for too long shows a clock set back."""
    return hook.next_at <= now or hook.next_at > now + timedelta(seconds=REST_MAX_S) + CLAIM


def note(
    conn: Connection, centre: Centre, claimed: Claim, attempt: Attempt, *, asked_s: int = 0
) -> None:
    """Keeps how an attempt went, and what follows from it.

    Args:
        conn: an open transaction.
        centre: the centre.
        claimed: what was tried.
        attempt: how it went.
        asked_s: for how long the receiver asks to be left alone.
    """
    delivery, now = claimed.delivery, centre.clock.now()
    hook = store.get(conn, delivery.webhook)
    if hook is None:  # removed meanwhile
        return
    if is_success(attempt):
        deliveries.note(conn, delivery.number, attempt, state=DELIVERED)
        well = {"failure_count": 0, "failing_since": None, "next_at": now}
        store.change(conn, hook.id, **well)
        return
    is_last = delivery.attempt_count + 1 >= ATTEMPTS_MAX
    deliveries.note(conn, delivery.number, attempt, state=FAILED if is_last else WAITING)
    since, count = hook.failing_since or now, hook.failure_count + 1
    rest = timedelta(seconds=min(REST_MAX_S, max(rest_s(count), asked_s)))
    failing = {"failure_count": count, "failing_since": since, "next_at": now + rest}
    store.change(conn, hook.id, **failing)
    if hook.state == ACTIVE and attempt.status == GONE:
        disable(conn, centre, hook, reason=RECEIVER_GONE)
    elif hook.state == ACTIVE and now - since >= PATIENCE:
        disable(conn, centre, hook, reason=NO_SUCCESS)


def is_success(attempt: Attempt) -> bool:
    """Whether the receiver has taken it."""
    return attempt.status in SUCCESSES


def rest_s(failure_count: int) -> int:
    """For how long a webhook is left alone after so many failures, at least one."""
    return min(REST_MAX_S, REST_S << min(failure_count - 1, 16))


def add_test(
    conn: Connection, centre: Centre, hook: WebhookRow, *, base_url: str, by: str
) -> Claim:
    """An event of the type `webhook.test`, to be tried by whoever asked for it, and once.

    Args:
        conn: an open transaction.
        centre: the centre.
        hook: the webhook.
        base_url: the centre's address, for links.
        by: who asks, as the audit names them.

    Raises:
        WebhookRefused: the last test was a moment ago (`webhook_test_too_soon`).
    """
    last = deliveries.newest_of_type(conn, hook.id, TEST)
    if last is not None and abs(centre.clock.now() - last.made_at) < TEST_EVERY:
        raise WebhookRefused("the last test was a moment ago", code="webhook_test_too_soon")
    size = centre.logs.open(conn, centre.national_origin).tree.size
    nonce = centre.entropy.bytes(8).hex()
    event = Event(type=TEST, place=size, subject=nonce, members={"webhook": hook.id})
    name, body = event_id(event, centre.epoch), body_of(event, centre, base_url=base_url)
    now = centre.clock.now()
    deliveries.add(conn, hook.id, [(name, TEST, body)], at=now, state=FAILED)
    note_act(conn, centre, "webhook.tested", hook, by)
    delivery = deliveries.of_event(conn, hook.id, name)
    if delivery is None:
        raise LookupError(name)
    return Claim(webhook=hook, delivery=delivery)


def note_test(conn: Connection, claimed: Claim, attempt: Attempt) -> None:
    """Keeps how a test went; the webhook's own failures are not counted by it."""
    state = DELIVERED if is_success(attempt) else FAILED
    deliveries.note(conn, claimed.delivery.number, attempt, state=state)


def redeliver(conn: Connection, centre: Centre, hook: WebhookRow, number: int, *, by: str) -> None:
    """Lets a delivery wait again, before those that came after it, and be tried at once.

    Args:
        conn: an open transaction.
        centre: the centre.
        hook: the webhook.
        number: of the delivery.
        by: who asks, as the audit names them.

    Raises:
        WebhookRefused: there is no such delivery (`delivery_unknown`), the webhook is disabled
            (`webhook_disabled`), or its token counts no more (`webhook_token_over`).
    """
    if deliveries.get(conn, hook.id, number) is None:
        raise WebhookRefused("there is no such delivery", code="delivery_unknown")
    check_token(conn, centre, hook)
    if hook.state != ACTIVE:
        raise WebhookRefused("enable the webhook first", code="webhook_disabled")
    deliveries.let_wait(conn, number)
    store.change(conn, hook.id, next_at=centre.clock.now())
    note_act(conn, centre, "webhook.redelivered", hook, by)


def forget_old(conn: Connection, centre: Centre) -> int:
    """Forgets deliveries of long ago that do not wait; returns how many it were."""
    return deliveries.forget_before(conn, centre.clock.now() - KEPT)


def _add(
    conn: Connection, centre: Centre, hook: WebhookRow, bodies: Sequence[tuple[Event, bytes]]
) -> None:
    if deliveries.waiting_count(conn, hook.id) + len(bodies) > WAITING_MAX:
        disable(conn, centre, hook, reason=TOO_FAR_BEHIND)
        return
    rows = [(event_id(event, centre.epoch), event.type, body) for event, body in bodies]
    deliveries.add(conn, hook.id, rows, at=centre.clock.now())
