"""A week after the last verification the service verifies again, and says what it finds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from hubnode.app import run_once
from hubnode.node import Node
from hubnode.pace import RunResult
from hubnode.recovering import recover
from hubnode.status import status_of
from hubnode.store import verifications
from hubnode.verifying_apart import (
    LOCK,
    VerificationFailed,
    verify,
    verify_apart,
    verify_if_due,
)
from hubnode.web.live import LiveRun
from runtime.durable import AlreadyRunning, FolderLock
from tests.support.nodes import publish
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre


def harm(node: Node) -> None:
    altered = text('UPDATE log_entry SET bytes = zeroblob(20) WHERE "index" = 1')
    node.db.run_sync(lambda conn: conn.execute(altered))


async def filled(hub: Node, centre: SimulatedCentre) -> None:
    publish(hub, "Antar Obat")
    await run_once(hub, LiveRun(hub.clock))
    centre.reconcile()
    await run_once(hub, LiveRun(hub.clock))


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (6, False), (7, True), (-8, True)])
async def test_it_is_due_after_a_week_and_where_the_clock_jumped(
    hub: Node, clock: ManualClock, days: int, *, is_due: bool
) -> None:
    assert await verify_if_due(hub) is not None
    clock.advance(timedelta(days=days).total_seconds())
    assert (await verify_if_due(hub) is not None) is is_due


async def test_before_enrolment_there_is_nothing_to_verify(node: Node) -> None:
    assert await verify_if_due(node) is None


async def test_the_status_says_what_was_found_until_it_is_put_right(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    await filled(hub, centre)
    harm(hub)
    clock.advance(timedelta(days=8).total_seconds())
    await run_once(hub, LiveRun(hub.clock))
    said = hub.db.read_sync(lambda conn: status_of(conn, hub))
    assert said["state"] == "blocked"
    assert "hubnode recover" in said["sentence"]
    assert "entry 1 of jippnas.test/" in said["sentence"]
    await recover(hub, agreed=lambda _finding: True)
    last = hub.db.read_sync(verifications.latest)
    assert last is not None
    assert last.message == ""
    assert hub.db.read_sync(lambda conn: status_of(conn, hub))["state"] == "ok"


async def test_a_process_of_its_own_finds_the_same(hub: Node, centre: SimulatedCentre) -> None:
    await filled(hub, centre)
    harm(hub)
    found = await verify_apart(hub)
    assert found is not None
    assert "entry 1 of jippnas.test/" in found.message


async def test_a_process_that_cannot_verify_is_no_sound_disk(hub: Node) -> None:
    with pytest.raises(VerificationFailed, match="Error"):
        await verify_apart(replace(hub, folder=hub.folder / "elsewhere"))


async def test_one_verification_at_a_time_and_runs_go_on_beside_it(
    hub: Node, centre: SimulatedCentre, clock: ManualClock
) -> None:
    await filled(hub, centre)
    with FolderLock(hub.folder, LOCK):
        with pytest.raises(AlreadyRunning):
            await verify(hub)
        clock.advance(timedelta(days=8).total_seconds())
        assert (await run_once(hub, LiveRun(hub.clock))).result is RunResult.SUCCEEDED
    assert await verify(hub) is not None


async def test_a_process_that_does_not_end_is_ended(hub: Node) -> None:
    with pytest.raises(VerificationFailed, match="not done"):
        await verify_apart(hub, limit_s=0.01)
