"""Signing in, with a code where the account has a second factor; signing out; the language."""

from aiohttp import web

from central import second_factor
from central.store import accounts
from central.web.serving import DESK
from central.web.visit import Visit
from runtime.accounts import TOKEN_BYTES
from runtime.pages.cookies import half_cookie, set_cookie
from runtime.pages.forms import local_path
from runtime.pages.own_session import NO_MATCH, too_often
from runtime.pages.rendering import see_other
from runtime.pages.visiting import SIGN_IN

CODE = "/masuk/kode"


async def ask(visit: Visit) -> web.Response:
    """The form for name and password; where there is no account yet, how the first one is made."""
    is_empty = not await visit.centre.db.read(visit.site.accounts.count)
    return _form(visit, name="", fault="", is_empty=is_empty)


async def sign_in(visit: Visit) -> web.Response:
    """Takes name and password; a miss says neither which part was wrong nor why."""
    name, entrance = visit.text("name")[:64], visit.entrance
    if wait := entrance.wait_s(name, visit.browser):
        return _form(visit, name=name, fault=too_often(visit, wait), status=429)
    if not await entrance.is_password_of(name, visit.form.get("password"), visit.browser):
        fault = visit.say(NO_MATCH)
        return _form(visit, name=name, fault=fault, status=403)
    member = await visit.centre.db.read(lambda conn: accounts.member(conn, name))
    if member is not None and member.has_second_factor:
        return await _begin_half(visit, name)
    response = see_other(_back(visit))
    await entrance.begin_session(visit.request, response, name)
    return response


async def ask_code(visit: Visit) -> web.Response:
    """The form for the code."""
    if not _half(visit):
        return visit.go(SIGN_IN)
    return _code_form(visit, fault="", status=200)


async def take_code(visit: Visit) -> web.Response:
    """Signs in whoever types a code of the second factor, or a recovery code."""
    token, centre, now = _half(visit), visit.centre, visit.centre.clock.now()
    account = await centre.db.run(lambda conn: accounts.try_half(conn, token, now=now))
    if account is None:
        return _begin_again(visit)
    if wait := visit.entrance.pace.wait_s(_codes_of(account)):
        return _code_form(visit, fault=too_often(visit, wait), status=429)
    if not await _is_code_of(visit, account):
        fault = visit.say("Kode itu tidak cocok atau sudah dipakai. Tunggu kode berikutnya.")
        return _code_form(visit, fault=fault, status=403)
    if not await centre.db.run(lambda conn: accounts.end_half(conn, token)):
        return _begin_again(visit)
    response = see_other(_back(visit))
    response.del_cookie(half_cookie(visit.request.url))
    await visit.entrance.begin_session(visit.request, response, account)
    return response


def _begin_again(visit: Visit) -> web.Response:
    fault = visit.say("Terlalu lama atau terlalu banyak percobaan. Masuk lagi dari awal.")
    return _form(visit, name="", fault=fault, status=403)


def _codes_of(account: str) -> str:
    """By what wrong codes are counted: whoever knows the password starts no new count with it."""
    return f"{account} code"


async def _is_code_of(visit: Visit, account: str) -> bool:
    """Whether the code that was typed is right; a wrong one is slowed (RFC 4226, 7.3) and noted."""
    centre, code = visit.centre, visit.text("code")

    async def is_right() -> bool:
        return await centre.db.run(lambda conn: second_factor.is_right(conn, centre, account, code))

    return await visit.entrance.pace.check(_codes_of(account), is_right)


def _code_form(visit: Visit, *, fault: str, status: int) -> web.Response:
    return visit.page("sign_in_code.html", status=status, back=_back(visit), fault=fault)


def _half(visit: Visit) -> str:
    """What this browser has of somebody who has yet to type a code, or ""."""
    return visit.request.cookies.get(half_cookie(visit.request.url), "")


async def _begin_half(visit: Visit, name: str) -> web.Response:
    centre = visit.centre
    token, now = centre.entropy.bytes(TOKEN_BYTES).hex(), centre.clock.now()
    await centre.db.run(lambda conn: accounts.begin_half(conn, token=token, account=name, now=now))
    response = see_other(
        str(visit.request.url.with_path(CODE).with_query(ke=_back(visit)).relative())
    )
    lifetime_s = int(accounts.HALF_LIFETIME.total_seconds())
    name = half_cookie(visit.request.url)
    set_cookie(visit.request, response, name, token, max_age_s=lifetime_s)
    return response


def _form(
    visit: Visit, *, name: str, fault: str, status: int = 200, is_empty: bool = False
) -> web.Response:
    return visit.page(
        "sign_in.html",
        status=status,
        back=_back(visit),
        name=name,
        fault=fault,
        is_empty=is_empty,
        folder=str(visit.centre.folder),
    )


def _back(visit: Visit) -> str:
    """Where whoever signs in wanted to go, else the desk."""
    return local_path(visit.text("ke") or DESK)
