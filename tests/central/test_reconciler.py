"""The reconciler: every mirrored entry gets one decision, in whole batches or not at all."""

import asyncio
from dataclasses import replace

import pytest

from central import national, reconciler, registry
from central.batch import BATCH_S
from central.reconciler import Reconciler
from protocol.catalogue import shown_record
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeVoid,
    Decision,
    source_of,
)
from protocol.entries.hub_decisions import HubEnrolled
from protocol.record_state import RecordState
from runtime.database import DatabaseBusy, DatabaseUnavailable
from tests.support.author import Author
from tests.support.decided import outcomes, reconciled, running, until
from tests.support.ports import ManualClock
from tests.support.rooms import VALID, Room


def last(room: Room) -> Decision:
    return room.decisions()[-1]


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
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "hilang", by="rina"))
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


async def test_a_batch_ends_by_the_clock(room: Room, hub: Author) -> None:
    class Racing(ManualClock):
        def monotonic(self) -> float:
            self.advance(BATCH_S / 4)
            return super().monotonic()

    for number in range(1, 21):
        hub.put(number, VALID)
    room.submit(hub)
    slow = Reconciler(replace(room.centre, clock=Racing()))
    assert await slow.run_once() == 5
    assert await slow.run_once() == 5
    assert await room.decide() == 11
    assert outcomes(room) == ["noop"] + ["applied"] * 20


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
