"""Reading ahead changes when entries are read, and nothing of what is decided."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from central import batch, reading_ahead, reconciler
from central.batch import Ahead
from central.centre import Centre
from central.reading_ahead import ReadingAhead
from central.reconciler import REST_MAX_S, Reconciler
from protocol.entries.decisions import source_of
from protocol.reconcile import Prepared, prepare
from runtime.database import DatabaseBusy
from tests.support.author import Author
from tests.support.decided import outcomes, reconciled, running, until
from tests.support.rooms import VALID, Room

ENTRIES = 8
"""Of the hub's log: the opening one, and seven puts."""

VOID = prepare(b"{}")
"""In place of an entry, to see what was decided about."""


@pytest.fixture
def waiting(room: Room, hub: Author) -> Author:
    """A hub whose whole log waits."""
    fill(room, hub)
    return hub


def fill(room: Room, hub: Author) -> None:
    for number in range(1, ENTRIES):
        hub.put(number, VALID)
    room.submit(hub)


def read(room: Room, hub: Author, start: int, count: int) -> Ahead:
    return room.read(
        lambda conn, centre: batch.read_ahead(
            conn, centre, origin=hub.origin, start=start, count_max=count
        )
    )


def void_of(hub: Author, start: int, count: int) -> Ahead:
    """What nobody can read, in place of entries that were read ahead."""
    return Ahead(origin=hub.origin, start=start, prepared=[VOID] * count)


def decide(room: Room, hub: Author, count: int, ahead: Ahead | None) -> list[tuple[str, int]]:
    """Decides a batch; returns what it said of entries that it leaves."""
    left: list[tuple[str, int]] = []

    def work(conn: Connection, centre: Centre) -> int:
        return batch.decide(
            conn, centre, hub.hub, count, ahead=ahead, on_more=lambda *more: left.append(more)
        )

    room.write(work)
    return left


def decided_indexes(room: Room) -> list[int]:
    found = (source_of(decision) for decision in room.decisions())
    return [source.index for source in found if source]


def watch_reads(
    monkeypatch: pytest.MonkeyPatch, *, broken: type[Exception] | None = None
) -> list[int]:
    """From where on is read ahead; every time it breaks, where `broken` says how."""
    starts: list[int] = []

    def reads(conn: Connection, centre: Centre, **given: Any) -> Ahead:
        starts.append(given["start"])
        if broken is not None:
            raise broken("not now")
        return batch.read_ahead(conn, centre, **given)

    monkeypatch.setattr(reading_ahead, "read_ahead", reads)
    return starts


def test_what_was_read_ahead_is_decided(room: Room, waiting: Author) -> None:
    decide(room, waiting, 4, void_of(waiting, 0, 4))
    assert outcomes(room) == ["void"] * 4


def test_entries_behind_what_was_read_ahead_are_read_in_their_turn(
    room: Room, waiting: Author
) -> None:
    decide(room, waiting, 5, void_of(waiting, 0, 3))
    assert outcomes(room) == ["void"] * 3 + ["applied"] * 2
    assert decided_indexes(room) == [0, 1, 2, 3, 4]


def test_a_smaller_batch_takes_a_part_of_it(room: Room, waiting: Author) -> None:
    decide(room, waiting, 2, void_of(waiting, 0, 4))
    assert outcomes(room) == ["void"] * 2


def test_what_was_read_of_another_place_is_not_decided(room: Room, waiting: Author) -> None:
    decide(room, waiting, 3, void_of(waiting, 4, 3))
    assert outcomes(room) == ["noop", "applied", "applied"]


def test_what_was_read_of_another_log_is_not_decided(room: Room, waiting: Author) -> None:
    decide(room, waiting, 3, replace(void_of(waiting, 0, 3), origin=Author(hub="lan").origin))
    assert outcomes(room) == ["noop", "applied", "applied"]


def test_a_log_that_is_shorter_is_read_to_its_end(room: Room, waiting: Author) -> None:
    assert len(read(room, waiting, 6, 100).prepared) == 2
    assert not read(room, waiting, 100, 3).prepared


def test_of_large_entries_fewer_are_read_ahead(
    room: Room, waiting: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_AHEAD_STEP", 2)
    monkeypatch.setattr(batch, "AHEAD_BYTES", 1)
    assert len(read(room, waiting, 0, 100).prepared) == 2


def test_a_batch_says_from_where_on_it_leaves_entries(room: Room, waiting: Author) -> None:
    assert decide(room, waiting, 3, None) == [(waiting.origin, 3)]
    assert decide(room, waiting, 100, None) == []


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("broken", [None, DatabaseBusy, RecursionError])
async def test_all_is_decided_whether_it_could_be_read_ahead_or_not(
    room: Room, monkeypatch: pytest.MonkeyPatch, broken: type[Exception] | None
) -> None:
    starts = watch_reads(monkeypatch, broken=broken)
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 3)
    assert await room.decide() == ENTRIES
    assert (starts, decided_indexes(room)) == ([3, 6], list(range(ENTRIES)))


def break_on(entry: bytes) -> Callable[[bytes], Prepared]:
    def prepare_or_break(given: bytes) -> Prepared:
        if given == entry:
            raise RecursionError("ours")
        return prepare(given)

    return prepare_or_break


async def test_an_entry_that_breaks_reading_is_held_and_blocks_nothing(
    room: Room, waiting: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "prepare", break_on(waiting.entries[5]))
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 3)
    service = Reconciler(room.centre)
    for _ in range(12):
        await service.run_once()
        room.clock.advance(REST_MAX_S)
    assert outcomes(room) == ["noop", *["applied"] * 4, "held", *["applied"] * 2]


@pytest.mark.usefixtures("waiting")
async def test_with_several_hubs_in_turn_nothing_is_read_ahead(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Author(hub="lan", seed=3)
    room.enrol(other)
    fill(room, other)
    starts = watch_reads(monkeypatch)
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", ENTRIES - 1)
    assert await room.decide() == 2 * ENTRIES
    assert starts == []


async def test_what_was_read_is_let_go_when_another_hub_waits_too(
    room: Room, waiting: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 3)
    service = Reconciler(room.centre)
    await service.run_once()
    other = Author(hub="lan", seed=3)
    room.enrol(other)
    room.submit(other)
    await service.run_once()
    assert await service._ahead.take() is None
    assert reconciled(room, waiting.hub) == 6


@pytest.mark.usefixtures("waiting")
async def test_a_reconciler_that_was_stopped_reads_nothing_any_more(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Reconciler(room.centre)
    async with running(service):
        await until(lambda: not room.read(batch.waiting))
    starts = watch_reads(monkeypatch)
    service._ahead.starter(3)("a log", 0)
    await asyncio.sleep(0)
    assert (await service._ahead.take(), starts) == (None, [])


async def test_what_is_being_read_is_not_read_twice_at_once(
    room: Room, waiting: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, ahead = watch_reads(monkeypatch), ReadingAhead(room.centre)
    for _attempt in range(3):
        ahead.starter(2)(waiting.origin, 4)
    await asyncio.sleep(0)
    found = await ahead.take()
    assert found is not None
    assert (starts, len(found.prepared)) == ([4], 2)
