"""A batch that fails: whose fault it is, who waits, and what is held."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from central import batch, reconciler
from central.issued import LOCK_FILE, MARK_FILE, HistoryLost
from central.reconciler import HOLDS_IN_A_ROW_MAX, REST_MAX_S, RETRY_S, Reconciler, Setback
from protocol.entries.decisions import ChangeHeld, Outcome
from protocol.reconcile import Prepared
from protocol.reconcile import reconcile as decide
from protocol.verdicts import Known
from runtime.database import DatabaseBusy
from runtime.durable import IssuedMark
from tests.support.author import Author
from tests.support.decided import lose_entry, marked_size, outcomes, reconciled, running, until
from tests.support.rooms import VALID, Room


def write(hub: Author, count: int) -> None:
    """Changes that will be applied."""
    for number in range(1, count + 1):
        hub.put(number, VALID)


def break_at(*places: int) -> Callable[..., Outcome]:
    """Decides as ever, but breaks on some entries of a hub's log."""

    def decide_or_break(known: Known, prepared: Prepared, **given: Any) -> Outcome:
        if given["index"] in places:
            raise RecursionError("ours")
        return decide(known, prepared, **given)

    return decide_or_break


async def rounds(room: Room, reconciler_: Reconciler, count: int) -> list[int]:
    """Rounds with more than the longest rest between them; how many each decided."""
    decided = []
    for _ in range(count):
        decided.append(await reconciler_.run_once())
        room.clock.advance(REST_MAX_S)
    return decided


async def test_an_entry_that_breaks_the_centre_is_held_and_blocks_nothing(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(hub, 5)
    room.submit(hub)
    monkeypatch.setattr(batch, "reconcile", break_at(3))
    await rounds(room, Reconciler(room.centre), 8)
    assert outcomes(room) == ["noop", "applied", "applied", "held", "applied", "applied"]
    assert [it.code for it in room.decisions() if isinstance(it, ChangeHeld)] == ["decision_failed"]


async def test_an_entry_that_breaks_the_centre_once_is_not_held(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.submit(hub)
    patient = Reconciler(room.centre)
    with monkeypatch.context() as broken:
        broken.setattr(batch, "reconcile", break_at(0))
        assert await patient.run_once() == 0
    assert await patient.run_once() == 0, "it rests first"
    room.clock.advance(RETRY_S)
    assert await patient.run_once() == 1
    assert outcomes(room) == ["noop"]
    assert patient.setbacks == {}


async def test_a_centre_that_breaks_on_everything_does_not_hold_everything(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(hub, 20)
    room.submit(hub)
    patient = Reconciler(room.centre)
    with monkeypatch.context() as broken:
        broken.setattr(batch, "reconcile", break_at(*range(21)))
        await rounds(room, patient, 20)
    assert outcomes(room) == ["held"] * HOLDS_IN_A_ROW_MAX
    await rounds(room, patient, 8)
    assert outcomes(room)[HOLDS_IN_A_ROW_MAX:] == ["applied"] * (21 - HOLDS_IN_A_ROW_MAX)


@pytest.mark.parametrize("fault", [OSError("no more files"), MemoryError(), DatabaseBusy("busy")])
async def test_a_fault_of_the_machine_holds_nothing(
    room: Room, hub: Author, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(hub, 3)
    room.submit(hub)
    patient = Reconciler(room.centre)

    def fail(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as failing:
        failing.setattr("central.projection.put", fail)
        assert sum(await rounds(room, patient, 20)) == 0
    assert patient.is_stuck
    assert outcomes(room) == []
    await rounds(room, patient, 4)
    assert outcomes(room) == ["noop"] + ["applied"] * 3
    assert not patient.is_stuck


async def test_a_hub_whose_log_is_damaged_holds_nobody_up(room: Room, hub: Author) -> None:
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    for author in (hub, lan):
        author.grow(5)
        room.submit(author)
    room.write(lose_entry(hub.origin, 3))
    patient = Reconciler(room.centre)
    assert await patient.run_once() == 6
    assert list(patient.setbacks) == ["51"]
    assert reconciled(room, "lan") == 6
    await rounds(room, patient, 20)
    assert reconciled(room, "51") == 3


async def test_a_hub_with_a_setback_is_left_alone_longer_and_longer(
    room: Room, hub: Author
) -> None:
    write(hub, 1)
    room.submit(hub)
    room.write(lose_entry(hub.origin, 0))
    patient = Reconciler(room.centre)
    rests = []
    for _ in range(6):
        await patient.run_once()
        rests.append(patient.setbacks["51"].rest_s)
        room.clock.advance(rests[-1] - 1)
        await patient.run_once()
        assert patient.setbacks["51"].rest_s == rests[-1], "not tried before its time"
        room.clock.advance(1)
    assert rests == [5, 10, 20, 40, 60, 60]


async def test_a_setback_is_over_when_nothing_waits_any_more(room: Room, hub: Author) -> None:
    room.submit(hub)
    patient, other = Reconciler(room.centre), Reconciler(room.centre)
    patient.setbacks["51"] = Setback(sentence="damaged", rest_s=5, until=0)
    await other.run_once()
    assert await patient.run_once() == 0
    assert patient.setbacks == {}


async def test_a_batch_after_one_that_went_well_is_larger_again(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 8)
    write(hub, 40)
    room.submit(hub)
    patient = Reconciler(room.centre)
    with monkeypatch.context() as broken:
        broken.setattr(batch, "reconcile", break_at(2))
        assert await patient.run_once() == 2
    assert [await patient.run_once() for _ in range(4)] == [4, 8, 8, 8]


async def test_the_issued_mark_is_written_while_a_hub_fails(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    for author in (hub, lan):
        author.grow(2)
        room.submit(author)
    room.write(lose_entry(hub.origin, 0))
    monkeypatch.setattr(reconciler, "IDLE_S", 0.01)
    async with running(Reconciler(room.centre)):
        await until(lambda: marked_size(room) == room.national.size == 5)


async def test_a_mark_that_cannot_be_written_ends_nothing(room: Room, hub: Author) -> None:
    (room.centre.folder / LOCK_FILE).mkdir()
    write(hub, 1)
    patient = Reconciler(room.centre)
    async with running(patient):
        await until(lambda: bool(patient.mark_failure))
        await asyncio.to_thread(room.submit, hub)
        patient.wake()
        await until(lambda: room.national.size == 3)
        (room.centre.folder / LOCK_FILE).rmdir()
        patient.wake()
        await until(lambda: not patient.mark_failure)
    assert marked_size(room) == 3


async def test_a_database_that_lost_what_was_published_ends_the_reconciler(
    room: Room, hub: Author
) -> None:
    write(hub, 1)
    room.submit(hub)
    ahead = IssuedMark(origin=room.centre.national_origin, size=9, root=bytes(32))
    ahead.write(room.centre.folder / MARK_FILE)
    before = room.national
    with pytest.raises(HistoryLost, match="older than what was published"):
        await Reconciler(room.centre).run_forever()
    assert room.national == before, "nothing was signed on it"
