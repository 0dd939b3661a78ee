"""Corrections to the cells of a file: which cells a fault is about, and what takes their place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hubnode.imports.commit import RowError
from hubnode.imports.mapping import ColumnMapping
from hubnode.imports.readers import SourceRow, SourceTable
from hubnode.imports.uploads import Corrections
from protocol.innovation.privacy import scan

MASK = "[data pribadi dihapus]"
_KEY_CODES = ("key_missing", "key_repeated")


def corrected(table: SourceTable, corrections: Corrections) -> SourceTable:
    """The table with the corrections in it; the file itself stays as it came."""
    if not corrections:
        return table
    return replace(table, rows=tuple(_corrected(row, corrections) for row in table.rows))


def _corrected(row: SourceRow, corrections: Corrections) -> SourceRow:
    given = corrections.get(row.number)
    if not given:
        return row
    known = {column: text for column, text in given.items() if column in row.cells}
    return replace(row, cells={**row.cells, **known})


def columns_at_fault(mapping: ColumnMapping, error: RowError, columns: Iterable[str]) -> list[str]:
    """The columns of the file in which an error can be mended; none where it is in none of them."""
    if error.code in _KEY_CODES:
        return list(mapping.key)
    there = set(columns)
    found = (column for rule in mapping.rules for column in rule.columns_of(error.field))
    return [column for column in dict.fromkeys(found) if column in there]


def masks(errors: Iterable[tuple[int, Mapping[str, str]]]) -> dict[int, dict[str, str]]:
    """Corrections that take personal data out of cells.

    Args:
        errors: number and cells of each row in which some was found.
    """
    found: dict[int, dict[str, str]] = {}
    for number, cells in errors:
        masked = {column: _masked(text) for column, text in cells.items()}
        found[number] = {column: text for column, text in masked.items() if text != cells[column]}
    return {number: cells for number, cells in found.items() if cells}


def _masked(text: str) -> str:
    for found in sorted(scan({"text": text}), key=lambda it: it.start, reverse=True):
        text = text[: found.start] + MASK + text[found.end :]
    return text


def rows_at_fault(errors: Iterable[RowError]) -> Iterator[tuple[int, list[RowError]]]:
    """The errors of each row, in the order of the file."""
    by_row: dict[int, list[RowError]] = {}
    for error in errors:
        by_row.setdefault(error.row, []).append(error)
    yield from sorted(by_row.items())
