"""XLSX: cells as people read them, and no file that takes the process down."""

import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from hubnode.imports.readers import read_table
from hubnode.imports.refusal import FileRefused
from hubnode.imports.values import conversion
from hubnode.imports.workbook import read_workbook
from tests.support.shared import SHARED, needs_shared

ODD_FILES = SHARED / "vectors" / "xlsx" / "calamine"
ROWS_MAX = 50_000
MEMORY_BYTES_MAX = 200 << 20
READER = """
import resource, sys
from pathlib import Path
from hubnode.imports.readers import read_table
from hubnode.imports.refusal import FileRefused
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    try:
        print(Path(name).name, "rows", len(read_table(Path(name)).rows))
    except FileRefused as refused:
        print(Path(name).name, "refused", refused.code)
print("MORE", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two sheets with cells of every kind."""
    path = tmp_path / "buku.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        first = workbook.add_worksheet("Inovasi")
        first.write_row(0, 0, ["no", "judul", "tahun", "tanggal", "aktif"])
        first.write_row(1, 0, [1, " Antar Obat ", 2021.0, "", True])
        first.write_datetime(1, 3, date(2021, 5, 31), day)
        first.write_row(4, 0, [2.5, "=1+1", 2022, "31 Mei", False])
        workbook.add_worksheet("Lain").write_row(0, 0, ["kolom"])
    return path


def test_cells_are_read_as_people_see_them(book: Path) -> None:
    (first, second) = read_table(book).rows
    assert first.number == 2
    assert list(first.cells.values()) == ["1", "Antar Obat", "2021", "2021-05-31", "true"]
    assert second.number == 5
    assert second.cells["no"] == "2.5"


@pytest.mark.parametrize("form", ["DD/MM/YYYY", "YYYY-DD-MM", "DD MMMM YYYY"])
@pytest.mark.parametrize("moment", [date(2021, 5, 6), datetime(2021, 5, 6, 13, 45)])  # noqa: DTZ001 - cells have no zone
def test_a_date_cell_is_a_date_whatever_format_says(
    tmp_path: Path, form: str, moment: date
) -> None:
    path = tmp_path / "tanggal.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["mulai"])
        written = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_datetime(1, 0, moment, written)
    [row] = read_table(path).rows
    assert conversion({"as": "date", "format": form})(row.cells["mulai"]) == "2021-05-06"


def test_a_sheet_is_chosen_by_name(book: Path) -> None:
    assert read_table(book, sheet="Lain").columns == ("kolom",)
    with pytest.raises(FileRefused, match="Inovasi, Lain") as refusal:
        read_table(book, sheet="Tidak Ada")
    assert refusal.value.code == "sheet_missing"


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "kosong.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.add_worksheet()
    with pytest.raises(FileRefused) as refusal:
        read_table(path)
    assert refusal.value.code == "no_rows"


def test_more_rows_than_allowed_are_refused_before_they_are_laid_out(tmp_path: Path) -> None:
    path = tmp_path / "panjang.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["no"])
        sheet.write_row(12, 0, [1])
    with pytest.raises(FileRefused) as refusal:
        read_workbook(path, sheet=None, rows_max=10)
    assert refusal.value.code == "too_many_rows"


def test_two_cells_far_apart_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "jauh.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "no")
        sheet.write_string(40_000, 16_000, "jauh")
    with pytest.raises(FileRefused) as refusal:
        read_table(path)
    assert refusal.value.code == "file_too_large"


def test_an_empty_but_formatted_cell_far_away_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "format.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["no", "judul"])
        sheet.write_row(1, 0, ["1", "Satu"])
        sheet.write_blank(49_000, 300, None, workbook.add_format({"bold": True}))
    assert [row.cells["judul"] for row in read_table(path).rows] == ["Satu"]


def test_a_zip_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (30 << 20))
    with pytest.raises(FileRefused) as refusal:
        read_table(path)
    assert refusal.value.code == "file_too_large"


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_is_refused(book: Path, cut: float) -> None:
    whole = book.read_bytes()
    book.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(FileRefused):
        read_table(book)


@needs_shared("vectors/xlsx")
def test_odd_files_of_the_world_are_read_or_refused_and_none_takes_the_process_down() -> None:
    files = sorted(map(str, ODD_FILES.glob("*.xlsx")))
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", READER, *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    *lines, memory = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert len(lines) == len(files)
    assert sum(" rows " in line for line in lines) > len(files) / 2
    assert int(memory.split()[1]) * 1_024 < MEMORY_BYTES_MAX


@needs_shared("vectors/xlsx")
@pytest.mark.parametrize("name", ["OOM_alloc.xls", "issue_594_dos.ods"])
def test_other_kinds_of_workbook_are_refused_by_their_ending(name: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_table(ODD_FILES / name)
    assert refusal.value.code == "file_type_unknown"


@needs_shared("vectors/xlsx")
@pytest.mark.parametrize("name", ["OOM_alloc.xls", "issue_594_dos.ods"])
def test_another_kind_of_workbook_under_our_ending_is_refused_too(
    tmp_path: Path, name: str
) -> None:
    copy = tmp_path / "a.xlsx"
    copy.write_bytes((ODD_FILES / name).read_bytes())
    with pytest.raises(FileRefused):
        read_table(copy)
