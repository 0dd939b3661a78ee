"""The quality keeper beside the reconciler."""

import pytest

from central import quality, quality_keeper
from central.quality_keeper import QualityKeeper
from tests.support.author import Author
from tests.support.rooms import VALID, Room


async def test_it_goes_on_until_nothing_is_left_and_looks_again_later(
    room: Room, hub: Author
) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    keeper = QualityKeeper(room.centre)
    rests = [await keeper.step_s() for _ in range(2)]
    assert rests == [0.0, quality_keeper.IDLE_S]  # of a clock that stands still


async def test_it_gives_way_while_changes_wait_for_their_decision(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    assert await QualityKeeper(room.centre).step_s() == quality_keeper.GIVE_WAY_S


async def test_what_breaks_it_is_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ValueError

    monkeypatch.setattr(quality, "left_count", broken)
    assert await QualityKeeper(room.centre).step_s() == quality_keeper.RETRY_S
