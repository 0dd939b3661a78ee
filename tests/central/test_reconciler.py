"""The reconciler: every mirrored entry gets one decision, in whole batches or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from central import batch, national, reconciler, registry
from central.batch import BATCH_S
from central.centre import Centre
from central.issued import LOCK_FILE, MARK_FILE, HistoryLost
from central.reconciler import HOLDS_IN_A_ROW_MAX, REST_MAX_S, RETRY_S, Reconciler, Setback
from central.store.tables import LOG_TABLES
from protocol.catalogue import RecordState, shown_record
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeVoid,
    Decision,
    HubEnrolled,
    Outcome,
    outcome_of,
    source_of,
)
from protocol.reconcile import Prepared
from protocol.reconcile import reconcile as decide
from protocol.verdicts import Known
from runtime.database import DatabaseBusy, DatabaseUnavailable
from runtime.durable import IssuedMark
from tests.support.author import Author
from tests.support.ports import ManualClock
from tests.support.rooms import VALID, Room


def outcomes(room: Room) -> list[str]:
    """What became of each entry, in the order of the national log."""
    found = [outcome_of(decision) for decision in room.decisions()]
    return [outcome for outcome in found if outcome is not None]


def last(room: Room) -> Decision:
    return room.decisions()[-1]


def reconciled(room: Room, hub: str) -> int:
    return room.read(lambda conn, _: registry.get_hub(conn, hub)).reconciled_size


def lose_entry(origin: str, index: int) -> Callable[[Connection, Centre], None]:
    """Takes one entry out of the database, as a damaged file would."""

    def lose(conn: Connection, centre: Centre) -> None:
        table, log = LOG_TABLES.entry, centre.logs.open(conn, origin)
        conn.execute(table.delete().where(table.c.log_id == log.id, table.c.index == index))

    return lose


def marked_size(room: Room) -> int:
    """Of the issued mark; 0 where there is none."""
    mark = IssuedMark.read(room.centre.folder / MARK_FILE)
    return mark.size if mark else 0


@asynccontextmanager
async def running(service: Reconciler) -> AsyncIterator[None]:
    """The service beside the test."""
    task = asyncio.create_task(service.run_forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    """Waits for something that the service will do."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(holds):
            pass


async def test_every_entry_gets_one_decision_in_its_order(room: Room, hub: Author) -> None:
    for number in range(1, 6):
        hub.put(number, VALID)
    room.submit(hub)
    assert await room.decide() == 6
    sources = [source_of(decision) for decision in room.decisions()[1:]]
    assert [source.index for source in sources if source] == [0, 1, 2, 3, 4, 5]
    assert outcomes(room) == ["noop"] + ["applied"] * 5


