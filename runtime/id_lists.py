"""Asking for many ids at once, with one parameter: a parameter an id costs more than finding it."""

from collections.abc import Sequence

import orjson
from sqlalchemy import ARRAY, ColumnElement, Connection, Text, any_, bindparam, cast, func, select


def is_among(
    conn: Connection, column: ColumnElement[str], ids: Sequence[str]
) -> ColumnElement[bool]:
    """The condition that a text column holds one of `ids`, however many; on both databases."""
    if conn.dialect.name == "sqlite":
        given = func.json_each(orjson.dumps(list(ids)).decode()).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(cast(bindparam(None, list(ids), type_=ARRAY(Text)), ARRAY(Text)))
