"""Signing in and out, and the language of the pages."""

from aiohttp import web

from hubnode.web.visit import (
    SESSION_COOKIE,
    SIGN_IN,
    WELCOME,
    Visit,
    set_cookie,
)
from runtime.accounts import LIFETIME, TOKEN_BYTES
from runtime.pages.passwords import NOBODY, is_password
from runtime.pages.rendering import LANGUAGE_COOKIE, see_other
from runtime.pages.translating import LANGUAGES

YEAR_S = 365 * 86_400


async def ask(visit: Visit) -> web.Response:
    """The form."""
    if not await visit.node.db.read(visit.site.accounts.count):
        return visit.go(WELCOME)
    return visit.page("sign_in.html", back=local_path(visit.text("ke")), name="", fault="")


async def sign_in(visit: Visit) -> web.Response:
    """Signs in whoever knows the password; a miss says neither which part was wrong nor why."""
    name, back = visit.text("name")[:64], local_path(visit.text("ke"))
    site, pace = visit.site, visit.site.pace
    if wait := pace.wait_s(name):
        fault = visit.say("Terlalu banyak percobaan. Coba lagi dalam {0} detik.").format(wait)
        return visit.page("sign_in.html", status=429, back=back, name=name, fault=fault)
    account = await site.node.db.read(lambda conn: site.accounts.get(conn, name))
    password = str(visit.form.get("password", ""))
    encoded = account.password if account and account.is_active else NOBODY
    is_right = await site.node.db.worker.run(lambda: is_password(encoded, password))
    if not is_right or account is None or not account.is_active:
        pace.missed(name)
        fault = visit.say("Nama atau kata sandi tidak cocok.")
        return visit.page("sign_in.html", status=403, back=back, name=name, fault=fault)
    pace.succeeded(name)
    response = see_other(back)
    await begin_session(visit, response, account.name)
    return response


async def begin_session(visit: Visit, response: web.Response, account: str) -> None:
    """Gives this browser a session of that account."""
    node, accounts = visit.node, visit.site.accounts
    token, csrf = (node.entropy.bytes(TOKEN_BYTES).hex() for _ in range(2))
    agent = visit.request.headers.get("User-Agent", "")
    now = node.clock.now()
    await node.db.run(
        lambda conn: accounts.begin_session(
            conn, token=token, account=account, csrf=csrf, agent=agent, now=now
        )
    )
    lifetime_s = int(LIFETIME.total_seconds())
    set_cookie(visit.request, response, SESSION_COOKIE, token, max_age_s=lifetime_s)


async def sign_out(visit: Visit) -> web.Response:
    """Ends this browser's session."""
    session = visit.session
    if session is not None:
        accounts = visit.site.accounts
        await visit.node.db.run(
            lambda conn: accounts.end_session(conn, session.id, account=session.account)
        )
    response = visit.go(SIGN_IN, told="signed_out")
    response.del_cookie(SESSION_COOKIE)
    return response


async def choose_language(visit: Visit) -> web.Response:
    """Keeps the language in which somebody reads."""
    response = visit.go(local_path(visit.text("back")))
    if (language := visit.text("language")) in LANGUAGES:
        set_cookie(visit.request, response, LANGUAGE_COOKIE, language, max_age_s=YEAR_S)
    return response


def local_path(place: str) -> str:
    """The place if it is one of these pages, else the first page."""
    is_here = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_here and place.isprintable() else "/"
