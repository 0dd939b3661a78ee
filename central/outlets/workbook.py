"""Innovations as a workbook (XLSX, ECMA-376): texts as texts, numbers as numbers, no formulas."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, BinaryIO

from central.outlets.columns import Cell, Item, cells, columns

CELL_CHARACTERS_MAX = 32_767
"""Of a cell, as Excel lays it down; a longer text ends in `CUT`. No other format cuts anything."""

CUT = " […]"

_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in every workbook, so that the same innovations are the same bytes."""

_WIDTH = 24


def write_workbook(file: BinaryIO, items: Iterable[Item], *, header: str) -> None:
    """One sheet: headings that stay in sight and can be filtered by, then a row an innovation."""
    import xlsxwriter  # noqa: PLC0415  # megabytes that a centre at rest need not hold

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"created": _MADE_AT})
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet("Inovasi")
        sheet.set_column(0, len(columns()) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns()):
            sheet.write_string(0, number, column.heading(header), bold)
        row = 0
        for row, item in enumerate(items, 1):
            for number, cell in enumerate(cells(item)):
                _write(sheet, row, number, cell)
        sheet.autofilter(0, 0, row, len(columns()) - 1)


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    match cell:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, column, cell)
        case int():
            sheet.write_number(row, column, cell)
        case _:
            sheet.write_string(row, column, _fitting(cell))


def _fitting(text: str) -> str:
    if len(text) <= CELL_CHARACTERS_MAX:
        return text
    return text[: CELL_CHARACTERS_MAX - len(CUT)] + CUT
