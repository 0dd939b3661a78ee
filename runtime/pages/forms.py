"""Forms: from a page of ours, of this session, and of a size and shape that can be read."""

import hmac
from contextlib import suppress
from typing import Any

from aiohttp import hdrs, web
from multidict import MultiDict, MultiDictProxy
from yarl import URL

from runtime.accounts import Session
from runtime.http.problem_responses import Refused

Form = MultiDictProxy[Any]
"""What was sent; files are in it as aiohttp gives them."""


def no_form() -> Form:
    """What a GET sends."""
    return MultiDictProxy(MultiDict())


async def read_form(request: web.Request, session: Session | None) -> Form:
    """What was sent; empty for whatever is no POST.

    Raises:
        Refused: it is too large, cannot be read, or is no form of this session.
    """
    if request.method != "POST":
        return no_form()
    if is_from_elsewhere(request):
        raise Refused("form_expired")
    try:
        form = await request.post()
    except (ValueError, LookupError, AssertionError) as error:
        raise Refused("request_malformed") from error
    token = form.get("csrf", "")
    if not is_of_session(session, token if isinstance(token, str) else ""):
        raise Refused("form_expired")
    return form


def is_of_session(session: Session | None, token: str) -> bool:
    """Whether a form bears the token of this session; before signing in there is none to bear."""
    return session is None or hmac.compare_digest(token.encode(), session.csrf.encode())


def is_from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another site's page sent it (Fetch Metadata)."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def text_of(request: web.Request, form: Form, name: str) -> str:
    """A text of the form or of the address, without blanks around it."""
    value = form.get(name, request.query.get(name, ""))
    return value.strip() if isinstance(value, str) else ""


def sent_from(request: web.Request) -> str:
    """The page of ours that a form stood on, or the first page."""
    with suppress(ValueError):
        page = URL(request.headers.get(hdrs.REFERER, ""))
        if page.authority == request.host:
            return page.raw_path_qs
    return "/"


def local_path(place: str) -> str:
    """The place if it is one of these pages, else the first page."""
    is_here = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_here and place.isprintable() else "/"
