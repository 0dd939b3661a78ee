"""Innovations as text: CSV (RFC 4180) for spreadsheets, JSON Lines for programs."""

import csv
from collections.abc import Iterable
from io import TextIOWrapper
from typing import BinaryIO

import orjson

from central.outlets.columns import Cell, Item, cells, columns
from runtime.spreadsheets import CSV_ENCODING, safe_cell


def write_csv(file: BinaryIO, items: Iterable[Item], *, header: str) -> None:
    """A row an innovation under one row of headings; no cell is taken for a formula."""
    text = TextIOWrapper(file, encoding=CSV_ENCODING, newline="")
    writer = csv.writer(text)
    writer.writerow([column.heading(header) for column in columns()])
    writer.writerows([_written(cell) for cell in cells(item)] for item in items)
    text.flush()
    text.detach()


def write_json_lines(file: BinaryIO, items: Iterable[Item]) -> None:
    """An innovation a line, with the members that the API gives it, sorted by name."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    file.writelines(orjson.dumps(item, option=options) for item in items)


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case _:
            return safe_cell(cell)
