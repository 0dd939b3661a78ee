"""One row for every act of a person that another may have to answer for; no secret ever.

A refusal has one where it says something of whoever was refused: a token that reached for more, a
machine with another's identity, two histories. What one does to oneself alone has none: signing in
and out, ending a session of one's own, choosing a language, trying out the alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    func,
    insert,
    select,
)

from central.store.tables import METADATA
from runtime.utc_times import UtcDateTime

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("what", String(64), nullable=False),
    Column("hub", String(63)),
    Column("detail", String(500), nullable=False),
)
ACTS = frozenset(
    [
        "account.added",
        "account.changed",
        "account.password",
        "agency.moved",
        "award.confirmed",
        "change.refused",
        "change.released",
        "courier.exported",
        "courier.imported",
        "courier.refused",
        "epoch.opened",
        "equivocation",
        "hub.active",
        "hub.enrolled",
        "hub.identity_in_use",
        "hub.invitation_withdrawn",
        "hub.invited",
        "hub.machine_changed",
        "hub.reinvitation_asked",
        "hub.retired",
        "hub.revoked",
        "hub.suspended",
        "hub.target",
        "key.rotated",
        "key.rotation_refused",
        "number.assigned",
        "publication.set",
        "record.transferred",
        "recovery.began",
        "second_factor.given_up",
        "second_factor.recovery_code",
        "second_factor.refused",
        "second_factor.set",
        "token.created",
        "token.refused",
        "token.revoked",
        "webhook.added",
        "webhook.disabled",
        "webhook.enabled",
        "webhook.redelivered",
        "webhook.removed",
        "webhook.tested",
    ]
)
"""What a row may say; the desk has words for each (`central.web.audit_words`)."""

_DETAIL_LENGTH_MAX = 500
_SAID = ": "


def count(conn: Connection, *, what: str, hub: str) -> int:
    """How many rows say this of a hub."""
    found = select(func.count()).where(AUDIT.c.what == what, AUDIT.c.hub == hub)
    return conn.execute(found).scalar_one()


def latest(conn: Connection, *, what: str, hub: str) -> tuple[datetime, str] | None:
    """When the newest row says this of a hub, and its detail; None where there is none."""
    rows = select(AUDIT.c.at, AUDIT.c.detail).where(AUDIT.c.what == what, AUDIT.c.hub == hub)
    row = conn.execute(rows.order_by(AUDIT.c.id.desc()).limit(1)).first()
    return None if row is None else (row.at, row.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows are asked for; "" asks for any.

    Attributes:
        what: the kind of an act.
        hub: hub id.
        words: text that the detail holds, such as the name of an account.
    """

    what: str = ""
    hub: str = ""
    words: str = ""


def newest(
    conn: Connection, asked: AuditFilter, *, before: int | None = None, limit: int
) -> list[Row[Any]]:
    """Rows, the newest first.

    Args:
        conn: an open transaction.
        asked: which.
        before: id of the row before which they stand; None for the newest of all.
        limit: how many at most.
    """
    found = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if asked.what:
        found = found.where(AUDIT.c.what == asked.what)
    if asked.hub:
        found = found.where(AUDIT.c.hub == asked.hub)
    if asked.words:
        found = found.where(AUDIT.c.detail.contains(asked.words, autoescape=True))
    if before is not None:
        found = found.where(AUDIT.c.id < before)
    return list(conn.execute(found).all())


def kinds(conn: Connection) -> list[str]:
    """Every kind of act that has a row."""
    return list(conn.execute(select(AUDIT.c.what).distinct().order_by(AUDIT.c.what)).scalars())


def of_hub(conn: Connection, hub: str, *, count_max: int) -> list[Row[Any]]:
    """The newest rows about a hub (at, what, detail), the newest first."""
    rows = select(AUDIT.c.at, AUDIT.c.what, AUDIT.c.detail).where(AUDIT.c.hub == hub)
    return list(conn.execute(rows.order_by(AUDIT.c.id.desc()).limit(count_max)))


def of_kinds(conn: Connection, kinds: Sequence[str], *, count_max: int) -> list[Row[Any]]:
    """The newest rows that say one of these (at, what, hub, detail), the newest first."""
    columns = AUDIT.c.at, AUDIT.c.what, AUDIT.c.hub, AUDIT.c.detail
    rows = select(*columns).where(AUDIT.c.what.in_(kinds))
    return list(conn.execute(rows.order_by(AUDIT.c.id.desc()).limit(count_max)))


def signed(by: str, said: str = "") -> str:
    """A detail that says who acted, and then what they said: `tuti (panrb): the key is lost`.

    Args:
        by: who, in words without a colon, such as `central.casework.person.Person.name`.
        said: the reason, the name, or what else belongs to the act; "" where nothing does.
    """
    return f"{by}{_SAID}{said}" if said else by


def said_in(detail: str) -> str:
    """What somebody said in a detail of `signed`; "" where nothing was."""
    return detail.partition(_SAID)[2]


def note(conn: Connection, *, at: datetime, what: str, hub: str | None, detail: str) -> None:
    """Adds a row.

    Raises:
        ValueError: no act is called so.
    """
    if what not in ACTS:
        raise ValueError(what)
    row = {"at": at, "what": what, "hub": hub, "detail": detail[:_DETAIL_LENGTH_MAX]}
    conn.execute(insert(AUDIT).values(row))
