"""Undo takes back the newest import that did something."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hubnode.authoring import Desk, own_record
from hubnode.imports.mapping import parse_mapping
from hubnode.imports.readers import SourceRow, SourceTable, read_table
from hubnode.imports.undo import (
    RECORDS_A_TRANSACTION,
    Kept,
    NothingToUndo,
    UndoReport,
    latest_import,
    undo_import,
)
from hubnode.node import Node
from hubnode.store import identity, records
from hubnode.store import imports as store
from hubnode.store.records import OwnRecord
from hubnode.sync.run import sync
from tests.support.federation import FederationUnderTest, import_into
from tests.support.nodes import publish
from tests.support.simulated_centre import SimulatedCentre
from tests.support.verdicts import TRANSFERRED

MAPPING = b"""
[key]
columns = ["no"]
[fields.title]
column = "judul"
[fields.started]
column = "tahun"
[fields.agency]
name = { constant = "Dinas Kesehatan" }
kind = { constant = "kota" }
[fields.region]
constant = "51.71"
"""


async def test_an_import_that_changed_nothing_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "inovasi.csv"
    file.write_text("no,judul,tahun\n1,Antar Obat,2021\n", encoding="utf-8")
    mapping = parse_mapping(MAPPING, name="uji")
    async with FederationUnderTest(tmp_path) as federation:
        node = await federation.hub("51")
        first = import_into(node, read_table(file), mapping)
        again = import_into(node, read_table(file), mapping)
        assert (first.added, first.errors, again.unchanged) == (1, [], 1)

        report = undone(node)

        (record,) = node.db.read_sync(lambda conn: records.page(conn, limit=2))
        assert report.undone == 1
        assert record.withdrawn


def move(hub: Node, record: str, *verbs: str) -> None:
    """A person withdraws or restores a record."""

    def work(conn: Connection) -> None:
        who = identity.get(conn)
        assert who is not None
        desk = Desk.open(conn, hub, who, by="rina")
        for verb in verbs:
            getattr(desk, verb)(desk.current(own_record(conn, record)), "Diputuskan.")
        desk.save(conn)

    hub.db.run_sync(work)


async def test_undo_does_not_make_a_persons_withdrawal_its_own(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    move(hub, record, "withdraw")
    imported(hub, title="Antar Obat Baru", started="2021")
    undone(hub)
    imported(hub, title="Antar Obat Baru", started="2021")
    assert own(hub, record).withdrawn


async def test_what_a_person_withdrew_after_the_import_stays_withdrawn(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    imported(hub, title="Antar Obat Baru", started="2021")
    move(hub, record, "withdraw")
    report = undone(hub)
    assert own(hub, record).withdrawn
    assert own(hub, record).fields["title"] == "Antar Obat"
    assert report.kept == (Kept(record=record, fields=("state",)),)


async def test_what_a_person_restored_after_the_import_stays_restored(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    move(hub, record, "withdraw")
    imported(hub, title="Antar Obat Baru", started="2021")
    move(hub, record, "restore")
    undone(hub)
    assert not own(hub, record).withdrawn


async def test_what_went_to_another_hub_since_stays_as_it_is(
    hub: Node, centre: SimulatedCentre
) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    await sync(hub)
    centre.reconcile()
    centre.decide(replace(TRANSFERRED, record=record))
    await sync(hub)
    assert undone(hub) == UndoReport(undone=0, kept=(Kept(record=record, fields=("hub",)),))


async def test_what_undo_withdrew_comes_back_with_the_next_import(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    undone(hub)
    assert own(hub, record).withdrawn
    imported(hub, title="Antar Obat", started="2021")
    assert not own(hub, record).withdrawn


async def test_what_was_edited_after_the_import_stays(hub: Node) -> None:
    first = imported(hub, title="Antar Obat", started="2021")
    imported(hub, title="Antar Obat Baru", started="2022")
    publish(hub, "Judul tangan", record=first)

    report = undone(hub)

    record = own(hub, first)
    assert (record.fields["title"], record.fields["started"]) == ("Judul tangan", "2021")
    assert report == UndoReport(undone=1, kept=(Kept(record=first, fields=("title",)),))


async def test_a_record_that_the_import_made_and_somebody_edited_is_not_withdrawn(
    hub: Node,
) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    publish(hub, "Judul tangan", record=record)

    report = undone(hub)

    assert not own(hub, record).withdrawn
    assert (report.undone, report.kept[0].fields) == (0, ("title",))


async def test_the_next_import_does_not_write_over_what_undo_left(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    imported(hub, title="Antar Obat", started="2022")
    publish(hub, "Judul tangan", record=record)
    undone(hub)

    imported(hub, title="Antar Obat", started="2022")

    fields = own(hub, record).fields
    assert (fields["title"], fields["started"]) == ("Judul tangan", "2022")


async def test_a_record_that_undo_left_is_still_known_to_the_next_import(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    publish(hub, "Judul tangan", record=record)
    undone(hub)

    imported(hub, title="Antar Obat", started="2021")

    assert own(hub, record).fields["title"] == "Judul tangan"


async def test_only_the_import_that_was_shown_is_undone(hub: Node) -> None:
    record = imported(hub, title="Antar Obat", started="2021")
    shown = hub.db.read_sync(latest_import)
    imported(hub, title="Antar Obat Baru", started="2021")
    who = hub.db.read_sync(identity.get)
    assert who is not None
    with pytest.raises(NothingToUndo):
        undo_import(hub, who, shown, by="operator", advance=lambda _count: None)
    assert own(hub, record).fields["title"] == "Antar Obat Baru"


async def test_a_large_import_is_undone_in_parts_and_gone_on_with_where_it_was_interrupted(
    hub: Node,
) -> None:
    count = 2 * RECORDS_A_TRANSACTION + 1
    cells = [{"no": str(it), "judul": f"Inovasi {it}", "tahun": "2021"} for it in range(count)]
    rows = tuple(SourceRow(number=at + 2, cells=it) for at, it in enumerate(cells))
    table = SourceTable(columns=("no", "judul", "tahun"), rows=rows)
    import_into(hub, table, parse_mapping(MAPPING, name="uji"))
    run, who = hub.db.read_sync(lambda conn: (latest_import(conn), identity.get(conn)))
    assert who is not None

    def stop(_count: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        undo_import(hub, who, run, by="operator", advance=stop)
    half = hub.db.read_sync(lambda conn: store.get(conn, run.id))
    assert half is not None
    assert (half.undone, half.undone_count) == (False, RECORDS_A_TRANSACTION)
    assert shown_count(hub) == count - RECORDS_A_TRANSACTION

    parts: list[int] = []
    report = undo_import(hub, who, run, by="operator", advance=parts.append)
    assert (report.undone, parts) == (count - RECORDS_A_TRANSACTION, [RECORDS_A_TRANSACTION, 1])
    assert shown_count(hub) == 0
    with pytest.raises(NothingToUndo):
        hub.db.read_sync(latest_import)


def shown_count(node: Node) -> int:
    found = node.db.read_sync(lambda conn: records.page(conn, limit=10_000))
    return sum(not it.withdrawn for it in found)


def imported(node: Node, *, title: str, started: str) -> str:
    """Imports the one row of a file; returns the id of its record."""
    cells = {"no": "1", "judul": title, "tahun": started}
    table = SourceTable(columns=tuple(cells), rows=(SourceRow(number=2, cells=cells),))
    import_into(node, table, parse_mapping(MAPPING, name="uji"))
    (record,) = node.db.read_sync(lambda conn: records.page(conn, limit=2))
    return record.id


def undone(node: Node) -> UndoReport:
    who = node.db.read_sync(identity.get)
    assert who is not None
    run = node.db.read_sync(latest_import)
    return undo_import(node, who, run, by="operator", advance=lambda _count: None)


def own(node: Node, record: str) -> OwnRecord:
    return node.db.read_sync(lambda conn: own_record(conn, record))