async def test_nothing_is_decided_twice(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    size = room.national.size
    assert await room.decide() == 0
    assert room.national.size == size


async def test_nothing_waiting_is_nothing_written(room: Room, hub: Author) -> None:
    before = room.national
    assert await room.decide() == 0
    assert room.national == before
    assert reconciled(room, hub.hub) == 0


async def test_a_hub_goes_on_where_it_was_decided(room: Room, hub: Author) -> None:
    room.submit(hub)
    await room.decide()
    hub.put(1, VALID)
    room.submit(hub, start=1)
    assert await room.decide() == 1
    assert reconciled(room, hub.hub) == 2


async def test_a_record_that_is_not_valid_is_held_with_what_is_wrong(
    room: Room, hub: Author
) -> None:
    hub.put(1, {"title": "Tanpa wilayah"})
    room.submit(hub)
    await room.decide()
    decision = last(room)
    assert isinstance(decision, ChangeHeld)
    assert decision.code == "schema_invalid"
    assert {error["pointer"] for error in decision.errors} >= {"/region"}


async def test_what_cannot_be_read_is_void_and_blocks_nothing(room: Room, hub: Author) -> None:
    hub.entries.append(b'{"broken":')
    hub.put(1, VALID)
    room.submit(hub)
    await room.decide()
    assert outcomes(room) == ["noop", "void", "applied"]


async def test_an_entry_of_the_largest_size_is_decided(room: Room, hub: Author) -> None:
    hub.entries.append(b"x" * 65_535)
    room.submit(hub)
    await room.decide()
    assert isinstance(last(room), ChangeVoid)


async def test_a_log_that_was_opened_for_another_hub_is_void(room: Room) -> None:
    stranger, bali = Author(hub="52", seed=3), Author(hub="51")
    bali.entries[0] = stranger.entries[0]
    room.enrol(bali)
    room.submit(bali)
    await room.decide()
    decision = last(room)
    assert isinstance(decision, ChangeVoid)
    assert decision.code == "foreign_log"


async def test_a_change_to_the_record_of_another_hub_is_a_proposal(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    lan.put(1, {"title": "Judul dari LAN"}, record=hub.record(1))
    room.submit(hub)
    await room.decide()
    room.submit(lan)
    await room.decide()
    assert isinstance(last(room), ChangeProposed)
    assert shown_record(room.state(hub.record(1)))["title"] == VALID["title"]


async def test_who_saw_a_log_that_does_not_exist_is_held(room: Room, hub: Author) -> None:
    hub.put(1, VALID, national=1_000)
    room.submit(hub)
    await room.decide()
    decision = last(room)
    assert isinstance(decision, ChangeHeld)
    assert decision.code == "seen_ahead"


async def test_what_was_mirrored_before_a_revocation_counts(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "hilang"))
    await room.decide()
    assert outcomes(room) == ["noop", "applied"]


async def test_a_batch_is_not_a_border(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 3)
    for number in range(1, 8):
        hub.put(1 + number % 2, {**VALID, "title": f"Judul nomor {number}"})
    room.submit(hub)
    assert await Reconciler(room.centre).run_once() == 3
    assert await room.decide() == 5
    assert outcomes(room) == ["noop"] + ["applied"] * 7
    assert shown_record(room.state(hub.record(2)))["title"] == "Judul nomor 7"


async def test_one_batch_of_each_hub_is_one_turn(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 2)
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    for author in (hub, lan):
        author.grow(5)
        room.submit(author)
    assert await Reconciler(room.centre).run_once() == 4
    assert (reconciled(room, "51"), reconciled(room, "lan")) == (2, 2)


async def test_a_batch_that_fails_leaves_no_half(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    before = room.national

    def fail(*_: object, **__: object) -> None:
        raise OSError("the lights went out")

    with monkeypatch.context() as failing:
        failing.setattr("central.store.hubs.change", fail)  # the last step of the transaction
        assert await room.decide() == 0
    assert room.national == before
    assert room.read(lambda conn, it: it.documents.count(conn)) == 0
    assert await room.decide() == 2
    assert outcomes(room) == ["noop", "applied"]


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


async def test_a_batch_ends_by_the_clock(room: Room, hub: Author) -> None:
    class Racing(ManualClock):
        def monotonic(self) -> float:
            self.advance(BATCH_S / 4)
            return super().monotonic()

    write(hub, 20)
    room.submit(hub)
    slow = Reconciler(replace(room.centre, clock=Racing()))
    assert await slow.run_once() == 5
    assert await slow.run_once() == 5
    assert await room.decide() == 11
    assert outcomes(room) == ["noop"] + ["applied"] * 20


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


async def test_a_disk_that_failed_to_keep_ends_the_reconciler(room: Room) -> None:
    room.centre.db.broken = "the disk failed to keep what was written"
    with pytest.raises(DatabaseUnavailable, match="the disk failed"):
        await Reconciler(room.centre).run_forever()


async def test_two_reconcilers_at_once_decide_each_entry_once(room: Room, hub: Author) -> None:
    for number in range(1, 21):
        hub.put(number, VALID)
    room.submit(hub)
    turns = [Reconciler(room.centre).run_once() for _ in range(4)]
    assert sum(await asyncio.gather(*turns)) == 21
    assert outcomes(room) == ["noop"] + ["applied"] * 20


async def test_the_service_decides_when_it_is_woken(room: Room, hub: Author) -> None:
    woken = Reconciler(room.centre)
    async with running(woken):
        await room.centre.db.run(lambda _: None)  # the first turn finds nothing
        hub.put(1, VALID)
        await asyncio.to_thread(room.submit, hub)
        woken.wake()
        await until(lambda: room.national.size == 3)
    assert outcomes(room) == ["noop", "applied"]


async def test_what_nobody_announced_is_found_after_a_rest(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "IDLE_S", 0.01)
    async with running(Reconciler(room.centre)):
        await asyncio.to_thread(room.submit, hub)
        await until(lambda: room.national.size == 2)
    assert outcomes(room) == ["noop"]


async def test_a_database_that_is_away_is_waited_for(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "RETRY_S", 0.0)
    room.submit(hub)
    patient, decide, failures = Reconciler(room.centre), Reconciler.run_once, [1, 2]
    done = asyncio.Event()

    async def away_twice(self: Reconciler) -> int:
        if failures:
            failures.pop()
            raise DatabaseBusy("others have it")
        decided = await decide(self)
        done.set()
        return decided

    monkeypatch.setattr(Reconciler, "run_once", away_twice)
    service = asyncio.create_task(patient.run_forever())
    async with asyncio.timeout(20):
        await done.wait()
    service.cancel()
    assert outcomes(room) == ["noop"]


def test_the_reconciler_writes_what_append_would_have_folded(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    room.decide_now()
    applied = [it for it in room.decisions() if isinstance(it, ChangeApplied) and it.record]
    states: dict[str, RecordState] = room.read(
        lambda conn, it: national.load_states(conn, it, [hub.record(1)])
    )
    assert len(applied) == 1
    assert states[hub.record(1)].revision == 1
    assert isinstance(room.decisions()[0], HubEnrolled)
