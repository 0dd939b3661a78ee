"""Drafts: what somebody writes before it is signed. On this node only; never in a log, never sent.

Of each record there is at most one, so that two people see that they write on the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from hubnode.store import listed
from hubnode.store.listed import ToList
from hubnode.store.tables import METADATA
from protocol.canonical import Json
from protocol.errors import ProtocolError
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime


class DraftState(StrEnum):
    """Whose turn it is; nobody's where it is sample data, which is never signed."""

    WRITING = "writing"
    HANDED = "handed"
    RETURNED = "returned"
    SAMPLE = "sample"


class DraftChanged(ProtocolError):
    """A draft that was saved, published or thrown away since it was read."""

    default_code = "draft_changed"


DRAFT = Table(
    "draft",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("record", String(36), unique=True),
    Column("fields", LargeBinary, nullable=False),
    Column("base", LargeBinary, nullable=False),
    Column("base_own", BigInteger, nullable=False),
    Column("base_national", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("replicates", String(36)),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("answers", LargeBinary, nullable=False),
)

NO_OWN = -1
"""`base_own` of a draft that begins a record."""

_DOCUMENTS = ("fields", "base", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes.

    Attributes:
        id: UUIDv7; its address is `/inovasi/draf/{id}`. A new record gets this id too.
        record: the own record that it amends, or None where it begins one.
        fields: the whole record as it shall be, without `id` and `hub`; need not be valid.
        base: the fields as they were when it was begun.
        base_own: number of the last own change about the record then.
        base_national: how much of the national log had been applied then.
        account: who wrote it last; nobody approves what they wrote.
        version: how often it was saved.
        replicates: id of the innovation that it replicates, or None.
        state: whose turn it is.
        note: what the approver asks for; "" where nothing.
        answers: why a text that looks like personal data stays, by the key of the finding
            (`hubnode.private_texts`).
    """

    id: str
    record: str | None
    fields: dict[str, Json]
    base: dict[str, Json] = field(default_factory=dict)
    base_own: int = NO_OWN
    base_national: int = 0
    account: str
    version: int = 0
    created_at: datetime
    updated_at: datetime
    replicates: str | None = None
    state: DraftState = DraftState.WRITING
    note: str = ""
    answers: dict[str, str] = field(default_factory=dict)


def get(conn: Connection, draft: str) -> Draft | None:
    """The draft of that id."""
    row = conn.execute(select(DRAFT).where(DRAFT.c.id == draft)).first()
    return None if row is None else _of(row)


def of_record(conn: Connection, record: str) -> Draft | None:
    """The draft that amends that record."""
    row = conn.execute(select(DRAFT).where(DRAFT.c.record == record)).first()
    return None if row is None else _of(row)


def every(conn: Connection) -> Sequence[Draft]:
    """All of them, the one saved last first."""
    rows = conn.execute(select(DRAFT).order_by(DRAFT.c.updated_at.desc(), DRAFT.c.id))
    return [_of(row) for row in rows]


def in_turn(conn: Connection, state: DraftState) -> Sequence[Draft]:
    """Those in that state, the one that waits longest first."""
    query = select(DRAFT).where(DRAFT.c.state == state).order_by(DRAFT.c.updated_at, DRAFT.c.id)
    return [_of(row) for row in conn.execute(query)]


def save(conn: Connection, draft: Draft) -> Draft:
    """Keeps it as it is now; returns it with its next version.

    Raises:
        DraftChanged: what is stored is not what was read; nothing is kept.
    """
    saved = replace(draft, version=draft.version + 1)
    row: dict[str, Any] = {name: getattr(saved, name) for name in DRAFT.c.keys()}  # noqa: SIM118
    row |= {name: orjson.dumps(row[name], option=orjson.OPT_SORT_KEYS) for name in _DOCUMENTS}
    row["state"] = saved.state.value
    if draft.version:
        stored = update(DRAFT).where(DRAFT.c.id == draft.id, DRAFT.c.version == draft.version)
        if conn.execute(stored.values(row)).rowcount != 1:
            raise DraftChanged(draft.id)
    else:
        conn.execute(insert(DRAFT).values(row))
    if saved.record is None:
        _list(conn, saved)
    return saved


def discard(conn: Connection, draft: str) -> bool:
    """Forgets it; False where there was none."""
    listed.drop_draft(conn, draft)
    return conn.execute(delete(DRAFT).where(DRAFT.c.id == draft)).rowcount == 1


def require_unchanged(conn: Connection, draft: Draft) -> None:
    """Accepts a draft that is stored as it was read.

    Raises:
        DraftChanged: it is not.
    """
    stored = select(DRAFT.c.version).where(DRAFT.c.id == draft.id)
    if conn.execute(stored).scalar() != draft.version:
        raise DraftChanged(draft.id)


def about(conn: Connection, ids: Sequence[str]) -> dict[str, Draft]:
    """The drafts that amend these records, by record, and those that have these ids themselves."""
    is_asked = or_(is_among(conn, DRAFT.c.record, ids), is_among(conn, DRAFT.c.id, ids))
    found = [_of(row) for row in conn.execute(select(DRAFT).where(is_asked))]
    return {it.record or it.id: it for it in found}


def _list(conn: Connection, draft: Draft) -> None:
    """A draft that begins a record is listed beside the records; an empty form is not."""
    if draft.fields:
        it = ToList(id=draft.id, fields=draft.fields, updated_at=draft.updated_at, is_draft=True)
        listed.keep(conn, [it])
    else:
        listed.drop_draft(conn, draft.id)


def _of(row: Row[Any]) -> Draft:
    values = row._asdict()
    for name in _DOCUMENTS:
        values[name] = cast("dict[str, Json]", orjson.loads(values[name]))
    return Draft(**{**values, "state": DraftState(values["state"])})
