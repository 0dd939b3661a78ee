"""The ready-made mappings, each on a file of its shape: every row a record or a named error."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hubnode.imports.mapping import READY_MADE, TEMPLATE, load_mapping, map_row
from hubnode.imports.readers import SourceTable, read_table
from hubnode.imports.recognising import known_mappings, recognised
from protocol.canonical import Json
from tests.support.federation import FederationUnderTest, import_into

SAMPLES = Path(__file__).with_name("samples")
FILES = {
    "iga": "iga.csv",
    "inoland": "inoland.json",
    "inoland-tulisan": "inoland-tulisan.json",
    "sinovik": "sinovik.csv",
}
GUIDE = (Path(__file__).parents[3] / "docs/integrate/import-mapping.md").read_text("utf-8")

Faults = Mapping[int, set[tuple[str, str]]]
"""By row, the fields at fault and their codes."""

REFUSED: Mapping[str, Faults] = {
    "iga": {
        4: {("started", "required")},
        5: {("stage", "value_unmapped"), ("initiator", "value_unmapped")},
    },
    "inoland": {4: {("started", "bad_format")}, 5: {("agency.kind", "value_unmapped")}},
    "inoland-tulisan": {3: {("title", "too_short")}},
    "sinovik": {5: {("started", "bad_format")}, 6: {("agency.kind", "value_unmapped")}},
}


def table(name: str) -> SourceTable:
    return read_table(SAMPLES / FILES[name])


def record(name: str, row: int, folder: Path) -> dict[str, Json]:
    """What the first rows of a file stand for, counted from 0."""
    found, faults = map_row(load_mapping(name, folder=folder), table(name).rows[row].cells)
    assert faults == []
    return found


@pytest.mark.parametrize("name", FILES)
async def test_no_row_is_dropped_and_a_second_import_changes_nothing(
    name: str, tmp_path: Path
) -> None:
    mapping, rows = load_mapping(name, folder=tmp_path), table(name)
    async with FederationUnderTest(tmp_path) as federation:
        hub = await federation.hub("lan")
        first = import_into(hub, rows, mapping)
        again = import_into(hub, rows, mapping)
    refused = {error.row for error in first.errors}
    assert first.added + len(refused) == len(rows.rows)
    assert all(error.code and error.message for error in first.errors)
    assert (again.added, again.amended, again.unchanged) == (0, 0, first.added)


@pytest.mark.parametrize("name", FILES)
async def test_a_row_that_cannot_be_says_which_field_and_why(name: str, tmp_path: Path) -> None:
    async with FederationUnderTest(tmp_path) as federation:
        hub = await federation.hub("lan")
        report = import_into(hub, table(name), load_mapping(name, folder=tmp_path))
    found: dict[int, set[tuple[str, str]]] = {}
    for error in report.errors:
        found.setdefault(error.row, set()).add((error.field, error.code))
    assert found == REFUSED[name]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_its_shape_is_recognised(name: str, tmp_path: Path) -> None:
    found = recognised(table(name).columns, known_mappings(tmp_path))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_lacks_what_is_not_needed_is_recognised_too(name: str, tmp_path: Path) -> None:
    mapping = load_mapping(name, folder=tmp_path)
    found = recognised({*mapping.key, *mapping.known_by}, known_mappings(tmp_path))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "columns", [("id",), ("Nama Inovasi", "Nama Pemda"), ("Judul Inovasi", "Instansi"), ("No",)]
)
def test_a_file_that_shares_only_common_names_is_not(
    columns: tuple[str, ...], tmp_path: Path
) -> None:
    assert recognised(columns, known_mappings(tmp_path)) is None


@pytest.mark.parametrize("name", sorted({*READY_MADE} - {TEMPLATE, "lan"}))
def test_the_guide_names_every_column_of_a_mapping_and_no_other(name: str, tmp_path: Path) -> None:
    mapping = load_mapping(name, folder=tmp_path)
    section = GUIDE.partition(f"\n### `{name}`")[2].partition("\n### ")[0].partition("\n## ")[0]
    named = {
        cell.strip("`")
        for line in section.splitlines()
        if line.startswith("| `")
        for cell in line.split(" | ")[0].removeprefix("| ").split(", ")
    }
    assert named - {"inovator", "penggagas", "kontak"} == {*mapping.columns, *mapping.key}


def test_inoland_names_region_and_goal(tmp_path: Path) -> None:
    assert record("inoland", 0, tmp_path) == {
        "title": "Obat Rutin Diantar",
        "external_ids": [{"system": "inoland", "value": "inolands-101"}],
        "agency": {"name": "Kabupaten Badung", "kind": "kabupaten"},
        "region": "51.03",
        "started": "2021",
        "summary": "Warga lanjut usia menerima obat rutin di rumah.",
        "government_affair": "Kesehatan",
        "sdgs": [3],
    }


def test_whoever_had_an_idea_is_not_imported(tmp_path: Path) -> None:
    """It may be a person, and no basis on which the name is published is known."""
    for name in ("inoland", "inoland-tulisan"):
        columns = load_mapping(name, folder=tmp_path).columns
        assert not columns & {"inovator", "penggagas", "kontak"}


def test_the_written_cases_of_inoland_are_found_in_the_answer(tmp_path: Path) -> None:
    found = record("inoland-tulisan", 0, tmp_path)
    assert (found["region"], found["trial_started"], found["started"]) == ("63.03", "2018", "2019")
    assert str(found["impact"]).count("\n\n") == 2


def test_a_proposal_says_nothing_of_whether_the_innovation_lives(tmp_path: Path) -> None:
    assert record("sinovik", 0, tmp_path)["sustainability"] == {
        "status": "tidak_terkonfirmasi",
        "strategy": "Peraturan wali kota menetapkan anggaran tahunan.",
    }
    assert "sustainability" not in record("sinovik", 1, tmp_path)


def test_a_profile_of_a_region_has_the_codes_of_the_schema(tmp_path: Path) -> None:
    found = record("iga", 0, tmp_path)
    assert found["stage"] == "penerapan"
    assert found["initiator"] == "perangkat_daerah"
    assert found["innovation_type"] == "non_digital"
    assert found["innovation_form"] == "pelayanan_publik"
    assert (found["trial_started"], found["started"]) == ("2021-03-01", "2021-08-17")
    assert found["budget"] == 75_000_000
