"""The history of runs: what happened stands alone, what repeated itself is one line that opens."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import runs
from hubnode.store.runs import Run, RunState
from hubnode.web.run_history import series_of
from tests.support.hub_http import signed_in

EVERY = timedelta(minutes=15)
OK, OFFLINE = RunState.OK, RunState.OFFLINE


def keep(node: Node, *kinds: tuple[RunState, int], details: Sequence[str] = ()) -> list[Run]:
    """Runs, the oldest first: how each ended and how many changes it sent; the newest first."""
    said = details or [""] * len(kinds)

    def work(conn: Connection) -> list[Run]:
        for number, ((state, sent), detail) in enumerate(zip(kinds, said, strict=True)):
            at = node.clock.now() + number * EVERY
            code = "unreachable" if state is OFFLINE else ""
            values = {"ended_at": at, "state": state.value, "code": code, "pushed_count": sent}
            values |= {"sentence": "9 perubahan: 9 tampil", "detail": detail}
            runs.note(conn, runs.start(conn, at), values)
        return runs.history(conn, limit=99)

    return node.db.run_sync(work)


def sizes(found: list[Run]) -> list[int]:
    return [len(it.runs) for it in series_of(found)]


def test_runs_without_changes_are_one_series_and_the_newest_stands_alone(hub: Node) -> None:
    assert sizes(keep(hub, *[(OK, 0)] * 5)) == [1, 4]


def test_a_run_that_sent_something_ends_a_series(hub: Node) -> None:
    assert sizes(keep(hub, (OK, 0), (OK, 0), (OK, 3), (OK, 2), (OK, 0), (OK, 0))) == [1, 1, 1, 1, 2]


def test_runs_that_ended_otherwise_are_another_series(hub: Node) -> None:
    found = keep(
        hub, (OK, 0), (OK, 0), (OFFLINE, 0), (OFFLINE, 0), (RunState.ATTENTION, 0), (OK, 0)
    )
    assert sizes(found) == [1, 1, 2, 2]


async def test_a_series_is_one_line_with_its_count_and_span(hub: Node) -> None:
    keep(hub, *[(OK, 0)] * 13)
    async with signed_in(hub) as reader:
        page = (await reader.get("/sinkronisasi")).text
    assert page.count("12 kali, ") == 1
    assert page.count("Berhasil") == 1


async def test_a_run_tells_what_it_did_itself_and_no_running_total(hub: Node) -> None:
    keep(hub, (OK, 3))
    async with signed_in(hub) as reader:
        page = (await reader.get("/sinkronisasi")).text
    assert "9 perubahan: 9 tampil" not in page


def test_runs_that_did_not_reach_the_centre_for_another_cause_are_another_series(
    hub: Node,
) -> None:
    details = ["dns: [Errno -2]", "dns: [Errno -3]", "tls: expired", "tls: expired", ""]
    found = keep(hub, *[(OFFLINE, 0)] * 4, (OK, 0), details=details)
    assert sizes(found) == [1, 2, 2]


async def test_a_series_shows_each_detail_once_for_whoever_looks_closer(hub: Node) -> None:
    details = ["dns: [Errno -2]", "dns: [Errno -3]", "dns: [Errno -3]", ""]
    keep(hub, *[(OFFLINE, 0)] * 3, (OK, 0), details=details)
    async with signed_in(hub) as reader:
        page = (await reader.get("/sinkronisasi")).text
    assert (page.count("[Errno -2]"), page.count("[Errno -3]")) == (1, 1)
