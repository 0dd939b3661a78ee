"""Pengaturan, accounts: who may sign in as what, and where one is signed in."""

from aiohttp import web

from hubnode.web.new_account import add_account, faults_of, password_faults_of
from hubnode.web.site import Role
from hubnode.web.visit import Visit
from runtime.accounts import Account
from runtime.http.problem_responses import Refused
from runtime.pages.browsers import browser_words
from runtime.pages.own_session import own_password_fault
from runtime.pages.rendering import see_other
from runtime.pages.translating import msg

ACCOUNTS, MINE = "/pengaturan/akun", "/pengaturan/saya"

ROLE_WORDS = {
    Role.EDITOR: (
        msg("Penyunting"),
        msg("menulis dan mengimpor; menandatangani bila tidak perlu orang kedua"),
    ),
    Role.APPROVER: (msg("Penyetuju"), msg("juga menyetujui tulisan orang lain")),
    Role.OPERATOR: (msg("Operator"), msg("juga mengatur node, kunci, cadangan, dan akun")),
}
"""What each role is called, and what it adds."""


async def accounts_page(visit: Visit) -> web.Response:
    """Every account, and the form for another one."""
    return await _accounts_page(visit, name="", faults={})


async def add(visit: Visit) -> web.Response:
    """Makes an account."""
    name, password = visit.text("name"), str(visit.form.get("password", ""))
    faults = faults_of(visit, name, password)
    role, taken = _role(visit.text("role")), visit.say("Nama akun ini sudah dipakai.")
    if not faults and await _account(visit, name):
        faults = {"name": taken}
    if not faults and (fault := await own_password_fault(visit, "own")):
        faults = {"own": fault}
    if not faults and not await add_account(visit, name, password, role):
        faults = {"name": taken}
    if faults:
        return await _accounts_page(visit, name=name, faults=faults, status=422)
    return visit.go(ACCOUNTS, told="account")


async def change(visit: Visit) -> web.Response:
    """Gives an account another role, switches it off or on. One operator always stays.

    Whoever makes another operator types their own password.
    """
    name = visit.request.match_info["name"]
    account = await _existing(visit, name)
    role = _role(visit.text("role") or account.role)
    is_active = visit.text("active") != "no" if visit.text("active") else account.is_active
    is_operator = role is Role.OPERATOR and is_active
    if not is_operator and not await _another_operator(visit, name):
        raise Refused("last_operator")
    was_operator = account.role == Role.OPERATOR.word and account.is_active
    if is_operator and not was_operator and (fault := await own_password_fault(visit, "own")):
        wrong = {name: {"role": fault}}
        return await _accounts_page(visit, name="", faults={}, reset=wrong, status=422)
    accounts = visit.site.accounts
    await visit.node.db.run(
        lambda conn: accounts.change(conn, name, role=role.word, is_active=is_active)
    )
    return visit.go(ACCOUNTS, told="account")


async def reset_password(visit: Visit) -> web.Response:
    """Gives a colleague a new password; ends every session of that account.

    One's own is changed where the old one is asked for.
    """
    name = visit.request.match_info["name"]
    await _existing(visit, name)
    if name == visit.account:
        return visit.go(MINE)
    password = str(visit.form.get("password", ""))
    faults = password_faults_of(visit, password)
    if not faults and (fault := await own_password_fault(visit, "own")):
        faults = {"own": fault}
    if faults:
        return await _accounts_page(visit, name="", faults={}, reset={name: faults}, status=422)
    await visit.site.entrance.keep_password(name, password)
    return visit.go(ACCOUNTS, told="password")


async def mine_page(visit: Visit) -> web.Response:
    """One's own password and sessions."""
    return await _mine_page(visit, faults={})


async def change_own_password(visit: Visit) -> web.Response:
    """Changes one's own password; every other browser is signed out."""
    account = await _existing(visit, visit.account)
    new = str(visit.form.get("password", ""))
    faults = password_faults_of(visit, new)
    if fault := await own_password_fault(visit, "old"):
        faults["old"] = fault
    if faults:
        return await _mine_page(visit, faults=faults, status=422)
    await visit.site.entrance.keep_password(account.name, new)
    response = see_other(MINE)
    await visit.site.entrance.begin_session(visit.request, response, account.name)
    return response


async def end_session(visit: Visit) -> web.Response:
    """Signs another browser of one's own out."""
    await visit.site.entrance.end_session(visit.text("session"), account=visit.account)
    return visit.go(MINE, told="session_ended")


async def _accounts_page(
    visit: Visit,
    *,
    name: str,
    faults: dict[str, str],
    reset: dict[str, dict[str, str]] | None = None,
    status: int = 200,
) -> web.Response:
    accounts = await visit.node.db.read(visit.site.accounts.every)
    return await visit.hub_page(
        "accounts.html",
        here="settings",
        status=status,
        accounts=accounts,
        roles={role.word: words for role, words in ROLE_WORDS.items()},
        name=name,
        faults=faults,
        reset=reset or {},
    )


async def _mine_page(visit: Visit, *, faults: dict[str, str], status: int = 200) -> web.Response:
    accounts = visit.site.accounts
    sessions = await visit.node.db.read(lambda conn: accounts.sessions_of(conn, visit.account))
    rows = [(it, browser_words(it.agent, visit.say)) for it in sessions]
    return await visit.hub_page(
        "mine.html", here="settings", status=status, mine=MINE, sessions=rows, faults=faults
    )


async def _account(visit: Visit, name: str) -> Account | None:
    accounts = visit.site.accounts
    return await visit.node.db.read(lambda conn: accounts.get(conn, name))


async def _existing(visit: Visit, name: str) -> Account:
    """The account of that name.

    Raises:
        Refused: there is none.
    """
    account = await _account(visit, name)
    if account is None:
        raise Refused("not_found")
    return account


async def _another_operator(visit: Visit, name: str) -> bool:
    accounts = await visit.node.db.read(visit.site.accounts.every)
    return any(
        it.name != name and it.is_active and it.role == Role.OPERATOR.word for it in accounts
    )


def _role(word: str) -> Role:
    """The role of that word.

    Raises:
        Refused: there is no such role.
    """
    try:
        return Role.of(word)
    except KeyError:
        raise Refused("bad_query") from None
