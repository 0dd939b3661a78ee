"""What imports remember: which source row is which record, and what each import did, for undo."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    and_,
    exists,
    func,
    insert,
    select,
    update,
)

from hubnode.store.tables import METADATA
from protocol.canonical import Json
from runtime.database import upsert
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

IMPORT = Table(
    "import_run",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("mapping", String(120), nullable=False),
    Column("file", String(300), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone", Boolean, nullable=False),
)
STEP = Table(
    "import_step",
    METADATA,
    Column("import_id", Integer, primary_key=True, autoincrement=False),
    Column("record", String(36), primary_key=True),
    Column("before", LargeBinary),
    Column("after", LargeBinary, nullable=False),
    Column("was_withdrawn", Boolean, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False),
    Column("undone", Boolean, nullable=False, default=False),
)
ROW = Table(
    "import_row",
    METADATA,
    Column("mapping", String(120), primary_key=True),
    Column("key", String(600), primary_key=True),
    Column("record", String(36), nullable=False, index=True),
    Column("fields", LargeBinary, nullable=False),
    Column("national", BigInteger, nullable=False),
    Column("withdrawn_own", BigInteger),
)


Forget = Callable[[dict[str, Json]], dict[str, Json]]
"""Fields without what is to be forgotten of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A source row that was imported before.

    Attributes:
        record: the record that it became.
        fields: what the row said last time; later edits by hand are not in here.
        national: decisions that were folded here when it last changed the record. Whoever made the
            file knows of nothing later.
        withdrawn_own: number of the own change by which an import, or its undo, withdrew it.
    """

    record: str
    fields: dict[str, Json]
    national: int
    withdrawn_own: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an import did to one record.

    Attributes:
        record: its id.
        before: its fields before, or None where the import created it.
        after: its fields as the import left them.
        was_withdrawn: before.
        is_withdrawn: as the import left it.
    """

    record: str
    before: dict[str, Json] | None
    after: dict[str, Json]
    was_withdrawn: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """An import that changed something.

    Attributes:
        id: its number here.
        mapping: the mapping's name.
        file: the file's name.
        at: when it began.
        records_count: how many records it changed.
    """

    id: int
    mapping: str
    file: str
    at: datetime
    records_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport(ImportRun):
    """An import in the history.

    Attributes:
        undone: whether it was taken back.
        undone_count: how many of its records an undo has been at; fewer than all of them where it
            was interrupted.
    """

    undone: bool
    undone_count: int


def known_rows(conn: Connection, mapping: str) -> dict[str, KnownRow]:
    """By source key, every row that was ever imported with that mapping."""
    rows = conn.execute(select(ROW).where(ROW.c.mapping == mapping))
    return {
        row.key: KnownRow(
            record=row.record,
            fields=orjson.loads(row.fields),
            national=row.national,
            withdrawn_own=row.withdrawn_own,
        )
        for row in rows
    }


def remember_rows(conn: Connection, mapping: str, rows: Mapping[str, KnownRow]) -> None:
    """Keeps what source rows became, and what they said."""
    values = [
        {
            "mapping": mapping,
            "key": key,
            "record": it.record,
            "fields": orjson.dumps(it.fields),
            "national": it.national,
            "withdrawn_own": it.withdrawn_own,
        }
        for key, it in rows.items()
    ]
    upsert(conn, ROW, values, key=["mapping", "key"])


def note_withdrawals(conn: Connection, changes: Mapping[str, int | None]) -> None:
    """Keeps, by record, which own change of an import or its undo withdrew it."""
    for record, own in changes.items():
        conn.execute(update(ROW).where(ROW.c.record == record).values(withdrawn_own=own))


def forget_contents(conn: Connection, kept: Mapping[str, Collection[str]]) -> None:
    """Forgets what the rows of these records said, so that the next import writes them again.

    Args:
        conn: an open transaction.
        kept: by record, the fields that are remembered all the same.
    """
    for record, names in kept.items():
        mine = ROW.c.record == record
        said = conn.execute(select(ROW.c.fields).where(mine)).scalar_one()
        left = {name: value for name, value in orjson.loads(said).items() if name in names}
        conn.execute(update(ROW).where(mine).values(fields=orjson.dumps(left)))


def forget_values(conn: Connection, record: str, *, told: Forget, done: Forget) -> None:
    """Takes values out of all that imports remember of a record.

    Args:
        conn: an open transaction.
        record: its id.
        told: what is to be remembered of what its row said.
        done: what is to be remembered of the record before or after an import.
    """
    for row in conn.execute(select(ROW).where(ROW.c.record == record)).all():
        fields = orjson.dumps(told(orjson.loads(row.fields)))
        is_it = and_(ROW.c.mapping == row.mapping, ROW.c.key == row.key)
        conn.execute(update(ROW).where(is_it).values(fields=fields))
    for step in conn.execute(select(STEP).where(STEP.c.record == record)).all():
        before = None if step.before is None else orjson.dumps(done(orjson.loads(step.before)))
        after = orjson.dumps(done(orjson.loads(step.after)))
        is_it = and_(STEP.c.import_id == step.import_id, STEP.c.record == record)
        conn.execute(update(STEP).where(is_it).values(before=before, after=after))


