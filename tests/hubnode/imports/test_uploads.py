"""Files that came through a browser: kept whole, named as people know them, and thrown away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubnode.imports.choices import choices_of
from hubnode.imports.commit import RowError
from hubnode.imports.correcting import MASK, columns_at_fault, corrected, masks
from hubnode.imports.mapping import load_mapping
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.imports.refusal import FileRefused
from hubnode.imports.uploads import KEPT_FOR, Phase, Upload, Uploads
from runtime.system import SystemClock

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ID = "0123456789abcdef"


def begun(uploads: Uploads, name: str = "inovasi.xlsx") -> Upload:
    return uploads.begin(id_=ID, name=name, by="rina", at=NOW)


def test_what_is_known_of_a_file_is_kept(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    known = replace(begun(uploads), phase=Phase.CHECKED, columns=("a",), samples=(("1",),), run=3)
    uploads.save(known)
    assert uploads.get(ID) == known
    assert uploads.every() == [known]


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    begun(Uploads(tmp_path / "uploads"))
    modes = {it.stat().st_mode & 0o077 for it in (tmp_path / "uploads").rglob("*")}
    assert modes == {0}


def test_a_file_on_which_nobody_has_worked_for_a_week_is_thrown_away(tmp_path: Path) -> None:
    uploads, now = Uploads(tmp_path / "uploads"), SystemClock().now()
    assert uploads.discard_abandoned(now) == []
    uploads.file(begun(uploads)).write_bytes(b"Nomor telepon: 0812")
    assert uploads.discard_abandoned(now + KEPT_FOR - timedelta(hours=1)) == []
    assert uploads.discard_abandoned(now + KEPT_FOR + timedelta(hours=1)) == [ID]
    assert list((tmp_path / "uploads").iterdir()) == []


def test_the_file_of_an_import_that_was_undone_is_thrown_away(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    uploads.save(replace(begun(uploads), run=3))
    uploads.discard_of(4)
    assert len(uploads.every()) == 1
    uploads.discard_of(3)
    assert uploads.every() == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [("C:\\Data\\inovasi.xlsx", "inovasi.xlsx"), ("../../a\x00.csv", "a.csv")],
)
def test_a_name_is_only_a_name(tmp_path: Path, given: str, shown: str) -> None:
    assert begun(Uploads(tmp_path / "uploads"), given).name == shown


def test_a_kind_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        begun(Uploads(tmp_path / "uploads"), "foto.png")


@pytest.mark.parametrize("id_", ["", "..", "0123456789ABCDEF", "../0123456789abc"])
def test_what_is_no_id_names_no_file(tmp_path: Path, id_: str) -> None:
    uploads = Uploads(tmp_path)
    uploads.discard(id_)
    assert uploads.get(id_) is None
    assert tmp_path.exists()


def test_the_later_correction_of_a_cell_counts(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    upload = begun(uploads)
    uploads.correct(upload, {2: {"a": "x", "b": "y"}})
    uploads.correct(upload, {2: {"a": "z"}})
    row = SourceRow(number=2, cells={"a": "1", "b": "2"})
    table = SourceTable(columns=("a", "b"), rows=(row,))
    assert corrected(table, uploads.corrections(upload)).rows[0].cells == {"a": "z", "b": "y"}


def test_a_file_thrown_away_is_gone(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    uploads.file(begun(uploads)).write_bytes(b"x")
    uploads.discard(ID)
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("field", "code", "columns"),
    [
        ("title", "required", ["title"]),
        ("agency", "required", ["agency.name", "agency.kind"]),
        ("agency.kind", "not_allowed", ["agency.kind"]),
        ("kode", "key_missing", ["kode"]),
        ("sdgs", "required", []),
    ],
)
def test_an_error_is_mended_in_its_columns(field: str, code: str, columns: list[str]) -> None:
    mapping = load_mapping("template", folder=Path())
    there = ("kode", "title", "agency.name", "agency.kind")
    error = RowError(row=2, field=field, code=code, message="")
    assert columns_at_fault(mapping, error, there) == columns


def test_a_mask_takes_personal_data_out_and_nothing_else() -> None:
    found = masks([(2, {"a": "Surel rina@dinas.example, ya.", "b": "Tahun 2021"}), (3, {"a": ""})])
    assert found == {2: {"a": f"Surel {MASK}, ya."}}


def test_a_field_with_few_values_says_which() -> None:
    assert "uji_coba" in choices_of("stage")
    assert "rencana" in choices_of("roadmap.2.status")
    assert not choices_of("title")
