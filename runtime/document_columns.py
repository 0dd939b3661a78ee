"""What is counted and sorted over all documents, a column at a time: values of facets, and ages.

A search may match half of a hundred thousand documents. Reading a row of each takes longer than a
reader waits; these columns are read in a few thousandths of a second. A column is an array with a
cell a document, by its number, kept in blocks of bytes, little-endian, so that a change rewrites
one block. Facets of which few combinations occur share a column of codes, and are counted at once.
"""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    func,
    select,
)

from protocol.documents import Document
from runtime.database import insert_many, upsert
from runtime.id_lists import is_among

CELLS_A_BLOCK = 2_048
MANY_ARE_ONE_IN = 4
AGE, VISIBLE = "age", "visible"
_AGE_DIGITS = 16
_KINDS = {AGE: "Q", VISIBLE: "B"}
_CODE_KIND = "I"

Combination = tuple[str | None, ...]
"""A value for each of some facets; where it has a code, the name of the column stands before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTables:
    """The tables that `define_column_tables` made."""

    block: Table
    code: Table
    families: tuple[tuple[str, ...], ...]


def define_column_tables(metadata: MetaData, families: Sequence[tuple[str, ...]]) -> ColumnTables:
    """Defines the tables of one database's columns, one a family of facets and one of ages."""
    block = Table(
        "document_block",
        metadata,
        Column("name", String(32), primary_key=True),
        Column("block", Integer, primary_key=True),
        Column("cells", LargeBinary, nullable=False),
    )
    code = Table(
        "document_code",
        metadata,
        Column("combination", Text, primary_key=True),
        Column("name", String(32), nullable=False),
        Column("code", Integer, nullable=False),
        UniqueConstraint("name", "code"),
    )
    return ColumnTables(block=block, code=code, families=tuple(families))


