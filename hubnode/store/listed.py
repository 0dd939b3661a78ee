"""What the list of own records and drafts is searched, filtered, sorted and counted by.

A row for each own record and for each draft that begins one, kept in the transaction that changes
it, so that a list of thousands is a question to the database. Derived: nothing else is in here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    delete,
)

from hubnode.store.tables import METADATA
from protocol.canonical import Json
from protocol.innovation.completeness import GROUPS, completeness
from protocol.innovation.searching import year_of
from runtime.database import upsert
from runtime.id_lists import is_among
from runtime.utc_times import UtcDateTime

LISTED = Table(
    "own_listed",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("is_draft", Boolean, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("category", Text, nullable=False, index=True),
    Column("year", String(4), nullable=False, index=True),
    Column("region", String(16), nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("missing", String(8), nullable=False),
    Column("present", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("updated_at", UtcDateTime),
)
"""`missing` has the letters of the completeness groups that are not full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToList:
    """What is to be listed.

    Attributes:
        id: of the record; of a draft that begins one, of the draft.
        fields: the record without `id` and `hub`.
        updated_at: when it last changed here, or None.
        is_draft: whether it is a draft that begins a record.
    """

    id: str
    fields: Mapping[str, Json]
    updated_at: datetime | None
    is_draft: bool = False


def keep(conn: Connection, listed: Sequence[ToList]) -> None:
    """Inserts or replaces; bulk."""
    upsert(conn, LISTED, [_row(it) for it in listed], key=["id"])


def drop(conn: Connection, ids: Sequence[str]) -> None:
    """Forgets records that are not the hub's any more."""
    conn.execute(delete(LISTED).where(is_among(conn, LISTED.c.id, ids)))


def drop_draft(conn: Connection, draft: str) -> None:
    """Forgets a draft that began a record; a record that has its id by now stays."""
    conn.execute(delete(LISTED).where(LISTED.c.id == draft, LISTED.c.is_draft))


def agency_name(fields: Mapping[str, Json]) -> str:
    """The name of the agency, or ""."""
    agency = fields.get("agency")
    return str(agency.get("name", "")) if isinstance(agency, dict) else ""


def _row(it: ToList) -> dict[str, object]:
    groups, fields = completeness(it.fields).groups, it.fields
    texts = (fields.get(name) for name in ("title", "short_name", "service_unit", "external_ids"))
    words = [it.id, agency_name(fields), *(str(text) for text in texts if text)]
    return {
        "id": it.id,
        "is_draft": it.is_draft,
        "title_key": str(fields.get("title", "")).casefold(),
        "category": str(fields.get("category", "")),
        "year": year_of(fields) or "",
        "region": str(fields.get("region", "")),
        "words": " ".join(words).casefold(),
        "missing": "".join(name for name in GROUPS if groups[name].missing),
        "present": sum(group.present for group in groups.values()),
        "total": sum(group.total for group in groups.values()),
        "updated_at": it.updated_at,
    }
