"""The template speaks the words of the form; a file with its headings is imported like any."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from hubnode.imports.commit import ImportReport
from hubnode.imports.headings import fitted, place_words, unread_columns
from hubnode.imports.mapping import (
    FOLDER,
    TEMPLATE,
    MappingRefused,
    load_mapping,
    map_row,
    parse_mapping,
)
from hubnode.imports.marked import ERROR_COLUMN
from hubnode.imports.readers import SourceRow, SourceTable, read_table
from hubnode.imports.recognising import known_mappings, recognised
from hubnode.imports.template_file import GUIDE_HEADER_ROW, GUIDE_SHEET, write_template
from hubnode.imports.templates import Column, Need, headings_in, template_columns
from hubnode.node import Node
from protocol.canonical import Json
from tests.support.federation import import_into

CELLS = {
    "Kode baris *": "A-1",
    "Judul inovasi *": "Antar Obat",
    "Instansi: Nama instansi *": "Dinas Kesehatan",
    "Instansi: Jenis instansi *": "Kota",
    "Wilayah (*)": "51.71",
    "Mulai implementasi (*)": "17 Agustus 2023",
    "Tahapan": "Uji coba",
    "Capaian keluaran 1: Indikator": "Obat diantar",
    "Capaian keluaran 1: Nilai": "1250",
}

OWN = b"""
partial = true
[key]
columns = ["kode"]
[where]
Ikut = "ya"
[fields.title]
column = "Judul inovasi"
[fields.agency]
name = { constant = "Dinas Kesehatan" }
kind = { constant = "kota" }
[fields.region]
constant = "51"
[fields.started]
constant = "2021"
"""
"""A mapping of the operator's that is called `template` too."""


def column(name: str) -> Column:
    return next(it for it in template_columns() if it.name == name)


def record_of(cells: dict[str, str]) -> dict[str, Json]:
    mapping = fitted(load_mapping(TEMPLATE, folder=Path("none")), tuple(cells))
    record, faults = map_row(mapping, cells)
    assert faults == []
    return record


def imported(node: Node, cells: dict[str, str]) -> ImportReport:
    table = SourceTable(columns=tuple(cells), rows=(SourceRow(number=2, cells=cells),))
    return import_into(node, table, load_mapping(TEMPLATE, folder=Path("none")))


def saved_as_template(folder: Path) -> Path:
    """The folder, in which the operator has saved `OWN` under the name of the built-in mapping."""
    folder.mkdir(exist_ok=True)
    (folder / f"{TEMPLATE}.toml").write_bytes(OWN)
    return folder


def guide(tmp_path: Path) -> list[dict[str, str]]:
    """The rows of the sheet that explains the columns."""
    file = tmp_path / "templat.xlsx"
    write_template(file)
    table = read_table(file, sheet=GUIDE_SHEET, header_row=GUIDE_HEADER_ROW)
    return [it.cells for it in table.rows]


def test_the_headings_are_the_words_of_the_form_and_marked_where_they_are_needed() -> None:
    assert column("title").heading == "Judul inovasi *"
    assert column("agency.kind").heading == "Instansi: Jenis instansi *"
    assert column("outputs.2.unit").heading == "Capaian keluaran 2: Satuan"


def test_what_only_some_records_need_is_marked_otherwise_and_says_when() -> None:
    assert column("region").heading == "Wilayah (*)"
    assert column("started").why == "Isi tahun mulai uji coba atau penerapan."


def test_a_part_that_is_needed_only_beside_others_says_so() -> None:
    part = column("outputs.1.indicator")
    assert (part.need, part.heading) == (Need.WITHIN, "Capaian keluaran 1: Indikator")
    assert part.why == "Wajib bila ada isian lain pada Capaian keluaran 1."


def test_what_is_needed_comes_first() -> None:
    first = [it.name for it in template_columns()[:6]]
    assert first == ["kode", "title", "agency.name", "agency.kind", "region", "started"]


def test_no_two_columns_have_one_heading() -> None:
    every = template_columns()
    assert headings_in([it.heading for it in every]) == {it.heading: it.name for it in every}


def test_a_heading_is_known_without_its_mark_and_however_it_is_written() -> None:
    found = headings_in(["judul  INOVASI", "Wilayah", "agency.name", "Lain"])
    assert found == {"judul  INOVASI": "title", "Wilayah": "region", "agency.name": "agency.name"}


def test_a_row_under_the_headings_becomes_the_record_that_it_says() -> None:
    assert record_of(CELLS) == {
        "title": "Antar Obat",
        "agency": {"name": "Dinas Kesehatan", "kind": "kota"},
        "region": "51.71",
        "started": "2023-08-17",
        "stage": "uji_coba",
        "outputs": [{"indicator": "Obat diantar", "value": "1250"}],
    }


