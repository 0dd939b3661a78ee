"""Three dated snapshots of European cases: a catalogue a hub, a snapshot a round.

What the centre publishes is compared with the union that plain Python reads from the same file.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlalchemy import Connection

from hubnode.imports.commit import ImportReport
from hubnode.imports.mapping import parse_mapping
from hubnode.imports.readers import SourceTable, read_table
from hubnode.node import Node
from hubnode.store import identity as identities
from hubnode.sync.run import sync
from runtime.database import Database
from runtime.documents import DocumentStore
from tests.support.federation import FederationUnderTest, import_into
from tests.support.shared import SHARED, needs_shared

FILE = SHARED / "data" / "eu_ips_2021_2022.csv"
MAPPING = Path(__file__).with_name("eu_cases.toml")
SNAPSHOTS = ("2021-01-10", "2021-02-04", "2022-08-16")
STAGES = {"In development": "inisiatif", "Pilot": "uji_coba"}
AGENCY_NAME_MAX = 300
FIRST_ROW = 2  # below the header, as a spreadsheet counts

Case = dict[str, str]
Union = dict[tuple[str, str], dict[str, Any]]


@needs_shared("data/eu_ips_2021_2022.csv")
async def test_the_catalogue_is_the_union_of_what_the_hubs_published(
    tmp_path: Path, database_url: str
) -> None:
    cases = _cases()
    sources = sorted({case["source_name"] for case in cases})
    async with FederationUnderTest(tmp_path, database_url) as federation:
        hubs = {source: await federation.hub(source) for source in sources}
        for snapshot in SNAPSHOTS:
            reports = {source: _import(hub, source, snapshot) for source, hub in hubs.items()}
            await _sync_all(federation, hubs)
            assert await _published(federation.url) == _union(cases, snapshot)
            refused = {source: _refused_names(report) for source, report in reports.items()}
            assert refused == _expected_refusals(cases, snapshot)
            replicas = {_documents(hub.db, hub.documents) for hub in hubs.values()}
            assert replicas == {_documents(federation.centre.db, federation.centre.documents)}
            sizes = {source: _log_size(hub) for source, hub in hubs.items()}
            again = [_import(hub, source, snapshot) for source, hub in hubs.items()]
            assert {(it.added, it.amended, it.withdrawn) for it in again} == {(0, 0, 0)}
            await _sync_all(federation, hubs)
            assert {source: _log_size(hub) for source, hub in hubs.items()} == sizes


async def _sync_all(federation: FederationUnderTest, hubs: dict[str, Node]) -> None:
    """A run of every hub, the centre's decisions, and a run that fetches them."""
    for _ in range(2):
        for hub in hubs.values():
            report = await sync(hub)
            assert report.state == "ok"
        await federation.settle()


def _import(hub: Node, source: str, snapshot: str) -> ImportReport:
    return import_into(
        hub,
        _table(),
        parse_mapping(MAPPING.read_bytes(), name="eu"),
        where={"source_name": source, "snapshot": snapshot},
        withdraw_missing=True,
    )


@cache
def _table() -> SourceTable:
    return read_table(FILE)


@cache
def _cases() -> list[Case]:
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _is_complete(case: Case) -> bool:
    return bool(case["start_date"]) and len(case["lead_organisation_name"]) <= AGENCY_NAME_MAX


def _union(cases: list[Case], snapshot: str) -> Union:
    """What the catalogue must hold, from the file alone.

    A case that a later snapshot lists incompletely stays as it was: a refused row is an error to
    mend and not a wish to withdraw.
    """
    union: Union = {}
    for now in SNAPSHOTS[: SNAPSHOTS.index(snapshot) + 1]:
        listed = [case for case in cases if case["snapshot"] == now]
        names = {(case["source_name"], case["name"]) for case in listed}
        union = {name: record for name, record in union.items() if name in names}
        union |= {
            (case["source_name"], case["name"]): _record(case)
            for case in listed
            if _is_complete(case)
        }
    return union


def _expected_refusals(cases: list[Case], snapshot: str) -> dict[str, set[str]]:
    refused: dict[str, set[str]] = {case["source_name"]: set() for case in cases}
    for case in cases:
        if case["snapshot"] == snapshot and not _is_complete(case):
            refused[case["source_name"]].add(case["name"])
    return refused


def _record(case: Case) -> dict[str, Any]:
    about = (case["type"], case["geoextent"], case["uptake"])
    record = {
        "title": f"{case['name']} ({case['technology']})",
        "summary": "\n".join(about),
        "objective": f"{case['primary_sector']}: {case['secondary_sector']}",
        "implementation": case["description"],
        "resources": case["url"],
        "started": case["start_date"],
        "innovation_type": "digital",
        "stage": STAGES.get(case["status"], "penerapan"),
        "agency": {"name": case["lead_organisation_name"], "kind": "lembaga"},
    }
    return {name: value for name, value in record.items() if value}


def _refused_names(report: ImportReport) -> set[str]:
    assert all(error.code in {"required", "too_long"} for error in report.errors)
    rows = _cases()
    return {rows[error.row - FIRST_ROW]["name"] for error in report.errors}


async def _published(url: str) -> Union:
    """The whole catalogue, page by page, as any system would harvest it."""
    published: Union = {}
    cursor = ""
    async with aiohttp.ClientSession() as session:
        while True:
            address = f"{url}/api/v1/innovations?limit=100&cursor={cursor}"
            async with session.get(address) as answer:
                page = orjson.loads(await answer.read())
            for item in page["items"]:
                record = {k: v for k, v in item["record"].items() if k not in ("id", "hub")}
                name = record["title"].rpartition(" (")[0]
                published[item["hub"], name] = record
            if page["next"] is None:
                return published
            cursor = page["next"]


def _documents(db: Database, documents: DocumentStore) -> tuple[tuple[str, bytes], ...]:
    """Every record's bytes: equal here is equal byte for byte."""

    def bodies(conn: Connection) -> tuple[tuple[str, bytes], ...]:
        ids = [document for document, _ in documents.digests(conn)]
        return tuple(sorted(documents.get_many(conn, ids).items()))

    return db.read_sync(bodies)


def _log_size(hub: Node) -> int:
    def size(conn: Connection) -> int:
        who = identities.get(conn)
        assert who is not None
        return hub.logs.open(conn, who.origin).tree.size

    return hub.db.read_sync(size)
