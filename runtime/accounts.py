"""Accounts of people who sign in to a service's pages, and their sessions.

A session's token is kept as its SHA-256: whoever reads the database cannot use it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from runtime.utc_times import UtcDateTime

TOKEN_BYTES = 32
IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)
"""A session's last sign of life is written at most this often: reading a page writes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTables:
    """The tables that `define_account_tables` made."""

    account: Table
    session: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        name: stands in signed changes as `by`; no personal data.
        role: what they may do; its words are the service's.
        password: the encoded hash.
        is_active: whether they may sign in.
    """

    name: str
    role: str
    password: str
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which somebody is signed in.

    Attributes:
        id: SHA-256 of the token in hexadecimal; names the session where it is ended.
        csrf: what every form of this session carries.
        agent: what the browser calls itself, for the list of sessions.
    """

    id: str
    account: str
    role: str
    csrf: str
    agent: str
    created_at: datetime
    seen_at: datetime


def define_account_tables(metadata: MetaData) -> AccountTables:
    """Defines the tables of one service's accounts."""
    account = Table(
        "account",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("role", String(16), nullable=False),
        Column("password", String(200), nullable=False),
        Column("is_active", Boolean, nullable=False),
        Column("created_at", UtcDateTime(), nullable=False),
    )
    session = Table(
        "session",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("account", ForeignKey(account.c.name), nullable=False, index=True),
        Column("csrf", String(64), nullable=False),
        Column("agent", String(200), nullable=False),
        Column("created_at", UtcDateTime(), nullable=False),
        Column("seen_at", UtcDateTime(), nullable=False),
    )
    return AccountTables(account=account, session=session)


def session_id(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


class AccountStore:
    """Accounts and sessions of one database; every method takes an open transaction."""

    def __init__(self, tables: AccountTables) -> None:
        self._account = tables.account
        self._session = tables.session

    def count(self, conn: Connection) -> int:
        """How many accounts there are."""
        return int(conn.execute(select(func.count()).select_from(self._account)).scalar_one())

    def get(self, conn: Connection, name: str) -> Account | None:
        """The account of that name."""
        row = conn.execute(select(self._account).where(self._account.c.name == name)).first()
        return None if row is None else Account(**row._asdict())

    def every(self, conn: Connection) -> Sequence[Account]:
        """All accounts by name."""
        rows = conn.execute(select(self._account).order_by(self._account.c.name))
        return [Account(**row._asdict()) for row in rows]

    def holding(self, conn: Connection, role: str) -> Sequence[str]:
        """Names of the active accounts of a role; no other transaction changes them meanwhile.

        Who decides by what another account is, and then changes its own, asks here: on PostgreSQL
        the second of two that do so at once is refused, and begins again with what the first left.
        """
        account = self._account.c
        found = select(account.name).where(account.role == role, account.is_active)
        held = found.order_by(account.name).with_for_update(key_share=True)
        return list(conn.execute(held).scalars())

    def add(self, conn: Connection, account: Account) -> None:
        """A new account; its name must be free."""
        values = {name: getattr(account, name) for name in self._account.c.keys()}  # noqa: SIM118
        conn.execute(insert(self._account).values(**values))

    def change(
        self,
        conn: Connection,
        name: str,
        *,
        role: str | None = None,
        password: str | None = None,
        is_active: bool | None = None,
    ) -> None:
        """Changes what is given; whoever is switched off or has a new password is signed out."""
        given = {"role": role, "password": password, "is_active": is_active}
        values = {key: value for key, value in given.items() if value is not None}
        conn.execute(update(self._account).where(self._account.c.name == name).values(**values))
        if password is not None or is_active is False:
            conn.execute(delete(self._session).where(self._session.c.account == name))

    def begin_session(
        self, conn: Connection, *, token: str, account: str, csrf: str, agent: str, now: datetime
    ) -> None:
        """Signs somebody in."""
        conn.execute(delete(self._session).where(self._session.c.created_at < now - LIFETIME))
        row = {"id": session_id(token), "account": account, "csrf": csrf, "agent": agent[:200]}
        conn.execute(insert(self._session).values(**row, created_at=now, seen_at=now))

    def session(self, conn: Connection, token: str, *, now: datetime) -> Session | None:
        """The session of that token, unless it has ended or its account is switched off."""
        found = self._sessions(conn, self._session.c.id == session_id(token))
        if not found:
            return None
        [it] = found
        is_over = now - it.seen_at > IDLE or now - it.created_at > LIFETIME
        return None if is_over else it

    def sessions_of(self, conn: Connection, account: str) -> Sequence[Session]:
        """Where somebody is signed in, the latest first."""
        return self._sessions(conn, self._session.c.account == account)

    def saw(self, conn: Connection, session: Session, *, now: datetime) -> None:
        """A sign of life."""
        statement = update(self._session).where(self._session.c.id == session.id)
        conn.execute(statement.values(seen_at=now))

    def end_session(self, conn: Connection, id_: str, *, account: str) -> None:
        """Signs one browser of that account out."""
        where = (self._session.c.id == id_, self._session.c.account == account)
        conn.execute(delete(self._session).where(*where))

    def _sessions(self, conn: Connection, where: object) -> Sequence[Session]:
        columns = [it for it in self._session.c if it.name != "account"]
        query = (
            select(*columns, self._session.c.account, self._account.c.role)
            .join(self._account, self._account.c.name == self._session.c.account)
            .where(where, self._account.c.is_active)  # type: ignore[arg-type]
            .order_by(self._session.c.seen_at.desc())
        )
        return [Session(**row._asdict()) for row in conn.execute(query)]
