"""Spreadsheets to rows of text: CSV, XLSX and JSON Lines, with the row numbers people see.

Whatever is wrong with a file ends in `FileRefused` with a code; nothing here guesses a meaning.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from protocol.canonical import Json, canonicalise, parse
from protocol.errors import ProtocolError

ROWS_MAX = 50_000
COLUMNS_MAX = 500
FILE_BYTES_MAX = 100 * 1024 * 1024
UNPACKED_BYTES_MAX = 400 * 1024 * 1024
UNPACKED_RATIO_MAX = 200
CELL_LENGTH_MAX = 100_000

_SEPARATORS = ";,\t"


class FileRefused(ProtocolError):
    """A file that cannot be read as a table."""

    default_code = "file_malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row of a file.

    Attributes:
        number: as the spreadsheet shows it; the header is row 1.
        cells: text by column name; empty cells are "".
    """

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A whole file.

    Attributes:
        columns: in the file's order.
        rows: without those that are empty throughout.
    """

    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_table(path: Path) -> SourceTable:
    """Reads a file by its ending: .csv, .tsv, .txt, .xlsx, .jsonl or .ndjson.

    Raises:
        FileRefused: code file_missing, file_too_large, file_type_unknown, file_malformed,
            file_empty, header_repeated, too_many_rows or too_many_columns.
    """
    kind = path.suffix.lower()
    reader = _READERS.get(kind)
    if reader is None:
        raise FileRefused(
            f"{kind or 'no ending'}: use CSV, XLSX or JSONL", code="file_type_unknown"
        )
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise FileRefused(f"over {FILE_BYTES_MAX} bytes", code="file_too_large")
        return reader(path)
    except FileNotFoundError as error:
        raise FileRefused(f"there is no file {path}", code="file_missing") from error
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}") from error


def _read_csv(path: Path) -> SourceTable:
    data = path.read_bytes()
    if b"\x00" in data:
        raise FileRefused("not a text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first_line = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first_line.count)
    csv.field_size_limit(CELL_LENGTH_MAX)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise FileRefused(f"broken CSV: {error}") from error
    return _table(rows)


def _read_xlsx(path: Path) -> SourceTable:
    _refuse_bomb(path)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = workbook.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except Exception as error:  # the parser's own panics too are the file's fault
        raise FileRefused(f"not a readable XLSX: {error}") from error
    return _table([[_cell(value) for value in row] for row in rows])


def _read_jsonl(path: Path) -> SourceTable:
    objects: list[dict[str, Json]] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = parse(line)
        except ProtocolError as error:
            raise FileRefused(f"line {number}: {error.message}") from error
        if not isinstance(value, dict):
            raise FileRefused(f"line {number} is not an object")
        objects.append(value)
    columns = list(dict.fromkeys(name for value in objects for name in value))
    return _table([columns, *([_json_cell(it.get(name)) for name in columns] for it in objects)])


_READERS = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_xlsx,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
}


def _table(rows: Sequence[Sequence[str]]) -> SourceTable:
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise FileRefused("the first row holds no column names", code="file_empty")
    columns = [name.strip() for name in rows[0]]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > COLUMNS_MAX:
        raise FileRefused(f"more than {COLUMNS_MAX} columns", code="too_many_columns")
    named = [name for name in columns if name]
    if len(set(named)) != len(named):
        repeated = next(name for name in named if named.count(name) > 1)
        raise FileRefused(f"two columns are called {repeated!r}", code="header_repeated")
    found = tuple(_rows(columns, rows[1:]))
    if len(found) > ROWS_MAX:
        raise FileRefused(f"more than {ROWS_MAX} rows", code="too_many_rows")
    return SourceTable(columns=tuple(named), rows=found)


def _rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[SourceRow]:
    for number, row in enumerate(rows, 2):
        padded = [*row, *([""] * (len(columns) - len(row)))]
        cells = {n: c.strip() for n, c in zip(columns, padded, strict=False) if n}
        if any(cells.values()):
            yield SourceRow(number=number, cells=cells)


def _cell(value: object) -> str:
    """A cell as people read it: 2021.0 is 2021; dates are ISO dates."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text.removesuffix(" 00:00:00") if text[4:5] == "-" else text


def _json_cell(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonicalise(value).decode()


def _refuse_bomb(path: Path) -> None:
    """A zip's directory says how large it unpacks; nobody unpacks what says too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileRefused(f"not an XLSX file: {error}") from error
    packed = max(1, path.stat().st_size)
    if unpacked > UNPACKED_BYTES_MAX or (
        unpacked > UNPACKED_BYTES_MAX // 10 and unpacked / packed > UNPACKED_RATIO_MAX
    ):
        raise FileRefused(f"unpacks to {unpacked} bytes", code="file_too_large")
