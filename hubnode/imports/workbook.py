"""XLSX workbooks (ECMA-376) to rows of text, by python-calamine, behind two guards.

A workbook is a zip of XML, so a small file can unpack to any size, and two cells far apart make a
parser lay out every cell between them: it aborts the process when the memory is not there, which
no `except` catches. So the zip's directory and the places of the cells are looked at first.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from hubnode.imports.refusal import FileRefused
from hubnode.imports.values import CellDate

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

UNPACKED_BYTES_MAX = 400 * 1024 * 1024
UNPACKED_RATIO_MAX = 200
RATIO_COUNTS_FROM_BYTES = 20 * 1024 * 1024
MEMBERS_MAX = 2_000
CELLS_MAX = 5_000_000
"""Of the rectangle around all cells: what the parser lays out, 32 bytes each."""

_READ_BYTES = 1024 * 1024
_OVERLAP_BYTES = 64
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")


def read_workbook(path: Path, *, sheet: str | None, rows_max: int) -> list[list[str]]:
    """Every row of a sheet from row 1 on, as text.

    Args:
        path: of the file.
        sheet: its name, or None for the first.
        rows_max: beyond this the file is refused.

    Raises:
        FileRefused: code file_malformed, file_too_large, too_many_rows or sheet_missing.
    """
    _check_archive(path, rows_max)
    try:
        with _workbook(path) as workbook:
            index = _index_of(sheet, workbook.sheet_names)
            rows = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
            return [[_text(value) for value in row] for row in rows]
    except (FileRefused, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the parser is no Exception
        raise FileRefused(f"not a readable XLSX: {error}") from error


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets; none where it cannot be read."""
    try:
        with _workbook(path) as workbook:
            return list(workbook.sheet_names)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the parser is no Exception
        return []


def _workbook(path: Path) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # a resting node need not hold it

    return CalamineWorkbook.from_path(str(path))


def _index_of(sheet: str | None, names: list[str]) -> int:
    if sheet is None:
        return 0
    if sheet not in names:
        sentence = f"there is no sheet {sheet!r}; there are {', '.join(names)}"
        raise FileRefused(sentence, code="sheet_missing")
    return names.index(sheet)


def _text(value: object) -> str:
    """A cell as people read it: 2021.0 is 2021; a day is an ISO date."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if (value.hour, value.minute, value.second) == (0, 0, 0):
            return CellDate(value.date())
        case date():
            return CellDate(value)
        case _:
            return str(value)


def _check_archive(path: Path, rows_max: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_directory(members, packed=path.stat().st_size)
            for member in members:
                _check_places(archive, member, rows_max)
    except (
        zipfile.BadZipFile,
        ValueError,
        RuntimeError,
        EOFError,
        zlib.error,
        NotImplementedError,
    ) as error:
        raise FileRefused(f"not an XLSX file: {error}") from error


def _check_directory(members: list[zipfile.ZipInfo], *, packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    is_bomb = (
        unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > packed * UNPACKED_RATIO_MAX
    ) or unpacked > UNPACKED_BYTES_MAX
    if is_bomb or len(members) > MEMBERS_MAX:
        sentence = f"{len(members)} parts that unpack to {unpacked} bytes"
        raise FileRefused(sentence, code="file_too_large")


def _check_places(archive: zipfile.ZipFile, member: zipfile.ZipInfo, rows_max: int) -> None:
    """Refuses cells too far apart. Empty, formatted cells do not count, but cost a second look."""
    columns = rows = 0
    for part in _parts(archive, member):
        for letters, digits in _REFERENCE.findall(part):
            columns, rows = max(columns, _column(letters)), max(rows, int(digits[:9]))
    if rows > rows_max + 1 or rows * columns > CELLS_MAX:
        columns, rows = _places_of_values(archive, member)
    if rows > rows_max + 1:
        raise FileRefused(f"more than {rows_max} rows", code="too_many_rows")
    if rows * columns > CELLS_MAX:
        raise FileRefused(f"{columns} columns by {rows} rows", code="file_too_large")


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member in pieces, each with the end of the one before."""
    end = b""
    with archive.open(member) as source:
        while part := source.read(_READ_BYTES):
            yield end + part
            end = part[-_OVERLAP_BYTES:]


def _places_of_values(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """Largest column and row of a cell that holds something."""
    places = _Places()
    try:
        with archive.open(member) as source:
            places.parser.ParseFile(source)
    except expat.ExpatError as error:
        raise FileRefused(f"not an XLSX file: {error}") from error
    return places.columns, places.rows


class _Places:
    """Follows a sheet's XML and keeps how far its values reach."""

    def __init__(self) -> None:
        self.columns = 0
        self.rows = 0
        self._row = 0
        self._here = (0, 0)
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._here = (0, self._row)
            case "c":
                self._here = self._place(attributes.get("r"))
            case "v" | "t" | "is":
                self.columns = max(self.columns, self._here[0])
                self.rows = max(self.rows, self._here[1])
            case _:
                pass

    def _place(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            return (self._here[0] + 1, self._row)
        letters = reference.rstrip("0123456789")
        return (_column(letters.encode()), int(reference[len(letters) :] or self._row))


def _column(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters[:5].upper():
        number = number * 26 + letter - 64
    return number
