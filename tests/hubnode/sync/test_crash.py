"""A run that dies after any step, or loses any answer, is carried on by the next one.

The steps of a busy run are enumerated, not guessed: the run is stopped after the first, after the
second, and so on; the node is closed, opened from its folder, and syncs again. The end is the same.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hubnode.node import Node
from hubnode.store import receipts
from hubnode.store.runs import RunState
from hubnode.sync.plan import Known, Rest, Step
from hubnode.sync.run import Progress, sync
from protocol.catalogue import shown_record
from tests.support.nodes import enrol_node, open_node, own_entries, pending_count, publish_many
from tests.support.ports import ManualClock
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"
TITLES = [f"Inovasi nomor {number}" for number in range(12)]
THEIRS = [f"Layanan nomor {number}" for number in range(260)]
STEPS, REQUESTS = 12, 9
"""Of the busy run below; a test counts them."""


class Crash(BaseException):
    """The process dies here."""


def dies_after(count: int, seen: list[str]) -> Progress:
    """A progress that dies when step `count` has been performed."""

    def progress(step: Step, _known: Known) -> None:
        if len(seen) == count:
            raise Crash
        seen.append(type(step).__name__)

    return progress


@asynccontextmanager
async def busy_hub(folder: Path) -> AsyncIterator[tuple[Node, SimulatedCentre]]:
    """A hub that has 12 changes to send, and 260 decisions of another hub to fetch."""
    clock = ManualClock()
    centre = SimulatedCentre(clock)
    other = open_node(folder / "other", centre, clock, seed=2)
    await enrol_node(other, centre.invitation("kemenkes"))
    publish_many(other, THEIRS)
    await sync(other)
    other.db.close()
    centre.reconcile()
    node = open_node(folder / "node", centre, clock)
    await enrol_node(node, centre.invitation())
    publish_many(node, TITLES)
    try:
        yield node, centre
    finally:
        node.db.close()


async def settle(node: Node, centre: SimulatedCentre) -> None:
    """Syncs until everything is decided and home, and checks that it is."""
    await sync(node)
    centre.reconcile()
    report = await sync(node)
    assert report.state is RunState.OK
    assert report.standings == {"noted": 1, "shown": 12}
    assert report.catalogue_hash == centre.catalogue_hash()
    assert report.national_size == len(centre.national)
    entries = own_entries(node)
    assert centre.mirrors[ORIGIN].entries == entries
    assert len(entries) == len(set(entries)) == 13
    assert node.db.read_sync(receipts.largest_size) == 13
    assert pending_count(node) == 0
    shown = {shown_record(state)["title"] for state in centre.records.values()}
    assert shown == {*TITLES, *THEIRS}


async def test_the_busy_run_has_this_many_steps(tmp_path: Path) -> None:
    async with busy_hub(tmp_path) as (node, centre):
        seen: list[str] = []
        centre.requests.clear()
        await sync(node, progress=dies_after(99, seen))
        assert (len(seen), len(centre.requests)) == (STEPS, REQUESTS), (seen, centre.requests)
        assert seen[-1] == Rest.__name__


@pytest.mark.parametrize("count", range(STEPS))
async def test_a_run_killed_after_any_step_is_carried_on(tmp_path: Path, count: int) -> None:
    async with busy_hub(tmp_path) as (node, centre):
        with pytest.raises(Crash):
            await sync(node, progress=dies_after(count, []))
        node.db.close()
        again = open_node(node.folder, centre, ManualClock(), seed=3)
        await settle(again, centre)
        again.db.close()


@pytest.mark.parametrize("count", range(REQUESTS))
async def test_an_answer_lost_after_it_took_effect_doubles_nothing(
    tmp_path: Path, count: int
) -> None:
    async with busy_hub(tmp_path) as (node, centre):
        centre.lose_answer_at = len(centre.requests) + count
        report = await sync(node)
        assert report.state is (RunState.OFFLINE if count < REQUESTS - 1 else RunState.OK)
        await settle(node, centre)
