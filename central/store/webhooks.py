"""Webhooks: where other systems are told, of what, and how that goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Field

from central.store import tokens
from central.store.tables import CentralTable
from runtime.utc_times import UtcDateTime

ACTIVE, DISABLED = "active", "disabled"
FAILING = "failing"
STANDINGS = (ACTIVE, FAILING, DISABLED)
"""How a webhook is: as its state says, or active and its last attempt failed."""


class WebhookRow(CentralTable, table=True):
    """One webhook.

    Attributes:
        id: names it in addresses and audit rows; no secret.
        url: where it is posted to.
        events: types of events, with a space between them.
        token: id of the token that made it; None where a person did.
        agency, by: of whoever made it.
        state: `active`, or `disabled` after long failure or with its token.
        reason: why it is disabled (`central.webhooks.subscribing`); "" where it is not.
        created_at: by the centre's clock.
        failing_since: when the first of the failures was that no success has followed.
        failure_count: attempts that have failed since the last success.
        next_at: when it may be posted to next.
    """

    __tablename__ = "webhook"  # type: ignore[mutable-override]  # as SQLModel wants it

    id: str = Field(primary_key=True, max_length=16)
    url: str = Field(max_length=500)
    events: str = Field(max_length=300)
    token: str | None = Field(default=None, max_length=16, index=True)
    agency: str = Field(max_length=16)
    by: str = Field(max_length=64)
    state: str = Field(default=ACTIVE, max_length=16)
    reason: str = Field(default="", max_length=32)
    created_at: datetime = Field(sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_count: int = 0
    next_at: datetime = Field(sa_type=UtcDateTime)


WEBHOOK: Table = WebhookRow.metadata.tables["webhook"]


def add(conn: Connection, webhook: WebhookRow) -> None:
    """Keeps a webhook."""
    conn.execute(insert(WEBHOOK).values(webhook.model_dump()))


def get(conn: Connection, webhook: str) -> WebhookRow | None:
    """The webhook of that id."""
    return _row(conn.execute(select(WEBHOOK).where(WEBHOOK.c.id == webhook)).first())


def everyone(conn: Connection, *, token: str | None = None) -> list[WebhookRow]:
    """All of them, or those of one token, the one made first first."""
    found = select(WEBHOOK)
    if token is not None:
        found = found.where(WEBHOOK.c.token == token)
    rows = conn.execute(found.order_by(WEBHOOK.c.created_at, WEBHOOK.c.id)).all()
    return [WebhookRow(**row._asdict()) for row in rows]


def active(conn: Connection, *, now: datetime) -> list[WebhookRow]:
    """Those that are posted to, by id: none whose token counts no more."""
    return _of_state(conn, _is_allowed(now))


def outlived(conn: Connection, *, now: datetime) -> list[WebhookRow]:
    """Those that are active by their state alone, by id: the token of each counts no more."""
    return _of_state(conn, ~_is_allowed(now))


def is_allowed(conn: Connection, webhook: str, *, now: datetime) -> bool:
    """Whether a webhook has no token, or one that counts."""
    found = select(WEBHOOK.c.id).where(WEBHOOK.c.id == webhook, _is_allowed(now))
    return conn.execute(found).first() is not None


def count_before_adding(conn: Connection) -> int:
    """How many there are; two transactions that count and then add are put in order.

    On PostgreSQL either would count without the other's: both change the first row, as it is, so
    that the second is refused and counts again. Where there is no row, no limit is near.
    """
    first = select(func.min(WEBHOOK.c.id)).scalar_subquery()
    conn.execute(update(WEBHOOK).where(WEBHOOK.c.id == first).values(url=WEBHOOK.c.url))
    return conn.execute(select(func.count()).select_from(WEBHOOK)).scalar_one()


def remove(conn: Connection, webhook: str) -> None:
    """Removes a webhook of which nothing is left to deliver."""
    conn.execute(delete(WEBHOOK).where(WEBHOOK.c.id == webhook))


def change(conn: Connection, webhook: str, **values: Any) -> None:
    """Sets columns of one webhook."""
    conn.execute(update(WEBHOOK).where(WEBHOOK.c.id == webhook).values(values))


def standing_of(row: WebhookRow) -> str:
    """How a webhook is, of `STANDINGS`."""
    return FAILING if row.state == ACTIVE and row.failing_since is not None else row.state


def _is_allowed(now: datetime) -> ColumnElement[bool]:
    return or_(WEBHOOK.c.token.is_(None), WEBHOOK.c.token.in_(tokens.counting(now)))


def _of_state(conn: Connection, condition: ColumnElement[bool]) -> list[WebhookRow]:
    found = select(WEBHOOK).where(WEBHOOK.c.state == ACTIVE, condition).order_by(WEBHOOK.c.id)
    return [WebhookRow(**row._asdict()) for row in conn.execute(found).all()]


def _row(row: Row[Any] | None) -> WebhookRow | None:
    return None if row is None else WebhookRow(**row._asdict())
