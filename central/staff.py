"""The people who work at the centre: accounts made, changed, switched off; each act is audited."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from central.agency import Agency
from central.centre import Centre
from central.role import Role
from central.store import accounts, audit
from central.store.accounts import ACCOUNTS, Member
from protocol.errors import ProtocolError
from runtime.accounts import Account

COMMAND_LINE = "command line"
"""Who acts where somebody has the machine of the centre before them."""


class StaffRefused(ProtocolError):
    """An account that cannot be made or changed so."""

    default_code = "account_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An account with what the centre knows of it beside."""

    account: Account
    member: Member


def everybody(conn: Connection) -> list[Colleague]:
    """All accounts by name."""
    members = accounts.members(conn)
    return [
        Colleague(account=it, member=members[it.name])
        for it in ACCOUNTS.every(conn)
        if it.name in members
    ]


def colleague(conn: Connection, name: str) -> Colleague | None:
    """One of them."""
    account, member = ACCOUNTS.get(conn, name), accounts.member(conn, name)
    return None if account is None or member is None else Colleague(account=account, member=member)


def add(
    conn: Connection,
    centre: Centre,
    *,
    name: str,
    role: str,
    agency: Agency,
    password: str,
    by: str,
) -> None:
    """A new account.

    Args:
        conn: an open transaction.
        centre: whose.
        name: stands in decisions; no personal data.
        role: of `central.role.Role`.
        agency: for which it decides.
        password: encoded hash.
        by: account of whoever makes it, or `COMMAND_LINE`.

    Raises:
        StaffRefused: the name is taken (`account_taken`).
    """
    if ACCOUNTS.get(conn, name) is not None:
        raise StaffRefused(f"there is an account {name!r}")
    now = centre.clock.now()
    account = Account(name=name, role=role, password=password, is_active=True, created_at=now)
    ACCOUNTS.add(conn, account)
    accounts.keep_member(conn, Member(account=name, agency=agency.value))
    _note(conn, centre, "account.added", f"{name}: {role}, {agency.value}; by {by}")


def change(
    conn: Connection,
    centre: Centre,
    name: str,
    *,
    role: str,
    agency: Agency,
    is_active: bool,
    by: str,
) -> None:
    """Gives an account another role or agency, switches it off or on.

    Raises:
        StaffRefused: no active administrator would be left (`last_administrator`), or there is no
            such account (`not_found`).
    """
    found = colleague(conn, name)
    if found is None:
        raise StaffRefused(f"there is no account {name!r}", code="not_found")
    is_administrator = role == Role.ADMINISTRATOR and is_active
    if not is_administrator and not _has_other_administrator(conn, name):
        raise StaffRefused("no administrator would be left", code="last_administrator")
    ACCOUNTS.change(conn, name, role=role, is_active=is_active)
    if agency != found.member.agency:
        accounts.keep_member(conn, replace(found.member, agency=agency.value))
    state = "on" if is_active else "off"
    _note(conn, centre, "account.changed", f"{name}: {role}, {agency.value}, {state}; by {by}")


def give_password(conn: Connection, centre: Centre, name: str, password: str, *, by: str) -> None:
    """Gives an account a new password, signs it out everywhere, and writes down who did it.

    Args:
        conn: an open transaction.
        centre: whose account it is.
        name: of the account.
        password: encoded hash.
        by: account of whoever gives it, the holder's own included, or `COMMAND_LINE`.
    """
    ACCOUNTS.change(conn, name, password=password)
    _note(conn, centre, "account.password", f"{name}; by {by}")


def _has_other_administrator(conn: Connection, name: str) -> bool:
    return any(it != name for it in ACCOUNTS.holding(conn, Role.ADMINISTRATOR))


def _note(conn: Connection, centre: Centre, what: str, detail: str) -> None:
    audit.note(conn, at=centre.clock.now(), what=what, hub=None, detail=detail)
