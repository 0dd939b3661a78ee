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
    return _of_service("jipp_session", url)


def browser_cookie(url: URL) -> str:
    """The name of the cookie that says in which browser somebody has signed in before."""
    return _of_service("jipp_browser", url)


def half_cookie(url: URL) -> str:
    """The name of the cookie of somebody who knew the password and has yet to type a code."""
    return _of_service("jipp_half", url)


def _of_service(name: str, url: URL) -> str:
    port = url.explicit_port
    return name if port is None else f"{name}_{port}"


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
