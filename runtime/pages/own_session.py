"""What everybody may do with the session that they have: prove who they are, leave, read otherwise.

The sentences are in the words of each service, which say them in the reader's language.
"""

from aiohttp import web

from runtime.pages.cookies import YEAR_S, session_cookie, set_cookie
from runtime.pages.forms import local_path
from runtime.pages.rendering import LANGUAGE_COOKIE
from runtime.pages.translating import LANGUAGES, msg
from runtime.pages.visiting import SIGN_IN, PageVisit

NO_MATCH = msg("Nama atau kata sandi tidak cocok.")
NOT_YOURS = msg("Ini bukan kata sandi Anda sekarang.")
TOO_OFTEN = msg("Terlalu banyak percobaan. Coba lagi dalam {0} detik.")


def too_often(visit: PageVisit, wait_s: int) -> str:
    """What is said to whoever tries one password after another."""
    return visit.say(TOO_OFTEN).format(wait_s)


async def own_password_fault(visit: PageVisit, typed: str) -> str:
    """What is wrong with one's own password that is typed again in the field of that name.

    It is asked for where an open session is not enough: somebody else may sit before it.
    """
    name, entrance = visit.account, visit.entrance
    if wait := entrance.wait_s(name, visit.browser):
        return too_often(visit, wait)
    is_right = await entrance.is_password_of(name, visit.form.get(typed), visit.browser)
    return "" if is_right else visit.say(NOT_YOURS)


async def sign_out(visit: PageVisit) -> web.Response:
    """Ends this browser's session."""
    if (session := visit.session) is not None:
        await visit.entrance.end_session(session.id, account=session.account)
    response = visit.go(SIGN_IN, told="signed_out")
    response.del_cookie(session_cookie(visit.request.url))
    return response


async def choose_language(visit: PageVisit) -> web.Response:
    """Keeps the language in which somebody reads."""
    response = visit.go(local_path(visit.text("back")))
    if (language := visit.text("language")) in LANGUAGES:
        set_cookie(visit.request, response, LANGUAGE_COOKIE, language, max_age_s=YEAR_S)
    return response
