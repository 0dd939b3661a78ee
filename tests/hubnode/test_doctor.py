"""The doctor: one finding a point, and what mends it."""

import pytest

from hubnode.doctor import FREE_BYTES_MIN, Finding, Health, Mend, close_files, examine
from hubnode.keys import KEY_FILE
from hubnode.node import Node
from hubnode.sync.run import sync
from hubnode.verifying import verify_now
from tests.support.nodes import publish
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre

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
    assert found(hub, "files").mend is Mend.CLOSE_FILES
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
    assert found(hub, "data").mend is Mend.VERIFY


async def test_a_disk_that_is_almost_full_is_a_problem(
    hub: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubnode.doctor.FREE_BYTES_MIN", 2**62)
    assert FREE_BYTES_MIN < 2**62
    assert found(hub, "disk").health is Health.PROBLEM
