"""Writes what is counted and sorted over all documents, a column at a time, and reads it.

A search may match half of a hundred thousand documents. Reading a row of each takes longer than a
reader waits; these columns are read in a few thousandths of a second, and only where something was
written since they were read last. A column is kept in blocks of bytes, little-endian, so that a
change rewrites one block.
"""

import hashlib
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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
from runtime.column_values import AGE, VISIBLE, ColumnValues, Combination
from runtime.database import insert_many, upsert
from runtime.id_lists import is_among

CELLS_A_BLOCK = 2_048
_AGE_DIGITS = 16
_KINDS = {AGE: "Q", VISIBLE: "B"}
_CODE_KIND = "I"
_NOTHING, _CLEARED = b"", b"cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTables:
    """The tables that `define_column_tables` made."""

    block: Table
    code: Table
    state: Table
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
    state = Table(
        "document_state",
        metadata,
        Column("number", Integer, primary_key=True),
        Column("digest", LargeBinary, nullable=False),
    )
    return ColumnTables(block=block, code=code, state=state, families=tuple(families))


class DocumentColumns:
    """Writes and reads the columns within the caller's transaction; keeps what it read last."""

    def __init__(self, tables: ColumnTables) -> None:
        self._b = tables.block
        self._code = tables.code
        self._state = tables.state
        self._kept: ColumnValues | None = None
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
        self._move_state(conn, orjson.dumps([numbers, columns, list(codes.items())]))

    def state(self, conn: Connection) -> bytes:
        """A digest of all that was written; it moves with whatever changes what a search finds."""
        return conn.execute(select(self._state.c.digest)).scalar() or _NOTHING

    def read(self, conn: Connection) -> ColumnValues:
        """The columns as they are now.

        What they are read under is asked for before they are: where something is written between
        the two, the next reader finds another digest, and reads again.
        """
        state, values = self.state(conn), self._kept
        if values is None or values.state != state:
            self._kept = values = self._read(conn, state)
        return values

    def clear(self, conn: Connection) -> None:
        """Forgets every document."""
        conn.execute(self._b.delete())
        conn.execute(self._code.delete())
        self._move_state(conn, _CLEARED)

    def _read(self, conn: Connection, state: bytes) -> ColumnValues:
        cells: dict[str, list[bytes]] = {name: [] for name in (AGE, VISIBLE, *self._families)}
        table = self._b.c
        for name, packed in conn.execute(select(table.name, table.cells).order_by(table.block)):
            cells[name].append(packed)
        columns = {name: _unpacked(name, b"".join(parts)) for name, parts in cells.items()}
        return ColumnValues(
            state=state, families=self._families, columns=columns, meanings=self._meanings(conn)
        )

    def _move_state(self, conn: Connection, written: bytes) -> None:
        """Says that this was written behind all that was written before.

        A digest and no count: where a transaction is undone, the next one may count the same.
        """
        digest = hashlib.sha256(self.state(conn) + written).digest()
        upsert(conn, self._state, [{"number": 1, "digest": digest}], key=["number"])

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
