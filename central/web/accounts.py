"""Pengguna: who may sign in at the centre, as what, for which agency."""

from aiohttp import web
from sqlalchemy import Connection

from central import second_factor, staff
from central.agency import Agency
from central.staff import Colleague, StaffRefused
from central.web.agencies import AGENCY_WORDS
from central.web.rights import ROLE_WORDS, Role
from central.web.serving import DESK
from central.web.stamps import stamp_of
from central.web.visit import Visit
from runtime.http.problem_responses import Refused
from runtime.pages.new_account import name_fault, password_faults
from runtime.pages.own_session import own_password_fault

ACCOUNTS = f"{DESK}/akun"


async def accounts_page(visit: Visit) -> web.Response:
    """Every account, and the form for another one."""
    return await _accounts_page(visit, faults={})


async def add(visit: Visit) -> web.Response:
    """Makes an account."""
    name, password = visit.text("name"), str(visit.form.get("password", ""))
    role, agency = _role(visit.text("role")), _agency(visit.text("agency"))
    fault = name_fault(name, visit.say) or _slash_fault(visit, name)
    faults = {"name": fault} if fault else {}
    faults |= password_faults(password, visit.form.get("again"), visit.say)
    if not faults and (fault := await own_password_fault(visit, "own")):
        faults = {"own": fault}
    if faults:
        return await _accounts_page(visit, faults=faults, status=422)
    encoded, centre, by = await visit.site.entrance.hash(password), visit.centre, visit.account
    try:
        await centre.db.run(
            lambda conn: staff.add(
                conn, centre, name=name, role=role, agency=agency, password=encoded, by=by
            )
        )
    except StaffRefused:
        faults = {"name": visit.say("Nama akun ini sudah dipakai.")}
        return await _accounts_page(visit, faults=faults, status=422)
    return visit.go(ACCOUNTS, told="account")


async def account_page(visit: Visit) -> web.Response:
    """One account, and what can be done with it."""
    return await _account_page(visit, await _asked_for(visit), faults={})


async def change(visit: Visit) -> web.Response:
    """Gives an account another role or agency, switches it off or on.

    Whoever makes another administrator, or lets one in again, types their own password.
    """
    found = await _asked_for(visit)
    visit.require_seen(_stamp(found))  # whether the password is asked for depends on what is there
    name, was = found.account.name, found.account
    role, agency = _role(visit.text("role") or was.role), _agency(visit.text("agency"))
    is_active = visit.text("active") == "yes"
    gains = was.role != Role.ADMINISTRATOR or (is_active and not was.is_active)
    if role is Role.ADMINISTRATOR and gains and (fault := await own_password_fault(visit, "own")):
        return await _account_page(visit, found, faults={"own": fault}, status=422)
    centre, by = visit.centre, visit.account

    def work(conn: Connection) -> None:
        visit.require_seen(_stamp(_known(conn, name)))
        staff.change(conn, centre, name, role=role, agency=agency, is_active=is_active, by=by)

    await centre.db.run(work)
    return visit.go(f"{ACCOUNTS}/{name}", told="account")


async def reset_password(visit: Visit) -> web.Response:
    """Gives a colleague a new password; ends every session of that account."""
    found = await _asked_for(visit)
    name, password = found.account.name, str(visit.form.get("password", ""))
    faults = password_faults(password, visit.form.get("again"), visit.say)
    if not faults and (fault := await own_password_fault(visit, "own_too")):
        faults = {"own_too": fault}
    if faults:
        return await _account_page(visit, found, faults=faults, status=422)
    centre, by = visit.centre, visit.account
    encoded = await visit.site.entrance.hash(password)
    await centre.db.run(lambda conn: staff.give_password(conn, centre, name, encoded, by=by))
    return visit.go(f"{ACCOUNTS}/{name}", told="password")


async def remove_second_factor(visit: Visit) -> web.Response:
    """For a colleague who has lost the phone and the recovery codes."""
    found = await _asked_for(visit)
    if fault := await own_password_fault(visit, "own_again"):
        return await _account_page(visit, found, faults={"own_again": fault}, status=422)
    centre, by, name = visit.centre, visit.account, found.account.name
    await centre.db.run(lambda conn: second_factor.give_up(conn, centre, name, by=by))
    return visit.go(f"{ACCOUNTS}/{name}", told="second_factor_gone")


async def _accounts_page(
    visit: Visit, *, faults: dict[str, str], status: int = 200
) -> web.Response:
    return await visit.desk_page(
        "accounts.html",
        here="accounts",
        status=status,
        colleagues=await visit.centre.db.read(staff.everybody),
        roles=ROLE_WORDS,
        agencies=AGENCY_WORDS,
        name=visit.text("name"),
        chosen=visit.text("role") or Role.VIEWER,
        faults=faults,
    )


async def _account_page(
    visit: Visit, found: Colleague, *, faults: dict[str, str], status: int = 200
) -> web.Response:
    sessions = await visit.centre.db.read(
        lambda conn: visit.site.accounts.sessions_of(conn, found.account.name)
    )
    return await visit.desk_page(
        "account.html",
        here="accounts",
        status=status,
        colleague=found,
        seen=_stamp(found),
        session_count=len(sessions),
        roles=ROLE_WORDS,
        agencies=AGENCY_WORDS,
        faults=faults,
    )


async def _asked_for(visit: Visit) -> Colleague:
    """The account that the address names.

    Raises:
        Refused: there is none.
    """
    name = visit.request.match_info["name"]
    return await visit.centre.db.read(lambda conn: _known(conn, name))


def _known(conn: Connection, name: str) -> Colleague:
    found = staff.colleague(conn, name)
    if found is None:
        raise Refused("not_found")
    return found


def _stamp(found: Colleague) -> str:
    """Of what the form changes, as a page shows it."""
    account = found.account
    return stamp_of(account.name, account.role, found.member.agency, account.is_active)


def _slash_fault(visit: Visit, name: str) -> str:
    """Decisions name a person as `agency/account`, so the account is one word."""
    is_word = not any(sign.isspace() for sign in name)
    return "" if is_word else visit.say("Nama akun satu kata, tanpa spasi.")


def _role(word: str) -> Role:
    """The role of that word.

    Raises:
        Refused: there is no such role.
    """
    try:
        return Role(word)
    except ValueError:
        raise Refused("bad_query") from None


def _agency(word: str) -> Agency:
    """The agency of that word.

    Raises:
        Refused: there is no such agency.
    """
    try:
        return Agency(word)
    except ValueError:
        raise Refused("bad_query") from None
