"""Cookies of the pages: no script reads them and no other site sends them."""

from aiohttp import web
from yarl import URL

TOLD_COOKIE = "jipp_told"
"""Carries the word for what a page says once, after a form was taken."""

TOLD_S = 60
YEAR_S = 365 * 86_400


def session_cookie(url: URL) -> str:
    """The name of the cookie that holds a session, for pages at such an address.

    Browsers keep cookies by the name of a machine, whatever the port; two services on one machine
    would sign people out of each other.
    """
    port = url.explicit_port
    return "jipp_session" if port is None else f"jipp_session_{port}"


def set_cookie(
    request: web.Request, response: web.Response, name: str, value: str, *, max_age_s: int
) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )
