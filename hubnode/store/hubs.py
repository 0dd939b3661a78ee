"""The hubs of the federation as the national log names them: their keys, and what they cosigned."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, select, update

from hubnode.store.tables import METADATA
from protocol.confirmations import witness_of
from protocol.entries.decisions import HubEnrolled
from protocol.keys import VerifierKey
from runtime.database import upsert

HUB = Table(
    "hub",
    METADATA,
    Column("hub", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("log_key", String, nullable=False),
    Column("witness_key", String, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("cosigned_size", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub that was enrolled.

    Attributes:
        hub: its id.
        origin: of its change log.
        log_key, witness_key: verifier keys as text.
        is_active: its key was not revoked.
        cosigned_size: of the largest national checkpoint that it is known here to have cosigned.
    """

    hub: str
    origin: str
    log_key: str
    witness_key: str
    is_active: bool
    cosigned_size: int

    @property
    def witness_verifier(self) -> VerifierKey | None:
        """Its key as a witness of the national log, where that names one."""
        return witness_of(self.witness_key)


def enrol(conn: Connection, decision: HubEnrolled) -> None:
    """Keeps a hub that the national log enrols, in place of its former keys."""
    row = {
        "hub": decision.hub,
        "origin": decision.origin,
        "log_key": decision.log_key,
        "witness_key": decision.witness_key,
        "is_active": True,
        "cosigned_size": 0,
    }
    upsert(conn, HUB, [row], key=["hub"])


def revoke(conn: Connection, hub: str) -> None:
    """Keeps that a hub's key no longer counts."""
    conn.execute(update(HUB).where(HUB.c.hub == hub).values(is_active=False))


def set_cosigned(conn: Connection, hubs: Iterable[str], size: int) -> None:
    """Keeps that these hubs cosigned the checkpoint of that size; it never goes back."""
    for hub in hubs:
        grown = update(HUB).where(HUB.c.hub == hub, HUB.c.cosigned_size < size)
        conn.execute(grown.values(cosigned_size=size))


def active(conn: Connection) -> list[Hub]:
    """The hubs whose keys count, by id."""
    rows = conn.execute(select(HUB).where(HUB.c.is_active).order_by(HUB.c.hub))
    return [Hub(**row) for row in rows.mappings()]
