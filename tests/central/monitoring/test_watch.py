"""The watch: it looks every minute, and nothing that breaks it ends the service."""

import asyncio
from dataclasses import replace

import pytest

from central.monitoring.watch import ROUND_S, Watch
from central.reconciler import Reconciler
from central.settings import CentralSettings
from tests.support.author import Author
from tests.support.rooms import AUTHORITY, Room
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


def watch_of(room: Room, sleeper: CountedSleeper, url: str) -> Watch:
    centre = replace(room.centre, sleeper=sleeper)
    settings = CentralSettings(authority=AUTHORITY, alert_webhook=url)
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


async def test_a_database_that_cannot_be_written_does_not_end_it(room: Room, hub: Author) -> None:
    assert hub.hub == "51"
    room.clock.advance(13 * HOUR_S)
    room.centre.db.broken = "the disk failed"
    async with webhook_receiver() as receiver:
        watch = watch_of(room, CountedSleeper(1), receiver.url)
        with pytest.raises(asyncio.CancelledError):
            await watch.run_forever()
