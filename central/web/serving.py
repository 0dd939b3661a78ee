"""Handlers made of functions that take a visit: for everybody, or for whoever has a right.

Nobody reaches the centre's desk without a session, no form counts without the token of that
session, and whatever fails is a page that says so.
"""

from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from central.store import accounts
from central.web.failures import said_of
from central.web.rights import Right
from central.web.site import SITE, Site
from central.web.visit import PageOf, Visit
from protocol.errors import ProtocolError
from runtime.accounts import Session
from runtime.database import DatabaseError
from runtime.http.problem_responses import CODE_OF_STATUS, Refused, problem_of
from runtime.http.server import Handler
from runtime.pages.forms import read_form, sent_from
from runtime.pages.rendering import see_other
from runtime.pages.translating import INDONESIAN
from runtime.pages.visiting import SIGN_IN

DESK, SECOND_FACTOR = "/pusat", "/pusat/saya/faktor-kedua"


def open_to_all(page_of: PageOf) -> Handler:
    """A page for people who have not signed in, or need not."""

    async def handler(request: web.Request) -> web.StreamResponse:
        return await _answered(Visit(request=request, site=request.app[SITE]), page_of)

    return handler


def for_right(right: Right, page_of: PageOf) -> Handler:
    """A page for people who have that right, and the second factor where it is asked for."""

    async def handler(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        session = await site.entrance.session_of(request)
        if session is None:
            return _to_sign_in(request)
        visit = await _visit_of(request, site, session)
        if _lacks_second_factor(visit):
            return see_other(SECOND_FACTOR)
        if right not in visit.rights:
            return await problem_page(visit, "role_missing")
        return await _answered(visit, page_of)

    return handler


def for_members(page_of: PageOf) -> Handler:
    """A page about oneself, also for people who have yet to set up the second factor."""

    async def handler(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        session = await site.entrance.session_of(request)
        if session is None:
            return _to_sign_in(request)
        return await _answered(await _visit_of(request, site, session), page_of)

    return handler


async def _visit_of(request: web.Request, site: Site, session: Session) -> Visit:
    member = await site.centre.db.read(lambda conn: accounts.member(conn, session.account))
    return Visit(request=request, site=site, session=session, member=member)


def _lacks_second_factor(visit: Visit) -> bool:
    """Whoever may change something needs one, unless the settings say otherwise."""
    if not visit.site.settings.second_factor or visit.rights == {Right.LOOK}:
        return False
    return visit.member is None or not visit.member.has_second_factor


async def _answered(visit: Visit, page_of: PageOf) -> web.StreamResponse:
    try:
        form = await read_form(visit.request, visit.session)
        return await page_of(replace(visit, form=form))
    except web.HTTPException as error:
        if error.status not in CODE_OF_STATUS:
            raise
        return await problem_page(visit, CODE_OF_STATUS[error.status])
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads a page
        code, detail = said_of(error)
        return await problem_page(visit, code, detail=detail)


def _to_sign_in(request: web.Request) -> web.Response:
    back = request.path_qs if request.method == "GET" else sent_from(request)
    return see_other(f"{SIGN_IN}?ke={quote(back, safe='')}")


async def problem_page(visit: Visit, code: str, *, detail: str = "") -> web.Response:
    """The page that says what happened, what is safe and what to do; its code at the end."""
    problem = problem_of(code)
    status = problem.status if problem.code == code else 409
    sentence = problem.id if visit.language == INDONESIAN else problem.en
    said = {"code": code, "sentence": sentence, "detail": detail}
    if visit.session is not None:
        with suppress(DatabaseError):  # the frame reads the database, and that may be what fails
            return await visit.desk_page("problem.html", here="", status=status, **said)
    return visit.page("problem_alone.html", status=status, **said)


@web.middleware
async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Where a browser asks and a problem is the answer, the problem is a page (RFC 9457 has JSON).

    Also for an address that nothing has.
    """
    if "text/html" not in request.headers.get("Accept", ""):
        return await handler(request)
    try:
        return await handler(request)
    except (Refused, ProtocolError) as error:
        visit = Visit(request=request, site=request.app[SITE])
        response = await problem_page(visit, error.code, detail=said_of(error)[1])
        response.headers.update(getattr(error, "headers", {}))
        return response
    except web.HTTPException as error:
        if error.status not in CODE_OF_STATUS:
            raise
        visit = Visit(request=request, site=request.app[SITE])
        response = await problem_page(visit, CODE_OF_STATUS[error.status])
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
