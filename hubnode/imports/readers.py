"""Spreadsheets to rows of text: CSV, XLSX and JSON, with the row numbers that people see.

Whatever is wrong with a file ends in `FileRefused` with a code; nothing here guesses a meaning.
Cells are trimmed and in NFC. The `'` that exports put before a formula sign is taken away again.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hubnode.imports.json_files import read_json_document, read_json_lines
from hubnode.imports.refusal import FileRefused
from hubnode.imports.values import CellDate
from hubnode.imports.workbook import read_workbook

ROWS_MAX = 50_000
COLUMNS_MAX = 500
FILE_BYTES_MAX = 100 * 1024 * 1024
CELL_LENGTH_MAX = 100_000

_SEPARATORS = ";,\t"
_FORMULA_SIGNS = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'\uff1d")
_BOMS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Grid = Iterable[tuple[int, Sequence[str]]]
"""Rows with their numbers, the one with the column names first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row of a file.

    Attributes:
        number: as a spreadsheet shows it; the header is usually row 1.
        cells: text by column name; empty cells are "".
        is_surplus: whether it has cells beyond the last column: a sign of a broken separator.
    """

    number: int
    cells: dict[str, str]
    is_surplus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A whole file.

    Attributes:
        columns: in the file's order.
        rows: without those that are empty throughout.
    """

    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_table(path: Path, *, sheet: str | None = None, header_row: int = 1) -> SourceTable:
    """Reads a file by its ending: .csv, .tsv, .txt, .xlsx, .xlsm, .json, .jsonl or .ndjson.

    Args:
        path: of the file.
        sheet: of a workbook; None is the first.
        header_row: number of the row with the column names; of CSV and XLSX.

    Raises:
        FileRefused: code file_missing, file_too_large, file_type_unknown, file_malformed,
            file_encoding_unknown, file_empty, no_rows, header_row_missing, sheet_missing,
            header_repeated, too_many_rows or too_many_columns; the message names the file.
    """
    if path.is_dir():
        sentence = f"{path} is a folder; name the spreadsheet in it"
        raise FileRefused(sentence, code="file_type_unknown")
    try:
        return _table(_grid(path, sheet=sheet, header_row=header_row))
    except FileRefused as refused:
        raise FileRefused(f"{path}: {refused.message}", code=refused.code) from refused
    except FileNotFoundError as error:
        raise FileRefused(f"there is no file {path}", code="file_missing") from error
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error


def _grid(path: Path, *, sheet: str | None, header_row: int) -> Grid:
    if path.stat().st_size > FILE_BYTES_MAX:
        raise FileRefused(f"over {FILE_BYTES_MAX} bytes", code="file_too_large")
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return _numbered(_csv_rows(path.read_bytes(), header_row), header_row)
        case ".xlsx" | ".xlsm":
            return _numbered(read_workbook(path, sheet=sheet, rows_max=ROWS_MAX), header_row)
        case ".jsonl" | ".ndjson":
            return read_json_lines(path.read_bytes())
        case ".json":
            return read_json_document(path.read_bytes())
        case kind:
            sentence = f"{kind or 'no ending'}: use .csv, .xlsx, .json or .jsonl"
            raise FileRefused(sentence, code="file_type_unknown")


def _csv_rows(data: bytes, header_row: int) -> list[list[str]]:
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    separator = _separator(text, header_row)
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        separator, text = first.strip()[-1], rest  # a line for Excel, which does not count it
    csv.field_size_limit(CELL_LENGTH_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [
            [cell[1:] if cell.startswith(_FORMULA_SIGNS) else cell for cell in row]
            for row in reader
        ]
    except csv.Error as error:
        raise FileRefused(f"broken CSV near line {reader.line_num}: {error}") from error


def _decoded(data: bytes) -> str:
    """UTF-8, else what Windows writes; bytes that are neither are refused, not replaced."""
    if data.startswith(_BOMS_OF_UTF16):
        sentence = "UTF-16; save the file as CSV UTF-8"
        raise FileRefused(sentence, code="file_encoding_unknown")
    if b"\x00" in data:
        raise FileRefused("not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        sentence = f"neither UTF-8 (byte {place}) nor Windows-1252 (byte {error.start})"
        raise FileRefused(sentence, code="file_encoding_unknown") from error


def _separator(text: str, header_row: int) -> str:
    """The one that makes the most columns of the line with their names, outside quotes."""
    lines = (text.lstrip("\r\n") if header_row == 1 else text).split("\n", header_row)
    line = lines[min(header_row, len(lines)) - 1]
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _numbered(rows: Sequence[Sequence[str]], header_row: int) -> Grid:
    if rows and header_row > len(rows):
        sentence = f"header_row = {header_row} is beyond the end of the file, row {len(rows)}"
        raise FileRefused(sentence, code="header_row_missing")
    return enumerate(rows[header_row - 1 :], header_row)


def _table(grid: Grid) -> SourceTable:
    rows = iter(grid)
    header = next(rows, (0, ()))[1]
    columns = [_clean(name) for name in header]
    while columns and not columns[-1]:
        columns.pop()
    named = [name for name in columns if name]
    if not named:
        raise _nameless(rows)
    if len(columns) > COLUMNS_MAX:
        raise FileRefused(f"more than {COLUMNS_MAX} columns", code="too_many_columns")
    repeated = next((name for name in named if named.count(name) > 1), None)
    if repeated is not None:
        raise FileRefused(f"two columns are called {repeated!r}", code="header_repeated")
    found = tuple(_rows(columns, rows))
    if len(found) > ROWS_MAX:
        raise FileRefused(f"more than {ROWS_MAX} rows", code="too_many_rows")
    return SourceTable(columns=tuple(named), rows=found)


def _nameless(rows: Grid) -> FileRefused:
    if any(cell.strip() for _, row in rows for cell in row):
        return FileRefused("the first row holds no column names", code="file_empty")
    return FileRefused("the file is empty; nothing was done", code="no_rows")


def _rows(columns: Sequence[str], rows: Grid) -> Iterator[SourceRow]:
    width = len(columns)
    for number, row in rows:
        texts = [_clean(cell) for cell in row[:width]]
        texts += [""] * (width - len(texts))
        is_surplus = any(cell.strip() for cell in row[width:])
        if any(texts) or is_surplus:
            cells = {name: text for name, text in zip(columns, texts, strict=True) if name}
            yield SourceRow(number=number, cells=cells, is_surplus=is_surplus)


def _clean(cell: str) -> str:
    if isinstance(cell, CellDate):
        return cell
    text = cell.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)
