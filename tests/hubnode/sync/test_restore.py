"""Recovery, end to end: old backups, lost databases, clones, and what is never signed twice."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hubnode.node import Node
from hubnode.store import identity, outbox, records
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from protocol.canonical import parse
from protocol.catalogue import conflicts, shown_record
from protocol.entries.changes import decode_change
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
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"
Reopen = Callable[..., Node]


@pytest.fixture
def reopen(centre: SimulatedCentre, clock: ManualClock) -> Iterator[Reopen]:
    """Opens the node of a folder once more, as after a restart, with fresh randomness."""
    with ExitStack() as closing:

        def open_again(folder: Path, *, seed: int = 9) -> Node:
            node = open_node(folder, centre, clock, seed=seed)
            closing.callback(node.db.close)
            return node

        yield open_again


async def grown(node: Node, centre: SimulatedCentre, count: int) -> list[str]:
    """Publishes and syncs until all is decided and home; returns the records."""
    found = publish_many(node, [f"Inovasi nomor {number}" for number in range(count)])
    await sync(node)
    centre.reconcile()
    await sync(node)
    return found


def evidence_of(node: Node, code: str) -> list[Path]:
    return list((node.folder / "evidence").glob(f"{code}-*.json"))


@pytest.mark.parametrize("count", [1, 300])
async def test_an_old_backup_takes_its_lost_entries_back(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path, count: int
) -> None:
    await grown(hub, centre, 2)
    backup(hub, tmp_path / "backup")
    await grown(reopen(hub.folder), centre, count)
    before = list(centre.mirrors[ORIGIN].entries)
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    report = await sync(restored)
    assert report.state is RunState.OK
    assert own_entries(restored) == centre.mirrors[ORIGIN].entries == before
    assert report.catalogue_hash == centre.catalogue_hash()
    assert restored.db.read_sync(records.count) == 2 + count


async def test_it_does_so_without_the_marks_beside_it_too(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 2)
    backup(hub, tmp_path / "backup")
    await grown(reopen(hub.folder), centre, 2)
    restore_backup(hub.folder, tmp_path / "backup", with_marks=False)
    restored = reopen(hub.folder, seed=10)
    assert (await sync(restored)).state is RunState.OK
    assert own_entries(restored) == centre.mirrors[ORIGIN].entries


async def test_edits_made_on_an_old_backup_follow_what_was_lost(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    (record,) = await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    node = reopen(hub.folder)
    publish(node, "Judul yang hilang dari sini", record=record)
    await sync(node)
    centre.reconcile()
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    publish(restored, "Judul dari cadangan lama", record=record)
    await sync(restored)
    centre.reconcile()
    report = await sync(restored)
    assert len(own_entries(restored)) == 4
    values = {write.value for write in conflicts(centre.records[record])["title"]}
    assert values == {"Judul yang hilang dari sini", "Judul dari cadangan lama"}
    assert report.state is RunState.ATTENTION
    assert report.standings["conflict"] == 2


async def test_pending_changes_that_were_sent_after_the_backup_are_not_sent_twice(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    publish(hub, "Menunggu saat dicadangkan")
    backup(hub, tmp_path / "backup")
    await sync(reopen(hub.folder))
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    assert pending_count(restored) == 1
    await sync(restored)
    assert pending_count(restored) == 0
    entries = centre.mirrors[ORIGIN].entries
    assert own_entries(restored) == entries
    assert len(entries) == len(set(entries)) == 3


async def test_what_an_author_had_not_seen_is_not_claimed_as_seen(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    await grown(reopen(hub.folder), centre, 3)
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    publish_many(restored, ["Satu dari cadangan", "Dua dari cadangan"])
    await sync(restored)
    changes = [decode_change(entry) for entry in own_entries(restored)[-2:]]
    assert [change.seen.own for change in changes] == [2, 2]  # type: ignore[union-attr]


async def test_a_lost_database_comes_back_whole_with_the_key(
    hub: Node, centre: SimulatedCentre, reopen: Reopen
) -> None:
    await grown(hub, centre, 300)
    hub.db.close()
    for file in hub.folder.glob("node.sqlite*"):
        file.unlink()
    again = reopen(hub.folder, seed=10)
    await enrol_node(again, centre.invitation())
    report = await sync(again)
    assert report.state is RunState.OK
    assert own_entries(again) == centre.mirrors[ORIGIN].entries
    assert report.standings == {"noted": 1, "shown": 300}
    assert again.db.read_sync(records.count) == 300


async def clone_wrote(hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path) -> Node:
    """A twin, restored with its marks lost while the centre was out of reach, signed on its own."""
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    node = reopen(hub.folder)
    publish(node, "Dari mesin pertama")
    await sync(node)
    entries, centre.mirrors[ORIGIN].entries = centre.mirrors[ORIGIN].entries, own_entries(node)[:2]
    kept = (dict(centre.mirrors[ORIGIN].pending), centre.mirrors[ORIGIN].note)
    centre.mirrors[ORIGIN].pending = {2: centre.mirrors[ORIGIN].pending[2]}
    restore_backup(hub.folder, tmp_path / "backup", with_marks=False)
    twin = reopen(hub.folder, seed=11)
    publish_many(twin, ["Dari mesin kembar", "Dari mesin kembar lagi"])
    await sync(twin)
    centre.mirrors[ORIGIN].entries = entries
    centre.mirrors[ORIGIN].pending, centre.mirrors[ORIGIN].note = kept
    return twin


async def test_two_histories_freeze_the_hub_and_keep_evidence(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    twin = await clone_wrote(hub, centre, reopen, tmp_path)
    before = own_entries(twin)
    report = await sync(twin)
    assert (report.state, report.code) == (RunState.BLOCKED, "own_log_diverged")
    assert "mesin kembar" in report.sentence
    assert own_entries(twin) == before
    (path,) = evidence_of(twin, "own_log_diverged")
    evidence = parse(path.read_bytes())
    assert isinstance(evidence, dict)
    assert evidence["common_size"] == 2
    assert evidence["own"] != evidence["centre"]


async def test_a_frozen_hub_can_be_edited_pulls_and_sends_nothing(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    twin = await clone_wrote(hub, centre, reopen, tmp_path)
    await sync(twin)
    publish(twin, "Disunting sesudah dibekukan")
    centre.reconcile()
    centre.requests.clear()
    report = await sync(twin)
    assert (report.state, report.code) == (RunState.BLOCKED, "own_log_diverged")
    assert report.pulled > 0
    assert not [it for it in centre.requests if "/add-" in it]
    assert pending_count(twin) == 1


async def test_a_thawed_hub_that_still_differs_freezes_again(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    twin = await clone_wrote(hub, centre, reopen, tmp_path)
    await sync(twin)
    twin.db.run_sync(identity.thaw)
    assert (await sync(twin)).code == "own_log_diverged"


async def test_a_mark_ahead_of_everything_signs_nothing(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    node = reopen(hub.folder)
    publish(node, "Ditandatangani tetapi tidak terkirim")
    centre.refuse_path = "add-checkpoint"
    await sync(node)
    centre.refuse_path = ""
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    publish(restored, "Baru sesudah pemulihan")
    report = await sync(restored)
    assert (report.state, report.code) == (RunState.BLOCKED, "issued_mark_ahead")
    assert len(own_entries(restored)) == 2
    assert pending_count(restored) == 1


async def test_a_mark_ahead_is_met_by_the_very_changes_that_were_signed(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    publish_many(hub, ["Menunggu satu", "Menunggu dua"])
    backup(hub, tmp_path / "backup")
    centre.refuse_path = "add-checkpoint"
    await sync(reopen(hub.folder))
    centre.refuse_path = ""
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    publish(restored, "Sesudah pemulihan")
    report = await sync(restored)
    assert (report.state, report.pushed) == (RunState.OK, 3)
    assert own_entries(restored) == centre.mirrors[ORIGIN].entries


async def test_a_checkpoint_at_the_centre_that_nobody_can_meet_signs_nothing(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    node = reopen(hub.folder)
    publish(node, "Ditawarkan tetapi tidak terkirim")
    centre.refuse_path = "add-entries"
    await sync(node)
    centre.refuse_path = ""
    restore_backup(hub.folder, tmp_path / "backup", with_marks=False)
    restored = reopen(hub.folder, seed=10)
    publish(restored, "Baru sesudah pemulihan")
    report = await sync(restored)
    assert (report.state, report.code) == (RunState.BLOCKED, "issued_mark_ahead")
    assert len(own_entries(restored)) == 2


async def test_entries_of_a_cut_upload_are_not_taken_back_without_a_signature(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    node = reopen(hub.folder)
    publish_many(node, [f"Inovasi nomor {number}" for number in range(300)])
    centre.cut_packages = 1
    await sync(node)
    centre.cut_packages = None
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    assert (await sync(restored)).code == "issued_mark_ahead"
    assert len(own_entries(restored)) == 2


@pytest.mark.parametrize("part", ["mirror/tile/0/", "mirror/tile/entries/", "mirror/checkpoint"])
async def test_a_damaged_copy_at_the_centre_is_not_taken_for_mine(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path, part: str
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    await grown(reopen(hub.folder), centre, 3)
    restore_backup(hub.folder, tmp_path / "backup")
    centre.damage = part
    restored = reopen(hub.folder, seed=10)
    report = await sync(restored)
    assert report.state is RunState.FAILED
    assert len(own_entries(restored)) == 2
    centre.damage = ""
    assert (await sync(restored)).state is RunState.OK
    assert own_entries(restored) == centre.mirrors[ORIGIN].entries


async def test_the_order_of_what_is_pending_survives_recovery(
    hub: Node, centre: SimulatedCentre, reopen: Reopen, tmp_path: Path
) -> None:
    await grown(hub, centre, 1)
    backup(hub, tmp_path / "backup")
    await grown(reopen(hub.folder), centre, 1)
    restore_backup(hub.folder, tmp_path / "backup")
    restored = reopen(hub.folder, seed=10)
    found = publish_many(restored, ["Pertama kali", "Kedua kali", "Ketiga kali"])
    waiting = [it.record for it in restored.db.read_sync(lambda conn: outbox.pending(conn, 9))]
    assert waiting == found
    await sync(restored)
    centre.reconcile()
    titles = [shown_record(centre.records[record])["title"] for record in found]
    assert titles == ["Pertama kali", "Kedua kali", "Ketiga kali"]
