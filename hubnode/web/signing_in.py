"""Signing in and out, and the language of the pages."""

from aiohttp import web

from hubnode.web.visit import WELCOME, Visit
from runtime.pages.forms import local_path
from runtime.pages.own_session import NO_MATCH, too_often
from runtime.pages.rendering import see_other


async def ask(visit: Visit) -> web.Response:
    """The form."""
    if not await visit.node.db.read(visit.site.accounts.count):
        return visit.go(WELCOME)
    return visit.page("sign_in.html", back=local_path(visit.text("ke")), name="", fault="")


async def sign_in(visit: Visit) -> web.Response:
    """Signs in whoever knows the password; a miss says neither which part was wrong nor why."""
    name, back = visit.text("name")[:64], local_path(visit.text("ke"))
    entrance = visit.entrance
    if wait := entrance.wait_s(name, visit.browser):
        fault = too_often(visit, wait)
        return visit.page("sign_in.html", status=429, back=back, name=name, fault=fault)
    if not await entrance.is_password_of(name, visit.form.get("password"), visit.browser):
        fault = visit.say(NO_MATCH)
        return visit.page("sign_in.html", status=403, back=back, name=name, fault=fault)
    response = see_other(back)
    await entrance.begin_session(visit.request, response, name)
    return response
