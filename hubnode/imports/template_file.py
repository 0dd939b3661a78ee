"""The empty spreadsheet to fill in: rows on the first sheet, and what each column means beside it.

An import reads the first sheet only, so that the examples on the second are never taken for data.
Cells of text are kept as text: a spreadsheet would make a number of the region 51.10, and of
03/02/2021 a day in March where it is set to another country.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubnode.imports.dates import ADVICE
from hubnode.imports.examples import example_of
from hubnode.imports.refusal import FileRefused
from hubnode.imports.templates import Column, Need, template_columns
from runtime.pages.field_words import GROUPS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

ROWS_SHEET, GUIDE_SHEET, CHOICES_SHEET = "Inovasi", "Petunjuk", "Pilihan"
ROWS_WITH_CHOICES = 5_000
GUIDE_HEADINGS = ("Kolom", "Kelompok", "Wajib", "Yang ditulis", "Pilihan", "Contoh")

_TITLE = "Petunjuk mengisi templat inovasi"
_RULES = (
    "Isi lembar Inovasi, satu baris untuk satu inovasi, mulai baris 2.",
    "Lembar Petunjuk ini tidak ikut diimpor, juga contohnya.",
    "Kolom bertanda * wajib diisi; yang bertanda (*) kadang wajib, seperti ditulis di bawah.",
    "Jangan mengubah judul kolom. Kolom yang tidak diperlukan boleh dihapus.",
    f"Tanggal: hari dulu, lalu bulan, lalu tahun dengan empat angka. {ADVICE}",
    "Baris yang memuat data pribadi (surel, nomor telepon, NIK atau NIP) tidak diimpor.",
)
GUIDE_HEADER_ROW = len(_RULES) + 3
"""Number of the row of `GUIDE_HEADINGS`, as a spreadsheet shows it."""

_NEEDS = {Need.ALWAYS: "Wajib", Need.NEVER: "Tidak"}
_KEY_GROUP = "Pengenal baris"
_A4 = 9
_LINE_POINTS = 15
_WIDTH = 24
_GUIDE_WIDTHS = (42, 22, 30, 52, 42, 44)
_TONES = ("#DCE6F1", "#E2EFDA", "#FFF2CC", "#FCE4D6", "#E4DFEC", "#DDEBF7", "#EDEDED")
"""Of the groups, in their order; dark text is readable on each."""

_KEY_TONE = "#D9D9D9"


def write_template(path: Path) -> None:
    """Writes the empty template: XLSX with explanations and drop-downs, or the header as CSV.

    Raises:
        OSError: it cannot be written there.
        FileRefused: code file_type_unknown: another ending.
    """
    match path.suffix.lower():
        case ".xlsx":
            _write_workbook(path)
        case ".csv":
            _write_csv(path)
        case ending:
            sentence = f"{ending or 'no ending'}: use .xlsx or .csv"
            raise FileRefused(sentence, code="file_type_unknown")


def _write_csv(path: Path) -> None:
    """UTF-8 behind a mark, without which Excel takes it for Windows-1252."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(column.heading for column in template_columns())


def _write_workbook(path: Path) -> None:
    import xlsxwriter  # noqa: PLC0415  # megabytes that a resting node need not hold

    with path.open("wb") as file, xlsxwriter.Workbook(file) as workbook:
        columns = template_columns()
        _write_rows(workbook, columns)
        _write_guide(workbook, columns)
        _write_choices(workbook, columns)


def _write_rows(workbook: "Workbook", columns: Sequence[Column]) -> None:
    sheet = workbook.add_worksheet(ROWS_SHEET)
    tones, text = _tones(workbook), workbook.add_format({"num_format": "@"})
    lists = _lists(columns)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTH, None if column.form == "integer" else text)
        sheet.write_string(0, index, column.heading, tones[column.group])
        sheet.write_comment(0, index, " ".join(filter(None, (column.help, column.why))))
        if column.choices:
            place = lists.index(tuple(column.choices.values()))
            source = f"={CHOICES_SHEET}!{_range(place, len(column.choices))}"
            sheet.data_validation(
                1, index, ROWS_WITH_CHOICES, index, {"validate": "list", "source": source}
            )
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 1)


def _write_guide(workbook: "Workbook", columns: Sequence[Column]) -> None:
    sheet = workbook.add_worksheet(GUIDE_SHEET)
    tones = _tones(workbook)
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, _TITLE, workbook.add_format({"bold": True, "font_size": 14}))
    for row, sentence in enumerate(_RULES, 1):
        sheet.write_string(row, 0, sentence)
    top = GUIDE_HEADER_ROW - 1
    for index, (heading, width) in enumerate(zip(GUIDE_HEADINGS, _GUIDE_WIDTHS, strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(top, index, heading, tones[""])
    for row, column in enumerate(columns, top + 1):
        cells = _explained(column)
        for index, cell in enumerate(cells):
            sheet.write_string(row, index, cell, wrapped if index else tones[column.group])
        sheet.set_row(row, _height(cells))
    sheet.freeze_panes(top + 1, 1)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _height(cells: Sequence[str]) -> int:
    """Points for the cell with the most lines: not every spreadsheet makes room by itself."""
    lines = (-(-len(text) // width) for text, width in zip(cells, _GUIDE_WIDTHS, strict=True))
    return _LINE_POINTS * max(1, *lines)


def _explained(column: Column) -> tuple[str, ...]:
    return (
        column.heading,
        GROUPS.get(column.group, _KEY_GROUP),
        column.why or _NEEDS[column.need],
        column.help,
        "; ".join(column.choices.values()),
        example_of(column),
    )


def _write_choices(workbook: "Workbook", columns: Sequence[Column]) -> None:
    """The lists behind the drop-downs: in a cell's own rule they have room for 255 characters."""
    sheet = workbook.add_worksheet(CHOICES_SHEET)
    for index, words in enumerate(_lists(columns)):
        sheet.write_column(0, index, words)
    sheet.hide()


def _lists(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(it.choices.values()) for it in columns if it.choices))


def _range(place: int, count: int) -> str:
    from xlsxwriter.utility import xl_range_abs  # noqa: PLC0415  # as xlsxwriter itself

    return str(xl_range_abs(0, place, count - 1, place))


def _tones(workbook: "Workbook") -> dict[str, "Format"]:
    by_group = {"": _KEY_TONE, **dict(zip(GROUPS, _TONES, strict=True))}
    common = {"bold": True, "text_wrap": True, "valign": "top", "font_color": "#000000"}
    return {
        group: workbook.add_format({**common, "bg_color": tone}) for group, tone in by_group.items()
    }
