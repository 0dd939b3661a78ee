"""Bulk inserts on SQLite: a statement compiled once, rows handed to the driver as tuples.

For `runtime.database` only. SQLAlchemy's own way costs more a row than SQLite does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Connection, LargeBinary, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

_DIALECT = sqlite.dialect()
_TAKEN_AS_THEY_ARE = (Boolean, LargeBinary)
"""Types that SQLAlchemy wraps or checks, and whose values the driver takes without."""

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
        rows: one at least, every row with the same members, in whatever order.
        key: names of columns.
    """
    names = tuple(column.name for column in table.columns if column.name in rows[0])
    statement, processors = _statement(table, names, key)
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    values = [pick(row) for row in rows]
    if processors:
        values = [_processed(row, processors) for row in values]
    conn.exec_driver_sql(statement, values)


def _processed(row: tuple[Any, ...], processors: Mapping[int, _Processor]) -> tuple[Any, ...]:
    return tuple(
        processors[position](value) if position in processors else value
        for position, value in enumerate(row)
    )


@cache
def _statement(
    table: Table, names: tuple[str, ...], key: tuple[str, ...] | None
) -> tuple[str, Mapping[int, _Processor]]:
    """The statement's text, and by position what some columns' types make of a value."""
    statement = insert(table)
    if key is not None:
        others = {name: statement.excluded[name] for name in names if name not in key}
        statement = (
            statement.on_conflict_do_update(index_elements=list(key), set_=others)
            if others
            else statement.on_conflict_do_nothing(index_elements=list(key))
        )
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    processors = {}
    for position, name in enumerate(names):
        kind = table.c[name].type
        process = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
        if process is not None and not isinstance(kind, _TAKEN_AS_THEY_ARE):
            processors[position] = process
    return str(compiled), processors
