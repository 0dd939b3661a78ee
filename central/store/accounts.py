"""Who may sign in to the centre: for which agency, with which second factor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from central.store.tables import METADATA
from runtime.accounts import AccountStore, define_account_tables, session_id
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

_TABLES = define_account_tables(METADATA)

MEMBER = Table(
    "member",
    METADATA,
    Column("account", ForeignKey(_TABLES.account.c.name), primary_key=True),
    Column("agency", String(32), nullable=False),
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("pending_at", UtcDateTime),
    Column("pending_session", String(64)),
    Column("used_step", BigInteger),
)
"""Secrets are sealed (`central.second_factor`); `pending` counts once a code of it was
typed in time, in the session that began it."""

RECOVERY_CODE = Table(
    "recovery_code",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", ForeignKey(_TABLES.account.c.name), nullable=False, index=True),
)

HALF_SESSION = Table(
    "half_session",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account", ForeignKey(_TABLES.account.c.name), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""Somebody who knew the password and has not yet typed a code."""


class _Accounts(AccountStore):
    """The accounts of the centre, in which signing in may be half done."""

    def change(
        self,
        conn: Connection,
        name: str,
        *,
        role: str | None = None,
        password: str | None = None,
        is_active: bool | None = None,
    ) -> None:
        """As every store's; who had typed the password that was, or was switched off, begins anew.

        A half session would else outlive the very act that is to keep its holder out.
        """
        super().change(conn, name, role=role, password=password, is_active=is_active)
        if password is not None or is_active is not None:
            end_halves(conn, name)


ACCOUNTS = _Accounts(_TABLES)

HALF_LIFETIME = timedelta(minutes=5)
TRIES_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the centre knows of an account beside its name, role and password.

    Attributes:
        agency: for which agency its decisions are.
        secret: of the second factor, sealed; None where it has none.
        pending: another secret, of which no code was typed yet.
        pending_at, pending_session: when it was made, and the id of the session that asked.
        used_step: the step of the last code that was accepted.
    """

    account: str
    agency: str
    secret: bytes | None = None
    pending: bytes | None = None
    pending_at: datetime | None = None
    pending_session: str | None = None
    used_step: int | None = None

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a code."""
        return self.secret is not None


def member(conn: Connection, account: str) -> Member | None:
    """What is known of an account; None where there is none."""
    row = conn.execute(select(MEMBER).where(MEMBER.c.account == account)).first()
    return None if row is None else Member(**row._asdict())


def members(conn: Connection) -> dict[str, Member]:
    """The same of all accounts, by name."""
    rows = conn.execute(select(MEMBER))
    return {row.account: Member(**row._asdict()) for row in rows}


def keep_member(conn: Connection, kept: Member) -> None:
    """Keeps it in place of what was."""
    row = {name: getattr(kept, name) for name in Member.__dataclass_fields__}
    upsert(conn, MEMBER, [row], key=["account"])


def use_step(conn: Connection, account: str, step: int) -> bool:
    """Remembers that a code was used, and says whether nobody was faster with it."""
    is_unused = (MEMBER.c.used_step.is_(None)) | (MEMBER.c.used_step < step)
    statement = update(MEMBER).where(MEMBER.c.account == account, is_unused)
    return bool(conn.execute(statement.values(used_step=step)).rowcount)


def replace_recovery_codes(conn: Connection, account: str, codes: list[str]) -> None:
    """These, kept by their SHA-256, in place of those before; none ends them."""
    conn.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account == account))
    if codes:
        rows = [{"digest": _digest(account, code), "account": account} for code in codes]
        conn.execute(insert(RECOVERY_CODE), rows)


def recovery_count(conn: Connection, account: str) -> int:
    """How many an account has left."""
    found = select(func.count()).where(RECOVERY_CODE.c.account == account)
    return conn.execute(found).scalar_one()


def use_recovery_code(conn: Connection, account: str, code: str) -> bool:
    """Whether it was one that is left; it is none any more."""
    is_it = RECOVERY_CODE.c.digest == _digest(account, code)
    return bool(conn.execute(delete(RECOVERY_CODE).where(is_it)).rowcount)


def begin_half(conn: Connection, *, token: str, account: str, now: datetime) -> None:
    """Remembers who has typed the right password."""
    conn.execute(delete(HALF_SESSION).where(HALF_SESSION.c.created_at < now - HALF_LIFETIME))
    row = {"id": session_id(token), "account": account, "created_at": now, "tries": 0}
    conn.execute(insert(HALF_SESSION).values(**row))


def try_half(conn: Connection, token: str, *, now: datetime) -> str | None:
    """The account that is to type its code, and one try less.

    Returns:
        None where it is too late, was tried too often, or the account is switched off.
    """
    table, account = HALF_SESSION.c, _TABLES.account.c
    is_active = table.account.in_(select(account.name).where(account.is_active))
    is_open = (table.created_at >= now - HALF_LIFETIME) & (table.tries < TRIES_MAX) & is_active
    counted = update(HALF_SESSION).where(table.id == session_id(token), is_open)
    row = conn.execute(counted.values(tries=table.tries + 1).returning(table.account)).first()
    return None if row is None else str(row.account)


def end_half(conn: Connection, token: str) -> bool:
    """Forgets it, and says whether it was still there: a new password may have ended it."""
    ended = delete(HALF_SESSION).where(HALF_SESSION.c.id == session_id(token))
    return bool(conn.execute(ended).rowcount)


def end_halves(conn: Connection, account: str) -> None:
    """Forgets every one of an account: what it was asked for is not what is asked for now."""
    conn.execute(delete(HALF_SESSION).where(HALF_SESSION.c.account == account))


def _digest(account: str, code: str) -> str:
    return hashlib.sha256(f"{account}\n{code.strip().lower()}".encode()).hexdigest()
