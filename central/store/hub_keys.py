"""Every verifier key that a hub ever had, with the entries of its log that it answers for.

None is ever removed: old checkpoints stay checkable, and no key comes back (protocol.md, "Keys and
redaction"). The public key is unique, so of two who bring one at once the second fails.
"""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    func,
    select,
    update,
)

from central.store.tables import METADATA
from protocol.keys import VerifierKey, parse_verifier_key
from runtime.database import insert_many

LOG, WITNESS = "log", "witness"

HUB_KEY = Table(
    "hub_key",
    METADATA,
    Column("public_key", LargeBinary, primary_key=True),
    Column("hub", String(63), nullable=False, index=True),
    Column("origin", String(512), nullable=False, index=True),
    Column("purpose", String(8), nullable=False),
    Column("verifier", String(512), nullable=False),
    Column("first_index", BigInteger, nullable=False),
    Column("last_index", BigInteger),
)
"""`origin` is of the log that the key came with; of a witness key too. `last_index` is None while
the key is in use."""


def add(
    conn: Connection, hub: str, origin: str, *, log: str, witness: str, first_index: int = 0
) -> None:
    """Keeps a hub's keys from an entry of its log on, and ends the range of those before.

    Args:
        conn: an open transaction.
        hub: hub id.
        origin: of its log.
        log: verifier key of the log as text; nobody had it before (`owner`).
        witness: of the hub as witness, likewise.
        first_index: of the first entry that they answer for.
    """
    before = HUB_KEY.c.origin == origin, HUB_KEY.c.last_index.is_(None)
    conn.execute(update(HUB_KEY).where(*before).values(last_index=first_index - 1))
    rows = [
        {
            "public_key": parse_verifier_key(text).public_key,
            "hub": hub,
            "origin": origin,
            "purpose": purpose,
            "verifier": text,
            "first_index": first_index,
            "last_index": None,
        }
        for purpose, text in ((LOG, log), (WITNESS, witness))
    ]
    insert_many(conn, HUB_KEY, rows)


def owner(conn: Connection, keys: Iterable[VerifierKey]) -> str | None:
    """A hub that has or had one of these public keys, under whatever name, for whatever purpose."""
    asked = [key.public_key for key in keys]
    found = select(HUB_KEY.c.hub).where(HUB_KEY.c.public_key.in_(asked))
    return conn.execute(found.limit(1)).scalar()


def signer(conn: Connection, origin: str, size: int) -> VerifierKey:
    """The key that signs the log's checkpoints of that size: that of its last entry.

    Raises:
        LookupError: no hub has such a log.
    """
    found = select(HUB_KEY.c.verifier).where(
        HUB_KEY.c.origin == origin,
        HUB_KEY.c.purpose == LOG,
        HUB_KEY.c.first_index <= max(size - 1, 0),
    )
    text = conn.execute(found.order_by(HUB_KEY.c.first_index.desc()).limit(1)).scalar()
    if text is None:
        raise LookupError(origin)
    return parse_verifier_key(text)


def of_log(conn: Connection, origin: str) -> list[str]:
    """Every key that signs checkpoints of a log, the oldest first, as text."""
    found = select(HUB_KEY.c.verifier).where(HUB_KEY.c.origin == origin, HUB_KEY.c.purpose == LOG)
    return list(conn.execute(found.order_by(HUB_KEY.c.first_index)).scalars())


def begins_at(conn: Connection, origin: str, index: int) -> bool:
    """Whether some key answers for the log from exactly this entry on."""
    found = select(HUB_KEY.c.hub).where(HUB_KEY.c.origin == origin, HUB_KEY.c.first_index == index)
    return conn.execute(found.limit(1)).first() is not None


def log_keys(conn: Connection, hub: str) -> list[tuple[str, int, int | None]]:
    """Every log key of a hub, the oldest first: verifier key, first and last index."""
    columns = HUB_KEY.c.verifier, HUB_KEY.c.first_index, HUB_KEY.c.last_index
    found = select(*columns).where(HUB_KEY.c.hub == hub, HUB_KEY.c.purpose == LOG)
    rows = conn.execute(found.order_by(HUB_KEY.c.origin, HUB_KEY.c.first_index))
    return [(row[0], row[1], row[2]) for row in rows]


def log_key_counts(conn: Connection) -> dict[str, int]:
    """How many log keys each hub ever had, by hub id."""
    found = select(HUB_KEY.c.hub, func.count()).where(HUB_KEY.c.purpose == LOG)
    return {row[0]: row[1] for row in conn.execute(found.group_by(HUB_KEY.c.hub))}