class DocumentColumns:
    """Writes and reads the columns within the caller's transaction."""

    def __init__(self, tables: ColumnTables) -> None:
        self._b = tables.block
        self._code = tables.code
        self._families = {family[0]: family for family in tables.families}

    def put(self, conn: Connection, documents: Sequence[tuple[int, Document]]) -> None:
        """Writes the cells of documents, each with its number; bulk."""
        if not documents:
            return
        numbers = [number for number, _ in documents]
        columns = {
            AGE: [age_of(it.id) for _, it in documents],
            VISIBLE: [int(it.visible) for _, it in documents],
        }
        of_family = {
            name: [(name, *map(it.facets.get, family)) for _, it in documents]
            for name, family in self._families.items()
        }
        codes = self._codes_of(conn, dict.fromkeys(chain.from_iterable(of_family.values())))
        for name, combinations in of_family.items():
            columns[name] = [codes[it] for it in combinations]
        self._write(conn, numbers, columns)

    def ages(self, conn: Connection) -> Sequence[int]:
        """The age of every document, by its number: what is greater came later."""
        return self._columns(conn, [AGE])[AGE]

    def visible(self, conn: Connection) -> list[int]:
        """The numbers of all documents that readers see, ascending."""
        column = self._columns(conn, [VISIBLE])[VISIBLE]
        return list(compress(range(len(column)), column))

    def count(self, conn: Connection, numbers: Sequence[int]) -> dict[str, dict[str, int]]:
        """For each facet, how many of these documents have each of its values."""
        cells_of = _of_documents(numbers)
        columns, meanings = self._columns(conn, self._families), self._meanings(conn)
        counts: dict[str, Counter[str]] = {}
        for name, family in self._families.items():
            codes = Counter(cells_of(columns[name]))
            counts |= _counts_of(family, codes, meanings[name])
        return {name: dict(sorted(values.items())) for name, values in counts.items()}

    def clear(self, conn: Connection) -> None:
        """Forgets every document."""
        conn.execute(self._b.delete())
        conn.execute(self._code.delete())

    def combined(
        self, conn: Connection, numbers: Sequence[int], facets: Sequence[str]
    ) -> Counter[Combination]:
        """How many of these documents have each combination of values of these facets."""
        names = [name for name, family in self._families.items() if {*family} & {*facets}]
        places = [facet for name in names for facet in self._families[name]]
        pick = [places.index(facet) for facet in facets]
        of_column, cells_of = self._columns(conn, names), _of_documents(numbers)
        of_code = self._meanings(conn)
        meanings = [of_code[name] for name in names]
        columns = [cells_of(of_column[name]) for name in names]
        counts: Counter[Combination] = Counter()
        for codes, count in Counter(zip(*columns, strict=True)).items():
            values = [it for code, of in zip(codes, meanings, strict=True) for it in of[code]]
            counts[tuple(values[place] for place in pick)] += count
        return counts

    def values(self, conn: Connection, numbers: Sequence[int], facet: str) -> list[str | None]:
        """The value that each of these documents has of one facet."""
        name = next(it for it, family in self._families.items() if facet in family)
        place, meanings = self._families[name].index(facet), self._meanings(conn)[name]
        column = self._columns(conn, [name])[name]
        return [meanings[column[number]][place] for number in numbers]

    def _meanings(self, conn: Connection) -> dict[str, dict[int, Combination]]:
        """By column, the values that each of its codes stands for.

        Asked for as one text: a row for each of a thousand codes takes ten times as long.
        """
        table = self._code.c
        pair = "[" + cast(table.code, String) + "," + table.combination + "]"
        found = conn.execute(select(func.aggregate_strings(pair, ","))).scalar()
        meanings: dict[str, dict[int, Combination]] = {name: {} for name in self._families}
        for code, (name, *values) in orjson.loads(f"[{found or ''}]"):
            meanings[name][code] = tuple(values)
        return meanings

    def _columns(self, conn: Connection, names: Iterable[str]) -> "dict[str, array[int]]":
        """Whole columns by their names."""
        table, cells = self._b.c, {name: list[bytes]() for name in names}
        found = select(table.name, table.cells).where(table.name.in_(cells)).order_by(table.block)
        for name, packed in conn.execute(found):
            cells[name].append(packed)
        return {name: _unpacked(name, b"".join(parts)) for name, parts in cells.items()}

    def _write(
        self, conn: Connection, numbers: Sequence[int], columns: Mapping[str, Sequence[int]]
    ) -> None:
        places: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for position, number in enumerate(numbers):
            places[number // CELLS_A_BLOCK].append((number % CELLS_A_BLOCK, position))
        found = select(self._b).where(is_among(conn, self._b.c.block, list(places)))
        known = {(row.name, row.block): row.cells for row in conn.execute(found)}
        rows = []
        for name, values in columns.items():
            for block, cells in places.items():
                column = _unpacked(name, known.get((name, block)) or _no_cells(name))
                for cell, position in cells:
                    column[cell] = values[position]
                rows.append({"name": name, "block": block, "cells": _packed(column)})
        upsert(conn, self._b, rows, key=["name", "block"])

    def _codes_of(
        self, conn: Connection, combinations: Iterable[Combination]
    ) -> dict[Combination, int]:
        """The codes of these combinations, each in its column; new ones are given out."""
        texts = {it: orjson.dumps(it).decode() for it in combinations}
        table = self._code.c
        found = select(table.combination, table.code).where(
            is_among(conn, table.combination, list(texts.values()))
        )
        known: dict[str, int] = {row.combination: row.code for row in conn.execute(found)}
        rows = self._fresh_codes(conn, {text: it[0] for it, text in texts.items()}, known)
        known |= {row["combination"]: row["code"] for row in rows}
        return {it: known[text] for it, text in texts.items()}

    def _fresh_codes(
        self, conn: Connection, names: Mapping[str, str | None], known: Mapping[str, int]
    ) -> list[dict[str, Any]]:
        """Gives codes to the combinations that have none; the rows that say so."""
        fresh = [text for text in names if text not in known]
        if not fresh:
            return []
        table = self._code.c
        last = select(table.name, func.max(table.code)).group_by(table.name)
        codes = Counter({row[0]: row[1] for row in conn.execute(last)})
        rows = []
        for text in fresh:
            name = names[text]
            codes[name] += 1
            rows.append({"combination": text, "name": name, "code": codes[name]})
        insert_many(conn, self._code, rows)
        return rows


def _counts_of(
    family: Sequence[str], codes: Mapping[int, int], meanings: Mapping[int, Combination]
) -> dict[str, Counter[str]]:
    """How often each value occurs, given how often each combination does."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in family}
    for code, count in codes.items():
        for facet, value in zip(family, meanings.get(code, ()), strict=False):
            if value is not None:
                counts[facet][value] += count
    return counts


def _of_documents(numbers: Sequence[int]) -> Callable[[Sequence[int]], Iterable[int]]:
    """Takes the cells of these documents from a column; of many it is faster to go through all."""
    greatest = max(numbers, default=-1)
    if len(numbers) == greatest:  # numbers begin with 1, so these are all
        return lambda column: column[1 : greatest + 1]
    if len(numbers) * MANY_ARE_ONE_IN < greatest:
        return lambda column: map(column.__getitem__, numbers)
    is_asked = bytearray(greatest + 1)
    for number in numbers:
        is_asked[number] = 1
    return lambda column: compress(column, is_asked)


def age_of(identity: str) -> int:
    """What an id that begins with a time says of it; ids of one time may share it."""
    digits = identity.replace("-", "")[:_AGE_DIGITS]
    return int(digits, 16)


def _kind(name: str) -> str:
    return _KINDS.get(name, _CODE_KIND)


def _no_cells(name: str) -> bytes:
    return bytes(CELLS_A_BLOCK * array(_kind(name)).itemsize)


def _unpacked(name: str, cells: bytes) -> "array[int]":
    column = array(_kind(name), cells)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _packed(column: "array[int]") -> bytes:
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()