def begin(conn: Connection, *, mapping: str, file: str, at: datetime) -> int:
    """Starts the record of an import; returns its number."""
    values = {"mapping": mapping, "file": file, "at": at, "undone": False}
    result = conn.execute(insert(IMPORT).values(values).returning(IMPORT.c.id))
    return int(result.scalar_one())


def add_steps(conn: Connection, import_id: int, steps: Sequence[Step]) -> None:
    """Keeps what the import did; the first step of a record is the one that undo goes back to."""
    rows = [
        {
            "import_id": import_id,
            "record": step.record,
            "before": None if step.before is None else orjson.dumps(step.before),
            "after": orjson.dumps(step.after),
            "was_withdrawn": step.was_withdrawn,
            "is_withdrawn": step.is_withdrawn,
        }
        for step in steps
    ]
    if rows:
        conn.execute(insert(STEP), rows)


def records_of(conn: Connection, import_id: int) -> set[str]:
    """Ids of the records that an import changed."""
    return set(conn.execute(select(STEP.c.record).where(STEP.c.import_id == import_id)).scalars())


def past(conn: Connection, *, limit: int) -> list[PastImport]:
    """The imports that changed a record, the newest first."""
    return [PastImport(**row._asdict()) for row in conn.execute(_past().limit(limit))]


def get(conn: Connection, import_id: int) -> PastImport | None:
    """The import of that number, if it changed a record."""
    row = conn.execute(_past().where(IMPORT.c.id == import_id)).first()
    return PastImport(**row._asdict()) if row is not None else None


def titles_of(conn: Connection, import_id: int, *, limit: int) -> list[tuple[str, str, bool]]:
    """Of records that an import changed: id, title as it left it, whether it made the record."""
    rows = conn.execute(
        select(STEP.c.record, STEP.c.after, STEP.c.before.is_(None).label("is_new"))
        .where(STEP.c.import_id == import_id)
        .order_by(STEP.c.record)
        .limit(limit)
    )
    return [(it.record, str(orjson.loads(it.after).get("title", "")), it.is_new) for it in rows]


def titles_among(conn: Connection, import_id: int, ids: Sequence[str]) -> dict[str, str]:
    """The titles of these records, as far as an import changed them, as it left them."""
    mine = and_(STEP.c.import_id == import_id, is_among(conn, STEP.c.record, ids))
    rows = conn.execute(select(STEP.c.record, STEP.c.after).where(mine))
    return {it.record: str(orjson.loads(it.after).get("title", "")) for it in rows}


def latest(conn: Connection) -> ImportRun | None:
    """The newest import that changed a record and was not undone."""
    row = conn.execute(_runs().where(IMPORT.c.undone.is_(False)).limit(1)).first()
    return ImportRun(**row._asdict()) if row is not None else None


def _past() -> Select[Any]:
    taken = select(func.count()).where(STEP.c.import_id == IMPORT.c.id, STEP.c.undone)
    return _runs(IMPORT.c.undone, taken.scalar_subquery().label("undone_count"))


def _runs(*more: ColumnElement[Any]) -> Select[Any]:
    """Imports that changed a record, the newest first."""
    table = IMPORT.c
    steps_count = select(func.count()).where(STEP.c.import_id == table.id).scalar_subquery()
    columns = (table.id, table.mapping, table.file, table.at, steps_count.label("records_count"))
    has_steps = exists().where(STEP.c.import_id == table.id)
    return select(*columns, *more).where(has_steps).order_by(table.id.desc())


def steps_to_undo(conn: Connection, import_id: int, *, limit: int, after: str = "") -> list[Step]:
    """What an import did and no undo has been at, by the ids of the records.

    Args:
        conn: an open transaction.
        import_id: its number.
        limit: how many at most.
        after: only records whose ids come behind this one.
    """
    mine = and_(STEP.c.import_id == import_id, STEP.c.undone.is_(False), STEP.c.record > after)
    rows = conn.execute(select(STEP).where(mine).order_by(STEP.c.record).limit(limit))
    return [
        Step(
            record=row.record,
            before=None if row.before is None else orjson.loads(row.before),
            after=orjson.loads(row.after),
            was_withdrawn=row.was_withdrawn,
            is_withdrawn=row.is_withdrawn,
        )
        for row in rows
    ]


def mark_steps_undone(conn: Connection, import_id: int, records: Sequence[str]) -> None:
    """Says that an undo has been at these records."""
    mine = and_(STEP.c.import_id == import_id, is_among(conn, STEP.c.record, records))
    conn.execute(update(STEP).where(mine).values(undone=True))


def mark_undone(conn: Connection, import_id: int) -> None:
    """Says that an import was undone."""
    conn.execute(update(IMPORT).where(IMPORT.c.id == import_id).values(undone=True))
