"""Tokens of systems: hashed at rest, scoped, expiring; one that was revoked stays to be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, Select, Table, insert, select, update
from sqlmodel import Field

from central.store.tables import CentralTable
from runtime.utc_times import UtcDateTime


class TokenRow(CentralTable, table=True):
    """One token.

    Attributes:
        id: names it in lists and audit rows; no secret.
        secret_hash: SHA-256 of its text.
        name: of the system that uses it.
        scopes: with a space between them.
        agency: for which agency it was made.
        by: account of whoever made it.
        created_at, expires_at: by the centre's clock.
        last_used_at: to within some minutes; None where it never was.
        revoked_at: None while it counts.
    """

    __tablename__ = "token"  # type: ignore[mutable-override]  # as SQLModel wants it

    id: str = Field(primary_key=True, max_length=16)
    secret_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    name: str = Field(max_length=100)
    scopes: str = Field(max_length=200)
    agency: str = Field(max_length=16)
    by: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


TOKEN: Table = TokenRow.metadata.tables["token"]


def add(conn: Connection, token: TokenRow) -> None:
    """Keeps a token."""
    conn.execute(insert(TOKEN).values(token.model_dump()))


def get(conn: Connection, token: str) -> TokenRow | None:
    """The token of that id."""
    return _row(conn.execute(select(TOKEN).where(TOKEN.c.id == token)).first())


def of_hash(conn: Connection, secret_hash: bytes) -> TokenRow | None:
    """The token whose text has that hash."""
    return _row(conn.execute(select(TOKEN).where(TOKEN.c.secret_hash == secret_hash)).first())


def everyone(conn: Connection) -> list[TokenRow]:
    """All tokens, the one made last first."""
    rows = conn.execute(select(TOKEN).order_by(TOKEN.c.created_at.desc(), TOKEN.c.id)).all()
    return [TokenRow(**row._asdict()) for row in rows]


def counting(now: datetime) -> Select[tuple[str]]:
    """The ids of the tokens that count at that time, for another query to ask among."""
    return select(TOKEN.c.id).where(TOKEN.c.revoked_at.is_(None), TOKEN.c.expires_at > now)


def change(conn: Connection, token: str, **values: Any) -> None:
    """Sets columns of one token."""
    conn.execute(update(TOKEN).where(TOKEN.c.id == token).values(values))


def _row(row: Row[Any] | None) -> TokenRow | None:
    return None if row is None else TokenRow(**row._asdict())
