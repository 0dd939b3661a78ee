"""The hub's own records as the operator sees them: what stands, with own edits applied at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    LargeBinary,
    Row,
    RowMapping,
    String,
    Table,
    bindparam,
    delete,
    func,
    select,
    update,
)

from hubnode.store import listed, outbox, outcomes
from hubnode.store.listed import ToList
from hubnode.store.tables import METADATA
from protocol.canonical import Json
from protocol.catalogue import is_withdrawn, shown_record
from protocol.record_state import RecordState
from runtime.database import upsert
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

OWN_RECORD = Table(
    "own_record",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("fields", LargeBinary, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("withdrawn_own", BigInteger),
    Column("last_own", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime),
)


NO_OWN = -1
"""The number of no own change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """One of the hub's own records.

    Attributes:
        id: UUIDv7.
        fields: the record without `id` and `hub`.
        withdrawn: whether it is hidden.
        withdrawn_own: number of the own change that hid it; None where it is not hidden, or where
            this node does not know.
        last_own: number of the last own change about it.
        updated_at: when this node last changed it.
    """

    id: str
    fields: dict[str, Json]
    withdrawn: bool
    withdrawn_own: int | None
    last_own: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastEdit:
    """Where an own record stands, without its fields, which are large.

    Attributes:
        last_own: number of the last own change about it.
        withdrawn: whether it is hidden.
    """

    last_own: int
    withdrawn: bool


def last_edits(conn: Connection, ids: Sequence[str]) -> dict[str, LastEdit]:
    """By id, of those of the records that exist."""
    table = OWN_RECORD.c
    found = select(table.id, table.last_own, table.withdrawn).where(is_among(conn, table.id, ids))
    return {row.id: LastEdit(row.last_own, row.withdrawn) for row in conn.execute(found)}


def get(conn: Connection, record: str) -> OwnRecord | None:
    """The record of that id."""
    return get_many(conn, [record]).get(record)


def get_many(conn: Connection, ids: Sequence[str]) -> dict[str, OwnRecord]:
    """Those of the records that exist."""
    rows = conn.execute(select(OWN_RECORD).where(is_among(conn, OWN_RECORD.c.id, ids)))
    return {row.id: _of(row) for row in rows}


def page(conn: Connection, *, limit: int, after: str | None = None) -> list[OwnRecord]:
    """Records in ascending order of their ids."""
    query = select(OWN_RECORD).order_by(OWN_RECORD.c.id).limit(limit)
    if after is not None:
        query = query.where(OWN_RECORD.c.id > after)
    return [_of(row) for row in conn.execute(query)]


def edited_since(conn: Connection, number: int) -> list[OwnRecord]:
    """Records whose last own change has this number or a later one, by their ids."""
    found = select(OWN_RECORD).where(OWN_RECORD.c.last_own >= number)
    return [_of(row) for row in conn.execute(found.order_by(OWN_RECORD.c.id))]


def count(conn: Connection, *, is_shown: bool = False) -> int:
    """How many there are, withdrawn ones too unless only those are asked for that are not."""
    found = select(func.count()).select_from(OWN_RECORD)
    if is_shown:
        found = found.where(~OWN_RECORD.c.withdrawn)
    return conn.execute(found).scalar() or 0


def save_many(conn: Connection, saved: Iterable[OwnRecord]) -> None:
    """Inserts or replaces; bulk."""
    records = list(saved)
    rows = [
        {
            "id": record.id,
            "fields": orjson.dumps(record.fields, option=orjson.OPT_SORT_KEYS),
            "withdrawn": record.withdrawn,
            "withdrawn_own": record.withdrawn_own,
            "last_own": record.last_own,
            "updated_at": record.updated_at,
        }
        for record in records
    ]
    upsert(conn, OWN_RECORD, rows, key=["id"])
    listed.keep(
        conn,
        [ToList(id=it.id, fields=it.fields, updated_at=it.updated_at) for it in records],
    )


def renumber(conn: Connection, numbers: Mapping[int, int]) -> None:
    """Gives last own changes their numbers in another log; those that are not in it have none."""
    moved = _moved(conn, numbers)
    conn.execute(update(OWN_RECORD).values(last_own=NO_OWN))
    _move(conn, moved)


def move(conn: Connection, numbers: Mapping[int, int]) -> None:
    """Gives last own changes other numbers in the same log; those not among `numbers` keep theirs.

    Args:
        conn: an open transaction.
        numbers: old ones to new ones.
    """
    _move(conn, _moved(conn, numbers))


def _moved(conn: Connection, numbers: Mapping[int, int]) -> list[dict[str, Any]]:
    found = conn.execute(select(OWN_RECORD.c.id, OWN_RECORD.c.last_own))
    return [
        {"of": row.id, "now": numbers[row.last_own]} for row in found if row.last_own in numbers
    ]


def _move(conn: Connection, moved: Sequence[dict[str, Any]]) -> None:
    if moved:
        statement = update(OWN_RECORD).where(OWN_RECORD.c.id == bindparam("of"))
        conn.execute(statement.values(last_own=bindparam("now")), moved)


def follow(conn: Connection, states: Sequence[RecordState], hub: str) -> None:
    """Lets national decisions flow back into own records that await nothing.

    A record that belongs to another hub now is no longer among them; what waits to be sent about it
    is sent all the same.

    A record with a pending change, or with a sent one that has no decision yet or was not applied,
    keeps showing the operator's own edit; one that was not among them before has none to show. What
    was applied is asked of the outcomes: an attestation writes no field, so a record's state does
    not tell.
    """
    _drop(conn, [state.id for state in states if state.owner != hub and state.revision > 1])
    mine = [state for state in states if state.owner == hub]
    ids = [state.id for state in mine]
    known, settled = _last_edits(conn, ids), outcomes.last_settled(conn, ids)
    waiting = outbox.records_with_pending(conn)
    followed: list[OwnRecord] = []
    for state in mine:
        before = known.get(state.id)
        decided = settled.get(state.id, NO_OWN)
        if before is None or (state.id not in waiting and before["last_own"] <= decided):
            followed.append(_following(state, decided, before))
    save_many(conn, followed)


def _drop(conn: Connection, ids: Sequence[str]) -> None:
    if ids:
        conn.execute(delete(OWN_RECORD).where(is_among(conn, OWN_RECORD.c.id, ids)))
        listed.drop(conn, ids)


def _last_edits(conn: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    """Of those of the records that exist, all but their fields, which are large."""
    table = OWN_RECORD.c
    edits = select(table.id, table.withdrawn_own, table.last_own, table.updated_at)
    rows = conn.execute(edits.where(is_among(conn, table.id, ids))).mappings()
    return {row["id"]: row for row in rows}


def _following(state: RecordState, last_own: int, before: RowMapping | None) -> OwnRecord:
    fields = shown_record(state)
    withdrawn = is_withdrawn(state)
    del fields["id"], fields["hub"]
    return OwnRecord(
        id=state.id,
        fields=fields,
        withdrawn=withdrawn,
        withdrawn_own=before["withdrawn_own"] if before and withdrawn else None,
        last_own=last_own,
        updated_at=before["updated_at"] if before else None,
    )


def _of(row: Row[Any]) -> OwnRecord:
    values = row._asdict()
    fields = cast("dict[str, Json]", orjson.loads(values.pop("fields")))
    return OwnRecord(fields=fields, **values)
