"""Signing in and out, and the language of the pages."""

from aiohttp import web

from hubnode.web.visit import (
    SIGN_IN,
    WELCOME,
    Visit,
    session_cookie,
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
    pace = visit.site.pace
    if wait := pace.wait_s(name):
        fault = visit.say("Terlalu banyak percobaan. Coba lagi dalam {0} detik.").format(wait)
        return visit.page("sign_in.html", status=429, back=back, name=name, fault=fault)
    if not await pace.check(name, lambda: is_password_of(visit, name, visit.form.get("password"))):
        fault = visit.say("Nama atau kata sandi tidak cocok.")
        return visit.page("sign_in.html", status=403, back=back, name=name, fault=fault)
    response = see_other(back)
    await begin_session(visit, response, name)
    return response


async def is_password_of(visit: Visit, name: str, password: object) -> bool:
    """Whether that is the password of an account that may sign in; takes as long where it is not.

    Called through the pace: whoever guesses is slowed.
    """
    db, accounts = visit.node.db, visit.site.accounts
    account = await db.read(lambda conn: accounts.get(conn, name))
    encoded = account.password if account and account.is_active else NOBODY
    return await db.worker.run(lambda: is_password(encoded, str(password or "")))


async def own_password_fault(visit: Visit, typed: str) -> str:
    """What is wrong with one's own password that is typed again in the field of that name.

    It is asked for where an open session is not enough: somebody else may sit before it.
    """
    name, pace = visit.account, visit.site.pace
    if wait := pace.wait_s(name):
        return visit.say("Terlalu banyak percobaan. Coba lagi dalam {0} detik.").format(wait)
    password = visit.form.get(typed)
    is_right = await pace.check(name, lambda: is_password_of(visit, name, password))
    return "" if is_right else visit.say("Ini bukan kata sandi Anda sekarang.")


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
    name = session_cookie(visit.request.url)
    set_cookie(visit.request, response, name, token, max_age_s=lifetime_s)


async def sign_out(visit: Visit) -> web.Response:
    """Ends this browser's session."""
    session = visit.session
    if session is not None:
        accounts = visit.site.accounts
        await visit.node.db.run(
            lambda conn: accounts.end_session(conn, session.id, account=session.account)
        )
    response = visit.go(SIGN_IN, told="signed_out")
    response.del_cookie(session_cookie(visit.request.url))
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
