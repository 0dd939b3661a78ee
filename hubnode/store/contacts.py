"""Private contacts: whom to ask about a record. Never in a log, never sent, on this node only.

Who keeps a copy of them elsewhere, keeps it by hand (`hubnode contact export`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Column, Connection, String, Table, delete, select

from hubnode.store.tables import METADATA
from runtime.database import upsert

CONTACT = Table(
    "contact",
    METADATA,
    Column("record", String(36), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("phone", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("nip", String(200), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person to ask about a record.

    Attributes:
        record: UUIDv7, of a record of this hub.
        name: of the person; one record has each name once.
        phone, email, nip: as they were typed, or "".
    """

    record: str
    name: str
    phone: str
    email: str
    nip: str


def save_many(conn: Connection, contacts: Iterable[Contact]) -> None:
    """Keeps contacts; the same name of the same record is replaced."""
    upsert(conn, CONTACT, [asdict(it) for it in contacts], key=["record", "name"])


def of_record(conn: Connection, record: str) -> list[Contact]:
    """The contacts of a record by name."""
    found = select(CONTACT).where(CONTACT.c.record == record).order_by(CONTACT.c.name)
    return [Contact(**row) for row in conn.execute(found).mappings()]


def every(conn: Connection) -> Sequence[Contact]:
    """All contacts by record and name."""
    found = select(CONTACT).order_by(CONTACT.c.record, CONTACT.c.name)
    return [Contact(**row) for row in conn.execute(found).mappings()]


def remove(conn: Connection, record: str, name: str) -> bool:
    """Forgets one; False where there was none."""
    is_it = CONTACT.c.record == record, CONTACT.c.name == name
    return conn.execute(delete(CONTACT).where(*is_it)).rowcount == 1
