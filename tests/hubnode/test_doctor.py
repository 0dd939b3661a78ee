"""The doctor: one finding a point, and what mends it."""

from pathlib import Path

import pytest

from hubnode.backup import create
from hubnode.doctor import FREE_BYTES_MIN, Mend, close_files, examine
from hubnode.keys import KEY_FILE, load_own_keys
from hubnode.kit import kit_of, restore_keys
from hubnode.node import Node
from hubnode.restoring import restore_here
from hubnode.scheduled_backups import back_up_if_due
from hubnode.settings import NodeSettings
from hubnode.store import backups, identity, safeguards
from hubnode.store.backups import Attempt
from hubnode.sync.run import sync
from hubnode.verifying import verify_now
from protocol.emergency_kit import EmergencyKit
from runtime.findings import Finding, Health
from tests.support.nodes import enrol_node, opened_node, publish
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre
from tests.support.stories import who

DAY_S = 86_400


def found(node: Node, point: str) -> Finding:
    findings = node.db.read_sync(lambda conn: examine(conn, node))
    return next(it for it in findings if it.point == point)


async def test_a_node_that_is_well_has_no_problem(hub: Node, centre: SimulatedCentre) -> None:
    close_files(hub)
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    findings = hub.db.read_sync(lambda conn: examine(conn, hub))
    assert [it.point for it in findings if it.health is Health.PROBLEM] == []
    assert found(hub, "centre").health is Health.GOOD


async def test_before_enrolment_it_says_what_comes_first(node: Node) -> None:
    assert found(node, "enrolment").sentence.en == "This hub is not enrolled at a centre."


async def test_files_that_others_can_read_are_closed(hub: Node) -> None:
    (hub.folder / KEY_FILE).chmod(0o644)
    assert found(hub, "files").mend == Mend.CLOSE_FILES
    assert found(hub, "keys").health is Health.PROBLEM
    close_files(hub)
    assert found(hub, "files").health is Health.GOOD
    assert found(hub, "keys").health is Health.GOOD


async def test_a_change_that_waits_for_days_is_a_problem(hub: Node, clock: ManualClock) -> None:
    publish(hub, "Antar Obat")
    assert found(hub, "queue").health is Health.GOOD
    clock.advance(4 * DAY_S)
    assert found(hub, "queue").health is Health.PROBLEM


async def test_what_was_not_verified_for_long_is_verified(hub: Node, clock: ManualClock) -> None:
    assert found(hub, "data").health is Health.NOTICE
    await verify_now(hub)
    assert found(hub, "data").health is Health.GOOD
    clock.advance(15 * DAY_S)
    assert found(hub, "data").mend == Mend.VERIFY


async def test_a_disk_that_is_almost_full_is_a_problem(
    hub: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubnode.doctor.FREE_BYTES_MIN", 2**62)
    assert FREE_BYTES_MIN < 2**62
    assert found(hub, "disk").health is Health.PROBLEM


async def test_a_node_without_a_backup_says_so_and_one_with_a_backup_how_old_it_is(
    hub: Node, clock: ManualClock
) -> None:
    assert found(hub, "backup").health is Health.NOTICE
    hub.db.run_sync(lambda conn: safeguards.keep_backup(conn, clock.now()))
    assert found(hub, "backup").sentence.en == "The last backup was made today."
    clock.advance(DAY_S)
    assert found(hub, "backup").sentence.en == "The last backup was made 1 day ago."
    clock.advance(40 * DAY_S)
    assert found(hub, "backup").sentence.id.startswith("Cadangan terakhir dibuat 41 hari lalu.")
    assert found(hub, "backup").health is Health.NOTICE


async def test_a_kit_that_was_never_printed_is_noticed_and_that_of_older_keys_does_not_count(
    hub: Node, clock: ManualClock
) -> None:
    assert found(hub, "kit").health is Health.NOTICE
    who = hub.db.read_sync(identity.get)
    assert who is not None
    key = load_own_keys(hub.folder, who).current.log.verifier_key.text
    hub.db.run_sync(lambda conn: safeguards.keep_kit(conn, clock.now(), key=key))
    assert found(hub, "kit").health is Health.GOOD
    hub.db.run_sync(lambda conn: safeguards.keep_kit(conn, clock.now(), key="of before"))
    assert found(hub, "kit").health is Health.NOTICE


async def test_a_backup_made_by_the_service_counts(hub: Node) -> None:
    await back_up_if_due(hub, NodeSettings(backup_every="daily"))
    assert found(hub, "backup").health is Health.GOOD


async def test_a_good_backup_that_only_the_schedule_has_noted_counts_too(
    hub: Node, clock: ManualClock
) -> None:
    hub.db.run_sync(lambda conn: safeguards.keep_backup(conn, clock.now()))
    clock.advance(40 * DAY_S)
    hub.db.run_sync(lambda conn: backups.keep(conn, Attempt(at=clock.now(), name="x")))
    assert found(hub, "backup").sentence.en == "The last backup was made today."


async def test_a_node_that_was_restored_counts_that_backup_by_its_own_date_and_the_kit_from_now(
    hub: Node, centre: SimulatedCentre, clock: ManualClock, tmp_path: Path
) -> None:
    path, kit = create(hub, who(hub)), kit_of(hub, who(hub))
    clock.advance(2 * DAY_S)
    with opened_node(tmp_path / "new", centre, clock, seed=2) as fresh:
        await restore_here(fresh, path, kit, newcomer=lambda _conn: None)
        assert found(fresh, "backup").sentence.en == "The last backup was made 2 days ago."
        assert found(fresh, "kit").sentence.en.endswith("shown to be printed today.")


async def test_a_kit_that_was_typed_into_a_fresh_node_counts_once_it_is_enrolled(
    node: Node, centre: SimulatedCentre
) -> None:
    await restore_keys(node, EmergencyKit(log=b"\x01" * 32, witness=b"\x02" * 32))
    await enrol_node(node, centre.invitation())
    assert found(node, "kit").health is Health.GOOD
