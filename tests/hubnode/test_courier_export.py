"""What a hub writes into a courier file, and when it signs nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from hubnode import courier_export
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity, receipts, runs
from hubnode.store.runs import RunState
from hubnode.sync.answers import Refused
from hubnode.sync.run import sync
from protocol.checkpoints import open_checkpoint
from protocol.courier import ADD_CHECKPOINT, ADD_ENTRIES, COSIGN, CourierFile, decode_courier_file
from protocol.mirror import AddCheckpoint, EntriesDecoder, EntriesHeader, decode_add_checkpoint
from runtime.durable import AlreadyRunning, FolderLock, IssuedMark
from tests.support.nodes import (
    backup,
    enrol_node,
    open_node,
    own_entries,
    pending_count,
    publish,
    publish_many,
    restore_backup,
)
from tests.support.ports import ManualClock
from tests.support.simulated_answers import answer_file
from tests.support.simulated_centre import SimulatedCentre
from tests.support.sticks import from_hub, into_hub

ORIGIN = "jippnas.test/hub/51/1"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


async def exported(hub: Node, stick: Path, *, is_full: bool = False) -> CourierFile:
    """What a hub writes, of which one volume is enough."""
    [data] = await from_hub(hub, stick, is_full=is_full)
    return decode_courier_file(data)


def files_on(stick: Path) -> list[Path]:
    return list(stick.iterdir())


async def refusal(hub: Node, stick: Path) -> str:
    """The code with which an export refuses; it wrote no file and kept the run."""
    before = own_entries(hub)
    with pytest.raises(Refused) as refused:
        await from_hub(hub, stick)
    assert (files_on(stick), own_entries(hub)) == ([], before)
    run = hub.db.read_sync(runs.latest)
    assert run is not None
    assert (run.state, run.code) == (RunState.BLOCKED, refused.value.code)
    assert run.sentence
    return refused.value.code


def offers(file: CourierFile) -> list[AddCheckpoint]:
    return [decode_add_checkpoint(body) for body in file.bodies(ADD_CHECKPOINT)]


def mark(hub: Node) -> IssuedMark:
    found = IssuedMark.read(hub.folder / "issued-mark.json")
    assert found is not None
    return found


async def test_enrolment_marks_that_nothing_is_signed(hub: Node) -> None:
    assert mark(hub) == IssuedMark(origin=ORIGIN, size=0, root=mark(hub).root)


async def test_enrolment_marks_nothing_where_the_centre_has_entries_of_this_hub(
    hub: Node, centre: SimulatedCentre, tmp_path: Path, clock: ManualClock
) -> None:
    await sync(hub)
    again = open_node(tmp_path / "again", centre, clock, seed=1)
    await enrol_node(again, centre.invitation())
    assert not (again.folder / "issued-mark.json").exists()
    with pytest.raises(Refused, match="courier_mark_missing"):
        await from_hub(again, tmp_path / "stick")
    again.db.close()


async def test_an_export_signs_as_a_run_does_and_says_what_it_holds(hub: Node, stick: Path) -> None:
    publish_many(hub, ["Antrean daring puskesmas", "Perizinan satu pintu"])
    file = await exported(hub, stick)
    assert (file.label.start, file.label.end, file.label.size) == (0, 3, 3)
    assert (file.label.hub, file.label.authority) == ("51", "jippnas.test")
    [body] = file.bodies(ADD_ENTRIES)
    header, package = EntriesDecoder().feed(body)
    assert header == EntriesHeader(origin=ORIGIN, start=0, end=3)
    assert not isinstance(package, EntriesHeader)
    assert list(package.entries) == own_entries(hub)
    assert mark(hub).size == 3
    assert pending_count(hub) == 0


async def test_the_mark_moves_before_the_file_is_written(
    hub: Node, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        assert mark(hub).size == 2
        raise OSError(28, "No space left on device")

    publish(hub, "Antrean daring puskesmas")
    with monkeypatch.context() as patched:
        patched.setattr(courier_export, "write_durably", full)
        with pytest.raises(OSError, match="No space"):
            await from_hub(hub, stick)
    assert (await exported(hub, stick)).label.end == 2


async def test_every_export_holds_what_no_receipt_covers(hub: Node, stick: Path) -> None:
    publish(hub, "Antrean daring puskesmas")
    labels = [(await exported(hub, stick)).label]
    publish(hub, "Perizinan satu pintu")
    labels.append((await exported(hub, stick)).label)
    await sync(hub)
    labels.append((await exported(hub, stick)).label)
    labels.append((await exported(hub, stick, is_full=True)).label)
    assert [(label.start, label.end) for label in labels] == [(0, 2), (0, 3), (3, 3), (0, 3)]
    assert [label.sequence for label in labels] == sorted({label.sequence for label in labels})


async def test_a_checkpoint_is_offered_from_every_size_that_the_centre_may_know(
    hub: Node, stick: Path
) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    publish(hub, "Perizinan satu pintu")
    await exported(hub, stick)
    publish(hub, "Jemput bola kependudukan")
    file = await exported(hub, stick)
    assert [message.old_size for message in offers(file)] == [2, 3, 4]
    assert len({message.checkpoint for message in offers(file)}) == 1


async def test_many_changes_are_written_into_bodies_that_a_request_may_carry(
    hub: Node, stick: Path
) -> None:
    publish_many(hub, [f"Inovasi nomor {number}" for number in range(8_300)])
    bodies = (await exported(hub, stick)).bodies(ADD_ENTRIES)
    assert [len(EntriesDecoder().feed(body)) - 1 for body in bodies] == [32, 1]


async def test_it_holds_the_cosignature_on_what_was_folded_to_its_end(
    hub: Node, centre: SimulatedCentre, stick: Path
) -> None:
    assert (await exported(hub, stick)).bodies(COSIGN) == ()
    await sync(hub)
    centre.reconcile()
    await into_hub(hub, answer_file(centre))
    [body] = (await exported(hub, stick)).bodies(COSIGN)
    assert body.startswith(b"2\n")
    assert b"jippnas.test/hub/51/witness" in body


async def test_what_is_in_a_file_is_signed_by_the_hub(
    hub: Node, centre: SimulatedCentre, stick: Path
) -> None:
    [message] = offers(await exported(hub, stick))[:1]
    keys = [centre.mirrors[ORIGIN].log_key]
    assert open_checkpoint(message.checkpoint, origin=ORIGIN, keys=keys).tree.size == 1


async def test_before_enrolment_there_is_nothing_to_write(node: Node, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not_enrolled"):
        await from_hub(node, tmp_path / "stick")


async def test_while_a_run_is_live_nothing_is_written(hub: Node, stick: Path) -> None:
    with FolderLock(hub.folder, SYNC_LOCK), pytest.raises(AlreadyRunning):
        await from_hub(hub, stick)


@pytest.mark.parametrize("contents", [None, b"{"])
async def test_without_a_mark_that_can_be_read_nothing_is_signed(
    hub: Node, stick: Path, contents: bytes | None
) -> None:
    publish(hub, "Antrean daring puskesmas")
    path = hub.folder / "issued-mark.json"
    path.unlink() if contents is None else path.write_bytes(contents)
    code = "courier_mark_missing" if contents is None else "issued_mark_unreadable"
    assert await refusal(hub, stick) == code
    assert pending_count(hub) == 1


async def test_a_frozen_hub_signs_nothing(hub: Node, stick: Path) -> None:
    hub.db.run_sync(lambda conn: identity.freeze(conn, "own_log_diverged"))
    assert await refusal(hub, stick) == "own_log_diverged"


async def test_a_hub_that_the_centre_takes_nothing_of_signs_nothing(hub: Node, stick: Path) -> None:
    hub.db.run_sync(lambda conn: identity.set_state(conn, "revoked"))
    assert await refusal(hub, stick) == "key_revoked"


@pytest.fixture
async def restored(hub: Node, centre: SimulatedCentre, clock: ManualClock, tmp_path: Path) -> Node:
    """A hub whose backup is older than what it has sent, with an edit made since."""
    publish(hub, "Sebelum cadangan")
    await sync(hub)
    backup(hub, tmp_path / "backup")
    later = open_node(hub.folder, centre, clock, seed=8)
    publish(later, "Sesudah cadangan")
    await sync(later)
    centre.reconcile()
    later.db.close()
    restore_backup(hub.folder, tmp_path / "backup")
    node = open_node(hub.folder, centre, clock, seed=9)
    publish(node, "Dari cadangan lama")
    return node


async def test_after_a_restored_backup_nothing_is_signed_and_nothing_is_frozen(
    restored: Node, stick: Path
) -> None:
    assert await refusal(restored, stick) == "courier_mark_ahead"
    assert (await sync(restored)).state is RunState.OK  # the network mends it as ever
    assert (await exported(restored, stick)).label.size == 4
    restored.db.close()


async def test_a_file_with_the_own_log_brings_back_what_was_lost(
    restored: Node, centre: SimulatedCentre, stick: Path
) -> None:
    short = await into_hub(restored, answer_file(centre))
    assert (short.report.state, short.report.code) == (RunState.BLOCKED, "courier_own_log_missing")
    read = await into_hub(restored, answer_file(centre, has_own_log=True))
    assert read.report.state is RunState.OK
    assert own_entries(restored) == centre.mirrors[ORIGIN].entries
    file = await exported(restored, stick)
    assert (file.label.start, file.label.end) == (3, 4)
    restored.db.close()


async def test_an_old_answer_does_not_vouch_for_a_restored_machine(
    restored: Node, centre: SimulatedCentre, stick: Path
) -> None:
    mirror = centre.mirrors[ORIGIN]
    later = replace(mirror)
    mirror.entries, mirror.note = mirror.entries[:2], _note_of(restored)
    old = answer_file(centre, start=0)
    centre.mirrors[ORIGIN] = later
    assert (await into_hub(restored, old)).report.code == ""
    assert await refusal(restored, stick) == "courier_mark_ahead"
    who = restored.db.read_sync(identity.get)
    assert who is not None
    assert who.frozen == ""
    restored.db.close()


def _note_of(node: Node) -> bytes:
    """The receipt that this node holds."""
    [receipt] = node.db.read_sync(lambda conn: receipts.latest(conn, limit=1))
    return receipt.note
