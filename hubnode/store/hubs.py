"""The hubs of the federation as the national log names them: their keys, and what they cosigned."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, delete, select, update

from hubnode.store.tables import METADATA
from protocol.entries.decisions import Decision
from protocol.entries.hub_decisions import HubDecision, HubEnrolled
from protocol.membership import Member, member_after
from runtime.database import upsert

HUB = Table(
    "hub",
    METADATA,
    Column("hub", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("log_key", String, nullable=False),
    Column("witness_key", String, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("cosigned_size", Integer, nullable=False, default=0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub(Member):
    """A member, and what is known here of it as a witness.

    Attributes:
        name: what its enrolment called it.
        cosigned_size: of the largest national checkpoint that it is known here to have cosigned
            with its present key.
    """

    name: str
    cosigned_size: int


def follow(conn: Connection, decisions: Iterable[Decision]) -> None:
    """Keeps what decisions say of hubs. Nobody cosigned anything yet with a key that is new."""
    for decision in decisions:
        if isinstance(decision, HubDecision):
            _follow(conn, decision)


def clear(conn: Connection) -> None:
    """Forgets them: the national log is folded afresh."""
    conn.execute(delete(HUB))


def set_cosigned(conn: Connection, hubs: Iterable[str], size: int) -> None:
    """Keeps that these hubs cosigned the checkpoint of that size; it never goes back."""
    for hub in hubs:
        grown = update(HUB).where(HUB.c.hub == hub, HUB.c.cosigned_size < size)
        conn.execute(grown.values(cosigned_size=size))


def forget_cosigned(conn: Connection) -> None:
    """Nobody has cosigned a national log yet that has just begun."""
    conn.execute(update(HUB).values(cosigned_size=0))


def active(conn: Connection) -> list[Hub]:
    """The hubs whose keys count, by id."""
    rows = conn.execute(select(HUB).where(HUB.c.is_active).order_by(HUB.c.hub))
    return [Hub(**row) for row in rows.mappings()]


def names(conn: Connection) -> dict[str, str]:
    """What every hub is called that was ever enrolled, by id."""
    return {row.hub: row.name for row in conn.execute(select(HUB.c.hub, HUB.c.name))}


def _follow(conn: Connection, decision: HubDecision) -> None:
    found = conn.execute(select(HUB).where(HUB.c.hub == decision.hub)).mappings().one_or_none()
    before = {} if found is None else {decision.hub: Hub(**found)}
    for hub, after in member_after(before, decision).items():
        is_new = hub not in before or before[hub].witness_key != after.witness_key
        row = {it.name: getattr(after, it.name) for it in fields(Member)}
        cosigned_size = 0 if is_new else before[hub].cosigned_size
        known = {"name": _name_after(before.get(hub), decision), "cosigned_size": cosigned_size}
        upsert(conn, HUB, [{**row, **known}], key=["hub"])


def _name_after(before: Hub | None, decision: HubDecision) -> str:
    if isinstance(decision, HubEnrolled):
        return decision.name
    return before.name if before else ""
