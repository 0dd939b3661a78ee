"""What follows the national log beside the reconciler."""

import pytest

from central import log_follower, quality
from central.quality import quality_keeper
from runtime.database import DatabaseBusy
from tests.support.author import Author
from tests.support.rooms import VALID, Room


async def test_it_goes_on_until_nothing_is_left_and_looks_again_later(
    room: Room, hub: Author
) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    keeper = quality_keeper(room.centre)
    rests = [await keeper.step_s() for _ in range(2)]
    assert rests == [0.0, log_follower.IDLE_S]  # of a clock that stands still


async def test_it_gives_way_while_changes_wait_for_their_decision(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    assert await quality_keeper(room.centre).step_s() == log_follower.GIVE_WAY_S


@pytest.mark.parametrize(
    ("error", "said"),
    [(ValueError(), "following_broke"), (DatabaseBusy("not now"), "following_later")],
)
async def test_what_breaks_it_is_logged_and_tried_again(
    room: Room,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    said: str,
) -> None:
    def broken(*_: object) -> int:
        raise error

    monkeypatch.setattr(quality, "left_count", broken)
    assert await quality_keeper(room.centre).step_s() == log_follower.RETRY_S
    [record] = [it for it in caplog.records if it.message == said]
    assert vars(record)["follower"] == "quality_keeper"
