"""The one sentence on how a node is: never "ok" while something is not decided."""

from datetime import timedelta
from pathlib import Path

import pytest

from hubnode.cases import Kind, unsettled_cases, waiting_cases
from hubnode.enrolment import create_node
from hubnode.node import SYNC_LOCK, Node
from hubnode.review import open_conflicts
from hubnode.status import is_late, past_runs, status_of
from hubnode.store import identity, runs
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from hubnode.sync.session import MARK_FILE
from runtime.durable import FolderLock, IssuedMark
from tests.support.nodes import publish
from tests.support.ports import SeededEntropy
from tests.support.simulated_centre import SimulatedCentre

ORIGIN = "jippnas.test/hub/51/1"


def said(hub: Node) -> tuple[object, object]:
    status = hub.db.read_sync(lambda conn: status_of(conn, hub))
    return status["state"], status["sentence"]


async def test_what_the_centre_has_not_decided_is_not_in_sync(
    hub: Node, centre: SimulatedCentre
) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    undecided = said(hub)

    centre.reconcile()
    await sync(hub)

    assert undecided == ("pending", "Terkirim; menunggu keputusan pusat (2).")
    assert said(hub) == ("ok", "Tersinkron.")


async def test_the_keys_of_another_node_are_said_before_the_next_run(
    hub: Node, tmp_path: Path
) -> None:
    await sync(hub)
    create_node(tmp_path / "other", entropy=SeededEntropy(7))
    (hub.folder / "keys.pem").write_bytes((tmp_path / "other" / "keys.pem").read_bytes())
    state, sentence = said(hub)
    assert state == "blocked"
    assert "these are not the keys this node enrolled with" in str(sentence)


async def test_a_conflict_is_counted_until_it_is_resolved(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    centre.curate(record, {"title": "Antrean puskesmas"})
    publish(hub, "Antrean daring", record=record)
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    contested = said(hub)

    publish(hub, "Antrean daring puskesmas Bali", record=record)
    await sync(hub)
    centre.reconcile()
    await sync(hub)

    assert contested == ("attention", "Perlu tindakan (1). Lihat: hubnode decisions")
    assert said(hub) == ("ok", "Tersinkron.")


async def test_a_conflict_that_was_answered_waits_for_the_centre_and_for_nobody_here(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    centre.curate(record, {"title": "Antrean puskesmas"})
    publish(hub, "Antrean daring", record=record)
    await sync(hub)
    centre.reconcile()
    await sync(hub)

    publish(hub, "Antrean daring puskesmas Bali", record=record)
    waiting_here = said(hub)
    assert (await sync(hub)).state == "ok"
    who = hub.db.read_sync(identity.get)
    assert who is not None

    assert waiting_here == ("pending", "Menunggu dikirim (1).")
    assert said(hub) == ("pending", "Terkirim; menunggu keputusan pusat (1).")
    assert hub.db.read_sync(lambda conn: waiting_cases(conn, hub, who)) == []
    (case,) = hub.db.read_sync(lambda conn: unsettled_cases(conn, hub, who))
    assert (case.kind, case.record, case.field) == (Kind.CENTRE, record, "title")


async def test_every_contested_field_of_one_change_is_a_case(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    centre.curate(record, {"title": "Antrean puskesmas", "summary": "Ringkas"})
    publish(hub, "Antrean daring", record=record, summary="Singkat")
    await sync(hub)
    centre.reconcile()
    await sync(hub)
    who = hub.db.read_sync(identity.get)
    assert who is not None
    listed = hub.db.read_sync(lambda conn: open_conflicts(conn, hub, who))
    assert {it["field"] for it in listed} == {"title", "summary"}
    assert said(hub) == ("attention", "Perlu tindakan (2). Lihat: hubnode decisions")


async def test_what_stopped_the_node_is_said_in_its_own_sentence(hub: Node) -> None:
    publish(hub, "Antrean daring puskesmas")
    await sync(hub)
    mark = IssuedMark(origin=ORIGIN, size=5, root=bytes(32))
    mark.write(hub.folder / MARK_FILE)

    report = await sync(hub)

    assert report.code == "issued_mark_ahead"
    assert said(hub) == ("blocked", report.sentence)


async def test_a_run_whose_process_was_killed_is_not_running(hub: Node) -> None:
    hub.db.run_sync(lambda conn: runs.start(conn, hub.clock.now()))
    with FolderLock(hub.folder, SYNC_LOCK):
        assert said(hub)[0] == "running"
    assert said(hub)[0] == "late"


async def test_the_history_says_so_too(hub: Node) -> None:
    hub.db.run_sync(lambda conn: runs.start(conn, hub.clock.now()))
    [run] = hub.db.read_sync(lambda conn: past_runs(conn, hub, limit=5))
    assert run.state is RunState.INTERRUPTED


@pytest.mark.parametrize(
    ("interval_s", "age_s", "late"),
    [
        (3_600, 7_000, False),
        (3_600, 7_300, True),
        (5, 60, False),
        (5, 400, True),
        (0, 9_999, False),
    ],
)
def test_a_node_is_late_after_two_intervals_and_some_minutes(
    hub: Node, interval_s: float, age_s: float, *, late: bool
) -> None:
    since = hub.clock.now() - timedelta(seconds=age_s)
    assert is_late(since, hub, interval_s) is late
