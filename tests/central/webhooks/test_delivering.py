"""Delivery at least once: what fails, rests, steps aside, is given up, and is tried again."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from central.store import webhooks as store
from central.store.audit import AUDIT
from central.store.webhooks import WebhookRow
from central.webhooks import queue, subscribing
from central.webhooks.addresses import WebhookRefused
from central.webhooks.queue import Claim
from central.webhooks.sending import attempt, open_transport
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.decided import until
from tests.support.rooms import Room
from tests.support.webhook_posts import (
    BASE_URL,
    LOOPBACK,
    NOBODY,
    OWNER,
    Receiver,
    delivered,
    hooked,
    logged,
    receiving,
)

PUBLISHED = "innovation.published"


@pytest.fixture
def hook(room: Room, hub: Author, receiver: Receiver) -> WebhookRow:
    """A webhook for which three events wait."""
    row = hooked(room, receiver.url, PUBLISHED)
    with_records_now(room, hub, 3)
    return row


def with_records_now(room: Room, hub: Author, count: int) -> None:
    with_records(room, hub, *({"title": f"Layanan nomor {n}"} for n in range(count)))


def now(room: Room, hook: WebhookRow) -> WebhookRow:
    return room.read(lambda conn, _: subscribing.get(conn, hook.id))


def claim(room: Room, hook: WebhookRow) -> Claim:
    """What a webhook may be told now."""
    claimed = room.write(lambda conn, centre: queue.claim(conn, centre, hook.id))
    assert claimed is not None
    return claimed


def audited(room: Room, what: str) -> list[str]:
    found = select(AUDIT.c.detail).where(AUDIT.c.what == what)
    return room.read(lambda conn, _: list(conn.execute(found).scalars()))


async def test_each_event_arrives_once_where_all_is_well(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    await delivered(room)
    await delivered(room)
    assert len({str(post.document["id"]) for post in receiver.posts}) == len(receiver.posts) == 3
    assert {it.state for it, _ in logged(room, hook.id)} == {"delivered"}


async def test_a_failed_event_comes_again_with_its_id_before_those_behind_it(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [500, 204]
    await delivered(room)
    assert len(receiver.posts) == 1
    room.clock.advance(queue.rest_s(1))
    await delivered(room)
    ids = [post.document["id"] for post in receiver.posts]
    assert (len(ids), ids[0]) == (4, ids[1])
    assert now(room, hook).failure_count == 0


async def test_a_webhook_rests_twice_as_long_after_each_failure(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    for count in (1, 2, 3):
        await delivered(room)
        row = now(room, hook)
        rest = row.next_at - room.clock.now()
        assert (row.failure_count, rest) == (count, timedelta(seconds=10 * 2 ** (count - 1)))
        room.clock.advance(rest.total_seconds())


def test_a_rest_has_an_end() -> None:
    assert queue.rest_s(1) == 10
    assert queue.rest_s(40) == queue.rest_s(1_000) == 3_600


async def test_a_receiver_says_for_how_long_it_is_to_be_left_alone(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [503], {"Retry-After": "120"}
    await delivered(room)
    assert now(room, hook).next_at - room.clock.now() == timedelta(seconds=120)


async def test_a_receiver_cannot_ask_for_ever(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [503], {"Retry-After": "999999999"}
    await delivered(room)
    assert now(room, hook).next_at - room.clock.now() == timedelta(hours=1)


async def test_an_event_that_is_never_taken_steps_aside(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [400] * queue.ATTEMPTS_MAX + [204]
    for _ in range(queue.ATTEMPTS_MAX):
        await delivered(room)
        room.clock.advance(3_600)
    await delivered(room)
    states = [(it.state, len(attempts)) for it, attempts in logged(room, hook.id)]
    assert states == [("failed", queue.ATTEMPTS_MAX), ("delivered", 1), ("delivered", 1)]


async def test_a_receiver_that_is_down_for_three_days_is_disabled_with_an_audit_row(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    await delivered(room)
    room.clock.advance(timedelta(days=3).total_seconds())
    await delivered(room)
    row = now(room, hook)
    assert (row.state, row.reason) == ("disabled", "no_success")
    assert len(audited(room, "webhook.disabled")) == 1
    room.clock.advance(3_600)
    assert await delivered(room) == 0


async def test_a_receiver_that_is_gone_for_good_is_disabled_at_once(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [410]
    await delivered(room)
    assert now(room, hook).state == "disabled"


async def test_what_waited_is_delivered_once_it_is_enabled_and_what_happened_between_is_not(
    room: Room, hub: Author, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [410]
    await delivered(room)
    await asyncio.to_thread(with_records_now, room, hub, 2)
    await delivered(room)
    receiver.statuses = [204]
    receiver.posts.clear()
    row = now(room, hook)
    room.write(lambda conn, centre: subscribing.enable(conn, centre, row, OWNER))
    await delivered(room)
    assert len(receiver.posts) == 3


async def test_a_delivered_event_can_be_delivered_again(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    await delivered(room)
    first, _ = logged(room, hook.id)[0]
    room.write(
        lambda conn, centre: queue.redeliver(conn, centre, now(room, hook), first.number, by="rina")
    )
    await delivered(room)
    assert receiver.posts[-1].document == receiver.posts[0].document
    assert [len(attempts) for _, attempts in logged(room, hook.id)] == [2, 1, 1]


async def test_a_redelivery_does_not_wait_for_the_rest_to_end(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses = [500, 204]
    await delivered(room)
    first, _ = logged(room, hook.id)[0]
    room.write(
        lambda conn, centre: queue.redeliver(conn, centre, now(room, hook), first.number, by="rina")
    )
    await delivered(room)
    assert len(receiver.posts) == 4


def test_what_there_is_not_cannot_be_delivered_again(room: Room, hook: WebhookRow) -> None:
    with pytest.raises(WebhookRefused) as refused:
        room.write(lambda conn, centre: queue.redeliver(conn, centre, hook, 999, by="rina"))
    assert refused.value.code == "delivery_unknown"


async def test_a_process_that_dies_between_posting_and_writing_it_down_posts_again(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    async with open_transport(LOOPBACK) as transport:
        await attempt(room.centre, transport, claim(room, hook))
    assert await delivered(room) == 0
    room.clock.advance(queue.CLAIM.total_seconds())
    await delivered(room)
    ids = [post.document["id"] for post in receiver.posts]
    assert (len(ids), ids[0]) == (4, ids[1])


def test_two_processes_do_not_claim_the_same(room: Room, hook: WebhookRow) -> None:
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    claim(room, hook)
    assert room.write(lambda conn, centre: queue.claim(conn, centre, hook.id)) is None


def test_a_clock_that_was_set_back_by_years_stops_nothing(room: Room, hook: WebhookRow) -> None:
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    room.write(lambda conn, _: store.change(conn, hook.id, next_at=room.clock.now()))
    room.clock.jump(-10 * 365 * 86_400)
    assert room.read(queue.due) == [hook.id]
    claim(room, hook)


async def test_a_slow_receiver_holds_up_no_other(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    async with receiving() as slow:
        slow.may_answer.clear()
        for url in (slow.url, receiver.url):
            hooked(room, url, PUBLISHED)
        await asyncio.to_thread(with_records_now, room, hub, 3)
        delivering = asyncio.create_task(delivered(room))
        await until(lambda: len(receiver.posts) == 3)
        assert len(slow.posts) == 1
        slow.may_answer.set()
        await delivering
    assert len(slow.posts) == 3


async def test_one_that_nobody_answers_for_holds_up_no_other(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, "http://127.0.0.1:9/jipp", PUBLISHED)
    hooked(room, receiver.url, PUBLISHED)
    await asyncio.to_thread(with_records_now, room, hub, 3)
    await delivered(room)
    assert len(receiver.posts) == 3


def test_a_test_may_be_asked_for_every_few_seconds(room: Room, hook: WebhookRow) -> None:
    for _ in range(2):
        room.write(
            lambda conn, centre: queue.add_test(conn, centre, hook, base_url=BASE_URL, by="rina")
        )
        with pytest.raises(WebhookRefused) as refused:
            room.write(
                lambda conn, centre: queue.add_test(
                    conn, centre, hook, base_url=BASE_URL, by="rina"
                )
            )
        assert refused.value.code == "webhook_test_too_soon"
        room.clock.advance(queue.TEST_EVERY.total_seconds())


async def test_the_log_says_what_the_receiver_answered(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses, receiver.text = [500], "Galat\x1b[31m\r\n" + "x" * 1_000
    await delivered(room)
    [tried] = logged(room, hook.id)[0][1]
    assert (tried.status, tried.reason) == (500, "")
    assert tried.answer == ("Galat [31m " + "x" * 1_000)[:200]


async def test_an_endless_answer_is_a_failure_with_a_reason(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.text = "x" * 70_000
    receiver.statuses = [200]
    await delivered(room)
    [tried] = logged(room, hook.id)[0][1]
    assert (tried.status, tried.reason) == (None, "too_large")


async def test_a_redirect_is_not_followed_and_counts_as_a_failure(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [307], {"Location": receiver.url}
    await delivered(room)
    assert len(receiver.posts) == 1
    assert logged(room, hook.id)[0][0].state == "waiting"


async def test_an_address_that_has_become_one_of_the_inside_is_not_posted_to(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    async with open_transport(NOBODY) as transport:
        claimed = claim(room, hook)
        tried = await attempt(room.centre, transport, claimed)
    assert (tried.attempt.reason, receiver.posts) == ("address_refused", [])


async def test_a_webhook_that_falls_too_far_behind_is_disabled(
    room: Room, hook: WebhookRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WAITING_MAX", 2)
    await delivered(room)
    assert (now(room, hook).state, logged(room, hook.id)) == ("disabled", [])


async def test_a_webhook_that_is_removed_while_it_is_posted_to_leaves_nothing(
    room: Room, hook: WebhookRow, receiver: Receiver
) -> None:
    room.write(lambda conn, centre: queue.follow(conn, centre, base_url=BASE_URL))
    async with open_transport(LOOPBACK) as transport:
        claimed = claim(room, hook)
        tried = await attempt(room.centre, transport, claimed)
        room.write(lambda conn, centre: subscribing.remove(conn, centre, hook, OWNER))
    room.write(lambda conn, centre: queue.note(conn, centre, claimed, tried.attempt))
    assert len(receiver.posts) == 1
    assert room.read(lambda conn, _: store.everyone(conn)) == []


async def test_what_was_delivered_is_forgotten_after_a_month_and_what_waits_is_not(
    room: Room, hub: Author, hook: WebhookRow, receiver: Receiver
) -> None:
    await delivered(room)
    receiver.statuses = [500]
    await asyncio.to_thread(with_records_now, room, hub, 1)
    await delivered(room)
    room.clock.advance(timedelta(days=31).total_seconds())
    assert room.write(queue.forget_old) == 3
    assert [it.state for it, _ in logged(room, hook.id)] == ["waiting"]
