"""Who may open and send what at the centre: every route of its pages, asked over HTTP."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from central.web.rights import RIGHTS, Right, Role
from central.web.routes import FOR_RIGHTS, MINE, OPEN, PUBLIC
from tests.support.centres import RunningCentre
from tests.support.desk import cookie_of, employ
from tests.support.page_http import TOKEN

EVERYBODY, MEMBERS = "everybody", "members"

PLACEHOLDER = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})+)?\}")
SIGN_IN, REFUSED = "to sign in", "role_missing"
UNKNOWN = "01910000-0000-7000-8000-000000000000"

ACCOUNTS = {role: f"somebody_{role}" for role in Role}

VALUES: Mapping[str, str] = {"place": "1", "field": "title", "number": "1", "id": "1", "hub": "51"}
"""What stands in an address; of the others an id that nothing has."""


def routes() -> dict[str, str]:
    """Every route of the pages with whoever it answers: a right, or one of the words above."""
    found = {f"GET {path}": EVERYBODY for path, _ in PUBLIC}
    found |= {f"{method} {path}": EVERYBODY for method, path, _ in OPEN}
    found |= {f"{method} {path}": MEMBERS for method, path, _ in MINE}
    return found | {f"{method} {path}": right for method, path, right, _ in FOR_RIGHTS}


def allowed(who: str) -> set[Role | None]:
    """Everybody whom a route answers."""
    if who == EVERYBODY:
        return {None, *Role}
    return {role for role in Role if who == MEMBERS or who in RIGHTS[role]}


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Somebody who asks a centre over HTTP."""

    running: RunningCentre
    http: aiohttp.ClientSession

    async def answer(self, route: str, role: Role | None, *, has_token: bool = True) -> str:
        """What became of a request to a route: its status, or why it was refused."""
        method, pattern = route.split(" ", 1)
        path = PLACEHOLDER.sub(lambda it: VALUES.get(it[1], UNKNOWN), pattern)
        body = {"csrf": TOKEN if has_token else ""} if method == "POST" else None
        headers: dict[str, str] = {"Accept": "text/html"}
        if role is not None:
            headers |= cookie_of(self.running.centre, self.running.url, ACCOUNTS[role])
        elif not has_token:
            headers["Sec-Fetch-Site"] = "cross-site"
        asked = self.http.request(
            method, self.running.url + path, data=body, headers=headers, allow_redirects=False
        )
        async with asked as response:
            if response.headers.get("Location", "").startswith("/masuk?"):
                return SIGN_IN
            said = await response.text(errors="replace")
            code = next((it for it in (REFUSED, "form_expired") if it in said), "")
            return code if response.status == 403 and code else str(response.status)


@asynccontextmanager
async def asking(running: RunningCentre) -> AsyncIterator[Asker]:
    """An account of each role, and a browser without a screen."""
    for role, name in ACCOUNTS.items():
        employ(running.centre, name, role)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Asker(running=running, http=http)


async def test_every_route_answers_whoever_has_its_right_and_refuses_all_others(
    running: RunningCentre,
) -> None:
    wrong = []
    async with asking(running) as asker:
        for route, who in routes().items():
            for role in (None, *Role):
                said = await asker.answer(route, role)
                if role in allowed(who):
                    is_right = said not in {SIGN_IN, REFUSED} and said < "500"
                else:
                    is_right = said == (REFUSED if role else SIGN_IN)
                if not is_right:
                    wrong.append((route, role, said))
    assert wrong == []


async def test_no_form_counts_without_the_token_of_its_session(running: RunningCentre) -> None:
    async with asking(running) as asker:
        said = {
            route: await asker.answer(
                route, None if who == EVERYBODY else Role.ADMINISTRATOR, has_token=False
            )
            for route, who in routes().items()
            if route.startswith("POST")
        }
    assert said == dict.fromkeys(said, "form_expired")


def test_every_page_and_form_of_the_desk_names_one_right() -> None:
    desk = [it for it in routes() if it.split(" ")[1].startswith("/pusat")]
    assert {routes()[it] for it in desk} <= {MEMBERS, *Right}
