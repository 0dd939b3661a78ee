"""Signing in and out, and the language of the pages."""

from aiohttp import web

from hubnode.web.visit import SIGN_IN, WELCOME, Visit
from runtime.pages.cookies import YEAR_S, session_cookie, set_cookie
from runtime.pages.forms import local_path
from runtime.pages.rendering import LANGUAGE_COOKIE, see_other
from runtime.pages.translating import LANGUAGES


async def ask(visit: Visit) -> web.Response:
    """The form."""
    if not await visit.node.db.read(visit.site.accounts.count):
        return visit.go(WELCOME)
    return visit.page("sign_in.html", back=local_path(visit.text("ke")), name="", fault="")


async def sign_in(visit: Visit) -> web.Response:
    """Signs in whoever knows the password; a miss says neither which part was wrong nor why."""
    name, back = visit.text("name")[:64], local_path(visit.text("ke"))
    entrance = visit.site.entrance
    if wait := entrance.wait_s(name):
        fault = visit.say("Terlalu banyak percobaan. Coba lagi dalam {0} detik.").format(wait)
        return visit.page("sign_in.html", status=429, back=back, name=name, fault=fault)
    if not await entrance.is_password_of(name, visit.form.get("password")):
        fault = visit.say("Nama atau kata sandi tidak cocok.")
        return visit.page("sign_in.html", status=403, back=back, name=name, fault=fault)
    response = see_other(back)
    await entrance.begin_session(visit.request, response, name)
    return response


async def own_password_fault(visit: Visit, typed: str) -> str:
    """What is wrong with one's own password that is typed again in the field of that name.

    It is asked for where an open session is not enough: somebody else may sit before it.
    """
    name, entrance = visit.account, visit.site.entrance
    if wait := entrance.wait_s(name):
        return visit.say("Terlalu banyak percobaan. Coba lagi dalam {0} detik.").format(wait)
    is_right = await entrance.is_password_of(name, visit.form.get(typed))
    return "" if is_right else visit.say("Ini bukan kata sandi Anda sekarang.")


async def sign_out(visit: Visit) -> web.Response:
    """Ends this browser's session."""
    session = visit.session
    if session is not None:
        await visit.site.entrance.end_session(session.id, account=session.account)
    response = visit.go(SIGN_IN, told="signed_out")
    response.del_cookie(session_cookie(visit.request.url))
    return response


async def choose_language(visit: Visit) -> web.Response:
    """Keeps the language in which somebody reads."""
    response = visit.go(local_path(visit.text("back")))
    if (language := visit.text("language")) in LANGUAGES:
        set_cookie(visit.request, response, LANGUAGE_COOKIE, language, max_age_s=YEAR_S)
    return response
