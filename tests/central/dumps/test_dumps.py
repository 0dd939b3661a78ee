"""Dumps: whole, durable, and exactly the catalogue of their checkpoint."""

import asyncio
import gzip
import hashlib
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from central.dumps import making
from central.dumps.checking import DumpCheck, check_dump
from central.dumps.files import CHECKPOINT, FILES, MANIFEST, RECORDS, SUMS, Dump, dumps_in
from central.dumps.forgetting import forget_redacted
from central.dumps.making import NothingToDump, make_dump
from central.dumps.nightly import Nightly, is_due
from protocol.canonical import parse
from protocol.checkpoints import open_checkpoint
from runtime.durable import AlreadyRunning, FolderLock
from runtime.system import SystemClock
from tests.support.author import Author
from tests.support.decided import until
from tests.support.redacting import PRIVATE, filled, redact
from tests.support.rooms import VALID, Room

DAY_S = 86_400


@pytest.fixture
def published(room: Room, hub: Author) -> Room:
    """A centre with three innovations."""
    for number in (1, 2, 3):
        hub.put(number, VALID | {"title": f"Antrean daring {number}"})
    room.submit(hub)
    room.decide_now()
    return room


def make(room: Room, *, kept: int = 7) -> Dump:
    return make_dump(room.centre, kept=kept)


def check(room: Room, dump: Dump) -> DumpCheck:
    return room.read(lambda conn, centre: check_dump(conn, centre, dump))


def grow(room: Room, hub: Author, number: int) -> None:
    start = len(hub.entries)
    hub.put(number, VALID | {"title": f"Perizinan cepat {number}"})
    room.submit(hub, start=start)
    room.decide_now()


def test_a_dump_holds_every_public_record_as_the_api_gives_it(published: Room) -> None:
    dump = make(published)
    with gzip.open(dump.path / RECORDS) as file:
        items = [parse(line.rstrip(b"\n")) for line in file]
    assert len(items) == dump.manifest()["records"] == 3
    assert all(isinstance(it, dict) and it["state"] == "active" for it in items)


def test_it_says_which_catalogue_it_is(published: Room) -> None:
    dump = make(published)
    manifest = dump.manifest()
    keys = [published.centre.keys.national.verifier_key]
    signed = open_checkpoint(
        (dump.path / CHECKPOINT).read_bytes(), origin=published.centre.national_origin, keys=keys
    )
    assert manifest["size"] == signed.tree.size == published.national.size == dump.size
    assert dump.name == f"2026-11-23-{dump.size}"


def test_its_sums_are_those_of_its_files(published: Room) -> None:
    dump = make(published)
    lines = (dump.path / SUMS).read_text().splitlines()
    sums = {name: told for told, name in (line.split("  ") for line in lines)}
    assert sums.keys() | {SUMS} == FILES.keys()
    for name, told in sums.items():
        assert hashlib.sha256((dump.path / name).read_bytes()).hexdigest() == told


def test_a_fresh_dump_is_the_catalogue_of_its_checkpoint(published: Room) -> None:
    found = check(published, make(published))
    assert (found.is_ok, found.records) == (True, 3), found.sentence


def test_an_old_dump_still_is_it_after_the_log_went_on(published: Room, hub: Author) -> None:
    dump = make(published)
    grow(published, hub, 4)
    assert check(published, dump).is_ok


def resum(dump: Dump) -> None:
    """Whoever changes a dump may change its sums too."""
    lines = (f"{making.sum_of(dump.path / name)}  {name}\n" for name in FILES if name != SUMS)
    (dump.path / SUMS).write_text("".join(lines))


def test_a_record_that_was_altered_is_found(published: Room) -> None:
    dump = make(published)
    text = gzip.decompress((dump.path / RECORDS).read_bytes())
    (dump.path / RECORDS).write_bytes(gzip.compress(text.replace(b"daring 1", b"luring 1")))
    assert "SHA-256" in check(published, dump).sentence
    resum(dump)
    assert check(published, dump).sentence.startswith("2 records differ")


def test_a_record_that_was_left_out_is_found(published: Room) -> None:
    dump = make(published)
    lines = gzip.decompress((dump.path / RECORDS).read_bytes()).splitlines(keepends=True)
    (dump.path / RECORDS).write_bytes(gzip.compress(b"".join(lines[1:])))
    resum(dump)
    assert not check(published, dump).is_ok


@pytest.mark.parametrize(
    ("name", "written"),
    [(CHECKPOINT, b"tidak ada"), (MANIFEST, b"{"), (RECORDS, b"\x1f\x8b\x08rusak")],
)
def test_what_cannot_be_read_is_said(published: Room, name: str, written: bytes) -> None:
    dump = make(published)
    (dump.path / name).write_bytes(written)
    resum(dump)
    assert check(published, dump).sentence.startswith("It cannot be read")


def test_the_same_catalogue_is_not_dumped_twice_a_day(published: Room) -> None:
    first = make(published)
    made_at = (first.path / MANIFEST).stat().st_mtime_ns
    assert make(published) == first
    assert (first.path / MANIFEST).stat().st_mtime_ns == made_at


