"""Asking for many ids at once, with one parameter: a parameter an id costs more than finding it."""

from collections.abc import Sequence

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
)


def is_among(
    conn: Connection, column: ColumnElement[str] | ColumnElement[int], ids: Sequence[str | int]
) -> ColumnElement[bool]:
    """The condition that a column holds one of `ids`, however many; on both databases.

    Args:
        conn: an open transaction.
        column: of texts or of integers.
        ids: of the column's type.
    """
    if conn.dialect.name == "sqlite":
        given = func.json_each(orjson.dumps(list(ids)).decode()).table_valued("value")
        return column.in_(select(given.c.value))
    array = ARRAY(BigInteger if isinstance(column.type, Integer) else Text)
    return column == any_(cast(bindparam(None, list(ids), type_=array), array))
