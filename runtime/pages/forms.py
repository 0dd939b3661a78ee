"""Forms: from a page of ours, of this session, and of a size and shape that can be read."""

import hmac
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from multidict import MultiDict, MultiDictProxy
from yarl import URL

from runtime.accounts import Session
from runtime.http.body import read_body
from runtime.http.problem_responses import Refused

Form = MultiDictProxy[Any]
"""What was sent."""

CONTENT_TYPE = "application/x-www-form-urlencoded"
FORM_BYTES_MAX = 1_048_576
"""The longest record has 64 KiB, which are at most three times as many as a form."""

FIELDS_MAX = 10_000


def no_form() -> Form:
    """What a GET sends."""
    return MultiDictProxy(MultiDict())


async def read_form(request: web.Request, session: Session | None) -> Form:
    """What was sent; empty for whatever is no POST.

    Raises:
        Refused: it is too large, too slow, cannot be read, or is no form of this session.
    """
    if request.method != "POST":
        return no_form()
    if is_from_elsewhere(request):
        raise Refused("form_expired")
    form = await _fields(request)
    token = form.get("csrf", "")
    if not is_of_session(session, token if isinstance(token, str) else ""):
        raise Refused("form_expired")
    return form


async def _fields(request: web.Request) -> Form:
    """The fields of a form as browsers send it (HTML, "URL-encoded form data").

    Not by `request.post()`: it waits for ever, and decodes in whatever charset the sender names, of
    which some take minutes for a megabyte while everybody else waits.

    Raises:
        Refused: it is too large or too slow, or no such form in UTF-8.
    """
    if not request.can_read_body:
        return no_form()
    if request.content_type != CONTENT_TYPE or (request.charset or "utf-8").lower() != "utf-8":
        raise Refused("request_malformed")
    body = await read_body(request, limit_bytes=FORM_BYTES_MAX)
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError as error:
        raise Refused("request_malformed") from error
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Refused("request_malformed")
    return MultiDictProxy(MultiDict(pairs))


def is_of_session(session: Session | None, token: str) -> bool:
    """Whether a form bears the token of this session; before signing in there is none to bear."""
    return session is None or hmac.compare_digest(token.encode(), session.csrf.encode())


def is_from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another site's page sent it (Fetch Metadata)."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def text_of(request: web.Request, form: Form, name: str) -> str:
    """A text of the form or of the address, without blanks around it.

    Raises:
        Refused: it holds NUL, which PostgreSQL keeps in no text.
    """
    value = form.get(name, request.query.get(name, ""))
    if isinstance(value, str) and "\0" in value:
        raise Refused("request_malformed")
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