def test_the_oldest_goes_when_another_comes(published: Room, hub: Author) -> None:
    names = []
    for number in range(4, 8):
        grow(published, hub, number)
        published.clock.advance(DAY_S)
        names.append(make(published, kept=2).name)
    assert [it.name for it in dumps_in(published.centre.folder)] == names[:1:-1]


def test_one_that_failed_leaves_nothing(published: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> str:
        raise OSError(28, "disk full")

    with monkeypatch.context() as full:
        full.setattr(making, "sum_of", fail)
        with pytest.raises(OSError, match="disk full"):
            make(published)
    assert [it.name for it in (published.centre.folder / "dumps").iterdir()] == ["lock"]
    assert check(published, make(published)).is_ok


def test_two_are_not_made_at_once(published: Room) -> None:
    folder = published.centre.folder / "dumps"
    folder.mkdir()
    with FolderLock(folder), pytest.raises(AlreadyRunning):
        make(published)


def test_before_anything_was_decided_there_is_nothing_to_dump(room: Room) -> None:
    with pytest.raises(NothingToDump):
        make(room)


async def test_a_night_makes_one_and_no_more(published: Room) -> None:
    nightly = Nightly(published.centre, kept=7)
    assert await nightly.look() is not None
    assert await nightly.look() is None
    published.clock.advance(DAY_S)
    assert await nightly.look() is not None


def test_a_day_begins_at_night_in_wib(published: Room) -> None:
    make(published)  # at 14.00 WIB
    due = []
    for _ in range(14):
        published.clock.advance(3_600)
        due.append(is_due(published.centre))
    assert due == [False] * 10 + [True] * 4


async def test_a_night_on_which_nothing_was_decided_yet_makes_none(room: Room) -> None:
    assert await Nightly(room.centre, kept=7).look() is None


async def test_the_service_makes_one_soon_after_it_started(published: Room) -> None:
    centre = replace(published.centre, clock=SystemClock())
    nightly = Nightly(centre, kept=7)
    nightly.start(first_look=timedelta(0))
    try:
        await until(lambda: bool(dumps_in(centre.folder)))
    finally:
        nightly.stop()


async def test_who_keeps_none_makes_none(published: Room) -> None:
    nightly = Nightly(published.centre, kept=0)
    nightly.start(first_look=timedelta(0))
    nightly.stop()
    assert list(dumps_in(published.centre.folder)) == []


async def test_who_keeps_none_any_more_removes_those_that_are_there(published: Room) -> None:
    make(published)
    centre = replace(published.centre, clock=SystemClock())
    nightly = Nightly(centre, kept=0)
    nightly.start(first_look=timedelta(0))
    try:
        await until(lambda: not dumps_in(centre.folder))
    finally:
        nightly.stop()


def test_who_keeps_fewer_removes_the_others_before_another_is_made(
    published: Room, hub: Author
) -> None:
    names = []
    for number in (4, 5, 6):
        grow(published, hub, number)
        names.append(make(published).name)
    assert asyncio.run(Nightly(published.centre, kept=2).look()) is None
    assert [it.name for it in dumps_in(published.centre.folder)] == names[:0:-1]


@pytest.fixture
def private(room: Room, hub: Author) -> Author:
    """A hub with a record that holds what must go."""
    return filled(room, hub)


async def test_dumps_that_hold_what_was_redacted_since_are_removed(
    room: Room, private: Author
) -> None:
    nightly = Nightly(room.centre, kept=7)
    before = await nightly.look()
    redact(room, private)
    after = await nightly.look()
    assert before is not None
    assert after is not None
    assert [it.name for it in dumps_in(room.centre.folder)] == [after.name]
    assert PRIVATE.encode() not in gzip.decompress((after.path / RECORDS).read_bytes())
    assert check(room, after).is_ok


def test_dumps_that_are_newer_stay(room: Room, private: Author) -> None:
    redact(room, private)
    dump = make(room)
    assert forget_redacted(room.centre) == 0
    assert list(dumps_in(room.centre.folder)) == [dump]


def test_a_dump_of_an_older_catalogue_that_is_being_made_is_removed_when_it_is_there(
    room: Room, private: Author, tmp_path: Path
) -> None:
    dump = make(room)
    aside = dump.path.rename(tmp_path / dump.name)  # as if it were not written yet
    redact(room, private)
    with FolderLock(dump.path.parent):
        forgetting = threading.Thread(target=forget_redacted, args=(room.centre,))
        forgetting.start()
        forgetting.join(0.3)
        aside.rename(dump.path)
    forgetting.join()
    assert list(dumps_in(room.centre.folder)) == []


async def test_a_night_does_not_wait_for_a_dump_that_somebody_makes(published: Room) -> None:
    folder = published.centre.folder / "dumps"
    folder.mkdir()
    with FolderLock(folder):
        assert await Nightly(published.centre, kept=7).look() is None
