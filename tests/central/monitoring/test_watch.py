"""The watch: it looks every minute, and nothing that breaks it ends the service."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from central.monitoring.watch import ROUND_S, Watch
from central.reconciler import Reconciler
from central.settings import CentralSettings
from runtime.settings import make_settings
from tests.support.author import Author
from tests.support.postgres import Cluster
from tests.support.rooms import AUTHORITY, Room, opened_room
from tests.support.webhooks import webhook_receiver

HOUR_S = 3_600


class CountedSleeper:
    """Ends the loop after so many rests."""

    def __init__(self, rests: int) -> None:
        self.rests = rests
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        if len(self.slept) == self.rests:
            raise asyncio.CancelledError
        self.slept.append(seconds)


@dataclass(frozen=True)
class Elsewhere:
    """A centre whose database is a PostgreSQL that can be out of reach."""

    room: Room
    cluster: Cluster
    url: str

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody is connected to it meanwhile, nor can be."""
        self.cluster.shut(self.url)
        try:
            yield
        finally:
            self.cluster.reopen(self.url)


@pytest.fixture
def elsewhere(tmp_path: Path, postgres_cluster: Cluster) -> Iterator[Elsewhere]:
    url = postgres_cluster.fresh_database()
    with opened_room(tmp_path / "pusat", url) as room:
        yield Elsewhere(room, postgres_cluster, url)


def watch_of(room: Room, sleeper: CountedSleeper, url: str, **chosen: str) -> Watch:
    centre = replace(room.centre, sleeper=sleeper)
    said = {"authority": AUTHORITY, "alert_webhook": url, **chosen}
    settings = make_settings(CentralSettings, said)
    return Watch(centre, Reconciler(centre), settings)


@pytest.mark.usefixtures("hub")
async def test_it_rests_before_each_round_and_tells_what_is_wrong(room: Room) -> None:
    room.clock.advance(13 * HOUR_S)
    sleeper = CountedSleeper(2)
    async with webhook_receiver() as receiver:
        with pytest.raises(asyncio.CancelledError):
            await watch_of(room, sleeper, receiver.url).run_forever()
    assert sleeper.slept == [ROUND_S, ROUND_S]
    assert [it["event"] for it in receiver.bodies] == ["problem"]


async def test_a_database_that_is_away_is_told_once_and_so_is_its_return(
    elsewhere: Elsewhere,
) -> None:
    room = elsewhere.room
    async with webhook_receiver() as receiver:
        watch = watch_of(room, CountedSleeper(0), receiver.url)
        for lasting_s, told in ((0, 0), (10 * 60, 1), (HOUR_S, 1)):
            room.clock.advance(lasting_s)
            with elsewhere.away():
                await watch.once()
            assert len(receiver.bodies) == told
        await watch.once()
        await watch.once()
    problem, resolved = receiver.bodies
    assert [(it["kind"], it["code"]) for it in problem["causes"]] == [
        ("database/", "database_away")
    ]
    assert "Basis data pusat tidak dapat dipakai" in problem["text"]
    assert (resolved["event"], resolved["over"]) == ("resolved", ["database/"])


async def test_who_could_not_be_told_of_it_is_told_ten_minutes_later(elsewhere: Elsewhere) -> None:
    room = elsewhere.room
    async with webhook_receiver() as receiver:
        watch = watch_of(room, CountedSleeper(0), receiver.url)
        with elsewhere.away():
            await watch.once()
            room.clock.advance(10 * 60)
            receiver.status = 500
            await watch.once()
            receiver.status = 204
            await watch.once()
            assert len(receiver.bodies) == 1
            room.clock.advance(10 * 60)
            await watch.once()
    assert [it["event"] for it in receiver.bodies] == ["problem", "problem"]


async def test_what_cannot_be_kept_as_told_is_told_once_and_then_that_the_database_is_away(
    room: Room, hub: Author
) -> None:
    assert hub.hub == "51"
    room.clock.advance(13 * HOUR_S)
    async with webhook_receiver() as receiver:
        watch = watch_of(room, CountedSleeper(0), receiver.url)
        room.centre.db.broken = "the disk failed"
        await watch.once()
        await watch.once()
        room.clock.advance(10 * 60)
        await watch.once()
        assert [it["causes"][0]["kind"] for it in receiver.bodies] == ["silent/51", "database/"]
        room.centre.db.broken = ""
        await watch.once()
    assert [it["event"] for it in receiver.bodies] == ["problem", "problem", "resolved"]


async def test_a_database_away_in_quiet_hours_is_told_after_them(elsewhere: Elsewhere) -> None:
    room = elsewhere.room
    async with webhook_receiver() as receiver:
        watch = watch_of(room, CountedSleeper(0), receiver.url, alert_quiet_hours="22-6")
        room.clock.advance(10 * HOUR_S)
        began = room.clock.now()
        with elsewhere.away():
            await watch.once()
            room.clock.advance(HOUR_S)
            await watch.once()
            assert receiver.bodies == []
            room.clock.advance(8 * HOUR_S)
            await watch.once()
    [body] = receiver.bodies
    assert body["causes"][0]["since"] == began.isoformat()
