"""Bulk inserts on PostgreSQL: one statement with an array a column, whatever the number of rows.

For `runtime.database` only, which loads this where the database is PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.types import TypeEngine, UserDefinedType

from runtime.engines import ByteStrings


class _ByteArray(UserDefinedType[ByteStrings]):
    """`bytea[]`, past SQLAlchemy's own wrapper of byte strings."""

    cache_ok = True  # type: ignore[mutable-override]

    def get_col_spec(self, **_options: object) -> str:
        """Its name in a cast."""
        return "BYTEA[]"


def insert_from_arrays(table: Table, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """The statement that inserts `rows`: half the time of a statement a row.

    Args:
        table: where.
        rows: one at least, every row with the same members.
    """
    names = list(rows[0])
    arrays = [_array_of(table, name, [row[name] for row in rows]) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return insert(table).from_select(names, select(*(given.c[name] for name in names)))


def _array_of(table: Table, name: str, values: list[Any]) -> ColumnElement[Any]:
    kind = table.c[name].type
    array: TypeEngine[Any] = ARRAY(kind)
    if isinstance(kind, LargeBinary):
        array, values = _ByteArray(), ByteStrings(values)
    elif isinstance(kind, String):
        array = ARRAY(Text)  # a cast to VARCHAR(n) would cut what is too long
    return cast(bindparam(f"given_{name}", values, type_=array), array)
