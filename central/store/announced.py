"""What webhooks were last told of each record, and how far in the national log.

Compared with the catalogue it says what is news: not which decisions there were, but whether a
reader sees something else than before. It is kept only while there are webhooks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
)

from central.store.tables import DOCUMENT_TABLES, METADATA
from runtime.database import upsert
from runtime.id_lists import is_among

ANNOUNCED = Table(
    "webhook_announced",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("visible", Boolean, nullable=False),
    Column("contested", Boolean, nullable=False),
)
PROGRESS = Table(
    "webhook_progress",
    METADATA,
    Column("origin", String(512), primary_key=True),
    Column("followed", BigInteger, nullable=False),
)
SILENT = Table("webhook_silent", METADATA, Column("hub", String(63), primary_key=True))
"""Hubs that webhooks were told to be silent."""

_DOCUMENT = DOCUMENT_TABLES.document.c
_AS_ANNOUNCED = select(
    _DOCUMENT.id.label("record"), _DOCUMENT.digest, _DOCUMENT.visible, _DOCUMENT.contested
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reader sees of a record, as far as it matters here.

    Attributes:
        digest: SHA-256 of its state.
        visible: whether a search finds it.
        contested: whether a field of it has several values.
    """

    digest: bytes
    visible: bool
    contested: bool


UNSEEN = Look(digest=b"", visible=False, contested=False)
"""A record that there was not."""


def begin(conn: Connection, origin: str, size: int) -> None:
    """Takes the catalogue of now for told: one statement, half a second for 100,000 records."""
    conn.execute(delete(ANNOUNCED))
    conn.execute(delete(SILENT))
    columns = ("record", "digest", "visible", "contested")
    conn.execute(insert(ANNOUNCED).from_select(columns, _AS_ANNOUNCED))
    save_followed(conn, origin, size)


def followed(conn: Connection, origin: str) -> int | None:
    """How many decisions of a national log were looked at; None where nothing was begun."""
    found = select(PROGRESS.c.followed).where(PROGRESS.c.origin == origin)
    return conn.execute(found).scalar()


def save_followed(conn: Connection, origin: str, size: int) -> None:
    """Says that so many decisions were looked at."""
    upsert(conn, PROGRESS, [{"origin": origin, "followed": size}], key=["origin"])


def told(conn: Connection, records: Collection[str]) -> Mapping[str, Look]:
    """What was last told of these records; those of which nothing was are missing."""
    asked = select(ANNOUNCED).where(is_among(conn, ANNOUNCED.c.record, list(records)))
    return _looks(conn.execute(asked))


def now(conn: Connection, records: Collection[str]) -> Mapping[str, Look]:
    """What readers see of these records at this moment."""
    return _looks(conn.execute(_AS_ANNOUNCED.where(is_among(conn, _DOCUMENT.id, list(records)))))


def keep(conn: Connection, looks: Mapping[str, Look]) -> None:
    """Takes this for told."""
    rows = [
        {
            "record": record,
            "digest": look.digest,
            "visible": look.visible,
            "contested": look.contested,
        }
        for record, look in looks.items()
    ]
    upsert(conn, ANNOUNCED, rows, key=["record"])


def silent(conn: Connection) -> set[str]:
    """The hubs that were told to be silent."""
    return set(conn.execute(select(SILENT.c.hub)).scalars())


def keep_silent(conn: Connection, hubs: Collection[str]) -> None:
    """Takes these hubs, and no others, for told to be silent."""
    conn.execute(delete(SILENT))
    if hubs:
        conn.execute(insert(SILENT), [{"hub": hub} for hub in sorted(hubs)])


def _looks(rows: Iterable[tuple[str, bytes, bool, bool]]) -> Mapping[str, Look]:
    return {
        record: Look(digest=digest, visible=bool(visible), contested=bool(contested))
        for record, digest, visible, contested in rows
    }
