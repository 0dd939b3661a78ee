"""A map of the 38 provinces in tiles of one size, in a layout of our own: of numbers, or of states.

Every province is a tile with its short name and its number, so that Jakarta and Yogyakarta read as
well as Papua. Columns go from west to east and rows from north to south, nearly as the islands lie;
a table with the same numbers belongs beside it (`tile_map.html`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from protocol.innovation.regions import region_name

_ROWS = (
    ("11", "", "", "", "", "", "65", "", "", "", "", "", ""),
    ("", "12", "14", "21", "", "61", "64", "75", "71", "82", "", "", ""),
    ("", "13", "15", "19", "", "62", "63", "76", "72", "", "96", "92", "91"),
    ("", "17", "16", "", "", "", "", "73", "74", "81", "", "94", "95"),
    ("", "", "18", "", "", "", "", "", "", "", "", "", "93"),
    ("", "", "", "36", "31", "33", "35", "51", "52", "53", "", "", ""),
    ("", "", "", "", "32", "34", "", "", "", "", "", "", ""),
)
"""Kemendagri's codes where they stand."""

_SHORT = {
    "12": "Sumut",
    "13": "Sumbar",
    "16": "Sumsel",
    "17": "Bengk.",
    "18": "Lamp.",
    "19": "Babel",
    "21": "Kepri",
    "31": "DKI",
    "32": "Jabar",
    "33": "Jateng",
    "34": "DIY",
    "35": "Jatim",
    "52": "NTB",
    "53": "NTT",
    "61": "Kalbar",
    "62": "Kalteng",
    "63": "Kalsel",
    "64": "Kaltim",
    "65": "Kaltara",
    "71": "Sulut",
    "72": "Sulteng",
    "73": "Sulsel",
    "74": "Sultra",
    "75": "Goront.",
    "76": "Sulbar",
    "82": "Malut",
    "92": "P. Barat",
    "93": "P. Sel.",
    "94": "P. Teng.",
    "95": "P. Peg.",
    "96": "P. BD",
}
"""Short names where the whole one is too long for a tile."""

COLUMN_COUNT, ROW_COUNT = len(_ROWS[0]), len(_ROWS)
SHORT_CHARACTERS_MAX = 8
SHADES = 4
"""Tones of a tile: 0 for nothing, and three more for a third of the most each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One province.

    Attributes:
        code: Kemendagri's.
        name: in full.
        short: as it fits into the tile.
        column, row: from the upper left, 0-based.
        count: its number.
        shade: 0 to `SHADES` - 1, by the number; says nothing that the number does not say.
    """

    code: str
    name: str
    short: str
    column: int
    row: int
    count: int
    shade: int


def tiles(counts: Mapping[str, int]) -> Sequence[Tile]:
    """The 38 tiles in the order of their codes; a province that `counts` does not name has 0."""
    most = max(counts.values(), default=0)
    found = [
        _tile(code, column, row, counts.get(code, 0), most)
        for row, codes in enumerate(_ROWS)
        for column, code in enumerate(codes)
        if code
    ]
    return sorted(found, key=lambda it: it.code)


def steps_between(one: str, other: str) -> int:
    """How many tiles two provinces are apart; of a code that has no tile the whole map's width."""
    places = _positions()
    if one not in places or other not in places:
        return COLUMN_COUNT
    (row, column), (its_row, its_column) = places[one], places[other]
    return max(abs(row - its_row), abs(column - its_column))


@cache
def _positions() -> dict[str, tuple[int, int]]:
    return {
        code: (row, column)
        for row, codes in enumerate(_ROWS)
        for column, code in enumerate(codes)
        if code
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands on a map of states.

    Attributes:
        code: a province's code, or the id of what stands below the provinces.
        name: in full.
        short: as it fits into the tile.
        column, row: from the upper left, 0-based.
    """

    code: str
    name: str
    short: str
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMap:
    """A place for every province, and for everything else in rows of its own below them.

    Attributes:
        provinces: the 38, in the order of their codes.
        others: in the order in which they were given.
        row_count: rows of both.
    """

    provinces: Sequence[Place]
    others: Sequence[Place]
    row_count: int


def state_map(others: Mapping[str, str]) -> StateMap:
    """The map, given the names of what is no province by their ids."""
    provinces = [
        Place(code=it.code, name=it.name, short=it.short, column=it.column, row=it.row)
        for it in tiles({})
    ]
    below = [
        Place(
            code=code,
            name=name,
            short=code
            if len(code) <= SHORT_CHARACTERS_MAX
            else f"{code[: SHORT_CHARACTERS_MAX - 1]}…",
            column=number % COLUMN_COUNT,
            row=ROW_COUNT + number // COLUMN_COUNT,
        )
        for number, (code, name) in enumerate(others.items())
    ]
    rows = ROW_COUNT + -(-len(below) // COLUMN_COUNT)
    return StateMap(provinces=provinces, others=below, row_count=rows)


def _tile(code: str, column: int, row: int, count: int, most: int) -> Tile:
    name = region_name(code) or code
    return Tile(
        code=code,
        name=name,
        short=_SHORT.get(code, name),
        column=column,
        row=row,
        count=count,
        shade=0 if not count else 1 + (SHADES - 2) * count // most,
    )