def test_a_file_with_the_old_headings_becomes_the_same_record() -> None:
    old = {headings_in([heading])[heading]: text for heading, text in CELLS.items()}
    assert "agency.kind" in old
    assert record_of(old) == record_of(CELLS)


def test_the_same_row_under_either_headings_is_one_record(hub: Node) -> None:
    whole = {**CELLS, "Capaian keluaran 1: Satuan": "paket"}
    old = {headings_in([heading])[heading]: text for heading, text in whole.items()}
    assert (imported(hub, whole).added, imported(hub, old).unchanged) == (1, 1)


def test_a_file_in_which_two_columns_mean_one_field_is_refused() -> None:
    mapping = load_mapping(TEMPLATE, folder=Path("none"))
    with pytest.raises(MappingRefused) as refused:
        fitted(mapping, ("kode", "title", "Judul inovasi *"))
    assert refused.value.code == "target_repeated"


def test_a_saved_mapping_called_template_is_used_as_it_was_written(hub: Node) -> None:
    own = load_mapping(TEMPLATE, folder=saved_as_template(hub.folder / FOLDER))
    cells = {"kode": "A-1", "Judul inovasi": "Antar Obat", "Ikut": "tidak"}
    rows = (
        SourceRow(number=2, cells=cells),
        SourceRow(number=3, cells={**cells, "kode": "A-2", "Ikut": "ya"}),
    )
    report = import_into(hub, SourceTable(columns=tuple(cells), rows=rows), own)
    assert (report.outcomes, report.errors) == ({3: "added"}, [])


def test_a_saved_mapping_called_template_is_recognised_by_its_own_columns(tmp_path: Path) -> None:
    known = known_mappings(saved_as_template(tmp_path))
    found = recognised(("kode", "Judul inovasi", "Instansi: Nama instansi *", "Ikut"), known)
    assert found is known[0]
    assert found.where == {"Ikut": "ya"}


def test_the_columns_that_the_template_does_not_know_are_named() -> None:
    columns = (*CELLS, "Ringkasan inovasi", "Tahun anggaran")
    mapping = fitted(load_mapping(TEMPLATE, folder=Path("none")), columns)
    assert unread_columns(mapping, columns) == ["Ringkasan inovasi", "Tahun anggaran"]
    assert unread_columns(mapping, columns, where={"Tahun anggaran"}) == ["Ringkasan inovasi"]


def test_the_column_in_which_the_errors_were_marked_is_not_named_as_unread() -> None:
    columns = (*CELLS, ERROR_COLUMN)
    mapping = fitted(load_mapping(TEMPLATE, folder=Path("none")), columns)
    assert unread_columns(mapping, columns) == []


def test_any_other_mapping_leaves_out_what_it_likes() -> None:
    assert unread_columns(parse_mapping(OWN, name="dinas"), ("kode", "Ikut", "Anggaran")) == []


def test_a_filled_template_is_recognised(tmp_path: Path) -> None:
    found = recognised(tuple(CELLS), known_mappings(tmp_path))
    assert found is not None
    assert (found.name, found.key) == (TEMPLATE, ("Kode baris *",))


def test_the_guide_has_a_row_for_every_column_and_an_example(tmp_path: Path) -> None:
    rows = guide(tmp_path)
    assert [it["Kolom"] for it in rows] == [it.heading for it in template_columns()]
    by_name = {it["Kolom"]: it for it in rows}
    assert by_name["Judul inovasi *"]["Contoh"] == "Antrean Sehat Puskesmas"
    assert by_name["Judul inovasi *"]["Wajib"] == "Wajib"
    assert by_name["Mulai implementasi (*)"]["Contoh"] == "17 Agustus 2023"
    assert by_name["Tahapan"]["Pilihan"] == "Inisiatif; Uji coba; Penerapan"


def test_an_example_may_be_imported_as_it_stands(hub: Node, tmp_path: Path) -> None:
    rows = guide(tmp_path)
    needed = {it["Kolom"]: it["Contoh"] for it in rows if it["Kolom"].endswith(("*", "*)"))}
    assert imported(hub, needed).errors == []


def test_an_empty_template_has_no_row_to_import(tmp_path: Path) -> None:
    file = tmp_path / "templat.xlsx"
    write_template(file)
    assert read_table(file).rows == ()


def test_the_choices_drop_down_under_their_words(tmp_path: Path) -> None:
    file = tmp_path / "templat.xlsx"
    write_template(file)
    with ZipFile(file) as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    count = sum(bool(it.choices) for it in template_columns())
    assert sheet.count("<dataValidation ") == count
    assert "Pilihan!$A$1:$A$" in sheet


def test_an_error_is_placed_by_the_heading_or_else_by_the_label() -> None:
    assert place_words("agency.kind", ["Jenis *"]) == "Jenis *"
    assert place_words("outputs.0.unit", []) == "Capaian keluaran 1: Satuan"
    assert place_words("", []) == ""
