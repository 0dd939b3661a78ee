"""Bulk inserts on SQLite: a statement compiled once, rows handed to the driver as tuples.

For `runtime.database` only. SQLAlchemy's own way costs more a row than SQLite does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

_DIALECT = sqlite.dialect()
_Processor = Callable[[Any], Any]


def insert_rows(
    conn: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...] | None = None,
) -> None:
    """Inserts rows; with `key`, replaces those that have the same one.

    Args:
        conn: an open transaction.
        table: where; with a unique constraint on `key`.
        rows: one at least, every row with the same members.
        key: names of columns.
    """
    names = tuple(rows[0])
    statement, processors = _statement(table, names, key)
    values = [
        tuple(
            row[name] if process is None else process(row[name])
            for name, process in zip(names, processors, strict=True)
        )
        if any(processors)
        else tuple([row[name] for name in names])
        for row in rows
    ]
    conn.exec_driver_sql(statement, values)


@cache
def _statement(
    table: Table, names: tuple[str, ...], key: tuple[str, ...] | None
) -> tuple[str, tuple[_Processor | None, ...]]:
    """The statement's text, and what each column's type makes of a value."""
    statement = insert(table)
    if key is not None:
        others = {name: statement.excluded[name] for name in names if name not in key}
        statement = (
            statement.on_conflict_do_update(index_elements=list(key), set_=others)
            if others
            else statement.on_conflict_do_nothing(index_elements=list(key))
        )
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    types = (table.c[name].type.dialect_impl(_DIALECT) for name in names)
    return str(compiled), tuple(kind.bind_processor(_DIALECT) for kind in types)
