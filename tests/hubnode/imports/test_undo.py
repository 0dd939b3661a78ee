"""Undo takes back the newest import that did something."""

from pathlib import Path

from hubnode.imports.mapping import parse_mapping
from hubnode.imports.readers import read_table
from hubnode.imports.undo import undo_latest
from hubnode.store import identity, records
from tests.support.federation import FederationUnderTest, import_into

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

        who = node.db.read_sync(identity.get)
        assert who is not None

        undone = node.db.run_sync(lambda conn: undo_latest(conn, node, who, by="operator"))

        (record,) = node.db.read_sync(lambda conn: records.page(conn, limit=2))
        assert undone == 1
        assert record.withdrawn
