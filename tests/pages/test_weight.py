"""What a page costs on a weak link: with style and script at most 60 kB, packed."""

import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import outcomes, runs
from hubnode.store.outcomes import Standing
from hubnode.store.runs import RunState
from tests.support.federation import FederationUnderTest
from tests.support.hub_http import signed_in
from tests.support.nodes import publish_many
from tests.support.two_hubs import QUEUE

PAGE_MAX = 60_000
FILE_MAX = 10_000
ROWS = 100
HALF = ROWS // 2
PAGES = {
    "/": 0,
    "/inovasi": 25,
    "/inovasi/baru": 0,
    "/impor": 0,
    "/sinkronisasi": 20,
    "/keputusan": HALF,
    "/keputusan?jenis=applied": HALF,
    "/katalog": 20,
    "/kesehatan": 5,
    "/pengaturan": 0,
}
"""With how many rows each has at least, where it has some."""
STATIC = files("runtime.pages").joinpath("static")


def packed(data: bytes) -> int:
    return len(gzip.compress(data))


def test_style_and_script_are_small() -> None:
    sizes = {it.name: packed(it.read_bytes()) for it in STATIC.iterdir()}
    assert {name: size for name, size in sizes.items() if size > FILE_MAX} == {}


def note_runs(conn: Connection, start: datetime) -> None:
    """Runs of which no two beside each other are alike, so that each has its own row."""
    for number in range(ROWS):
        is_good = number % 2 == 0
        at = start + number * timedelta(minutes=15)
        values = {
            "ended_at": at,
            "state": RunState.OK if is_good else RunState.OFFLINE,
            "pushed_count": number if is_good else 0,
            "code": "" if is_good else "unreachable",
            "detail": "" if is_good else "dns: Cannot connect to host [Name or service not known]",
        }
        runs.note(conn, runs.start(conn, at), values)


def hold(conn: Connection, ids: Sequence[str]) -> None:
    """Every change of these records is held, as if the centre had found fault with each."""
    known = [it for record in ids for it in outcomes.of_record_or_none(conn, record) if it.record]
    held = [replace(it, standing=Standing.HELD, outcome="held", code="duplicate") for it in known]
    outcomes.put_many(conn, held)


async def test_a_page_that_is_full_is_small_with_all_it_loads(
    federation: FederationUnderTest, hub: Node
) -> None:
    ids = publish_many(hub, [f"Antrean daring puskesmas {it}" for it in range(ROWS)], **QUEUE)
    await federation.sync(hub)
    hub.db.run_sync(lambda conn: hold(conn, ids[:HALF]))
    hub.db.run_sync(lambda conn: note_runs(conn, hub.clock.now()))
    loaded = sum(packed(it.read_bytes()) for it in STATIC.iterdir())
    sizes = {}
    async with signed_in(hub) as somebody:
        for path, rows in PAGES.items():
            said = await somebody.get(path)
            said = await somebody.get(said.place) if said.place else said
            assert (path, said.status) == (path, 200)
            assert said.text.count("<tr") >= rows, path
            sizes[path] = packed(said.text.encode()) + loaded
    assert {path: size for path, size in sizes.items() if size > PAGE_MAX} == {}
