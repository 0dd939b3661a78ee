"""The file with its errors written into it, for people who would rather mend it in a spreadsheet.

Rows keep their numbers, and the column with the errors is behind the last one: the mended file is
imported like the one it came from.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from hubnode.imports.readers import SourceTable
from hubnode.imports.values import CellDate
from runtime.spreadsheets import CSV_ENCODING, safe_cell

ENDINGS = (".xlsx", ".csv")
ERROR_COLUMN = "KESALAHAN"

_WIDTH = 24
_WIDE = 60


def write_marked(
    path: Path, table: SourceTable, errors: Mapping[int, Sequence[str]], *, header_row: int
) -> None:
    """Writes the file; its ending, one of `ENDINGS`, says how.

    Args:
        path: where.
        table: with what was corrected so far.
        errors: sentences by row number.
        header_row: number of the row with the column names.
    """
    rows = _placed(table, errors, header_row)
    if path.suffix == ".csv":
        _write_csv(path, rows)
    else:
        _write_workbook(path, rows, len(table.columns))


def _placed(
    table: SourceTable, errors: Mapping[int, Sequence[str]], header_row: int
) -> Iterator[tuple[int, list[str]]]:
    """Rows from 0 on, where a spreadsheet shows them under the numbers that they had."""
    first = table.rows[0].number if table.rows else header_row + 1
    top = min(header_row, first - 1) - 1  # of JSON Lines the first row is number 1
    moved = 1 if top < 0 else 0
    yield top + moved, [*table.columns, ERROR_COLUMN]
    for row in table.rows:
        told = "; ".join(errors.get(row.number, ()))
        yield row.number - 1 + moved, [*(row.cells[name] for name in table.columns), told]


def _write_csv(path: Path, rows: Iterator[tuple[int, list[str]]]) -> None:
    with path.open("w", encoding=CSV_ENCODING, newline="") as file:
        writer = csv.writer(file)
        at = 0
        for place, cells in rows:
            for _ in range(place - at):
                writer.writerow([])
            writer.writerow([safe_cell(cell) for cell in cells])
            at = place + 1


def _write_workbook(path: Path, rows: Iterator[tuple[int, list[str]]], width: int) -> None:
    import xlsxwriter  # noqa: PLC0415  # megabytes that a resting node need not hold

    options = {"constant_memory": True}
    with xlsxwriter.Workbook(path, options) as workbook:
        sheet = workbook.add_worksheet("Inovasi")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        fault = workbook.add_format({"bg_color": "#FCE6E4", "text_wrap": True})
        sheet.set_column(0, width - 1, _WIDTH)
        sheet.set_column(width, width, _WIDE)
        for place, cells in rows:
            for index, cell in enumerate(cells[:-1]):
                if isinstance(cell, CellDate):
                    sheet.write_datetime(place, index, date.fromisoformat(cell.day), day)
                elif cell:
                    sheet.write_string(place, index, cell)
            if cells[-1]:
                sheet.write_string(place, width, cells[-1], fault)
