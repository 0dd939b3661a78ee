"""Hubs that fall silent and are heard of again, by the clock that a test holds in its hands."""

from datetime import timedelta

from central.store import hubs, reports
from central.webhooks import silence
from tests.support.author import Author
from tests.support.rooms import Room
from tests.support.webhook_posts import BASE_URL, Receiver, delivered, hooked

TYPES = ("hub.silent", "hub.heard")
LONG = timedelta(hours=13).total_seconds()
"""Over twice the target of six hours."""


def heard(room: Room, hub: str = "51") -> None:
    """A run of the hub that went well, now."""
    now = room.clock.now()
    room.write(lambda conn, _: reports.keep_good(conn, hub, at=now))
    room.write(lambda conn, _: hubs.change(conn, hub, last_seen_at=now))


async def test_a_hub_that_falls_silent_is_told_once(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, *TYPES)
    heard(room, hub.hub)
    await delivered(room)
    assert receiver.posts == []
    room.clock.advance(LONG)
    await delivered(room)
    await delivered(room)
    [post] = receiver.posts
    assert (post.document["type"], post.document["hub"]) == ("hub.silent", "51")


async def test_one_that_is_heard_of_again_is_told_too_and_may_fall_silent_again(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, *TYPES)
    for _ in range(2):
        heard(room, hub.hub)
        await delivered(room)
        room.clock.advance(LONG)
        await delivered(room)
    assert receiver.types == ["hub.silent", "hub.heard", "hub.silent"]
    assert len({str(post.document["id"]) for post in receiver.posts}) == 3


def test_nobody_looks_where_nobody_asked(room: Room, hub: Author, receiver: Receiver) -> None:
    hooked(room, receiver.url, "hub.changed")
    heard(room, hub.hub)
    room.clock.advance(LONG)
    assert not room.read(lambda conn, centre: silence.is_news(conn, centre, default_hours=6))


def test_a_silent_hub_is_news_once(room: Room, hub: Author, receiver: Receiver) -> None:
    hooked(room, receiver.url, "hub.heard")
    heard(room, hub.hub)
    room.clock.advance(LONG)

    def news() -> int:
        return room.write(
            lambda conn, centre: silence.follow(conn, centre, base_url=BASE_URL, default_hours=6)
        )

    assert news() == 1
    assert news() == 0
