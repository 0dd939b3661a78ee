"""The centre's desk under test: a centre on loopback, people with accounts, and their browsers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from playwright.async_api import Page
from yarl import URL

from central import staff
from central.agency import Agency
from central.centre import Centre
from central.store.accounts import ACCOUNTS, Member, keep_member
from central.web.rights import Role
from runtime.pages.cookies import session_cookie
from runtime.pages.passwords import hash_password
from runtime.second_factor import code_at, step_of
from tests.support.page_http import TOKEN, Somebody

PASSWORD = "kuda hijau terbang tinggi"
_HASH = hash_password(PASSWORD)
"""Made once: hashing takes a tenth of a second by design."""


def employ(centre: Centre, name: str, role: Role, agency: Agency = Agency.PANRB) -> None:
    """Gives somebody an account, whose second factor counts as set up."""
    centre.db.run_sync(
        lambda conn: staff.add(
            conn, centre, name=name, role=role, agency=agency, password=_HASH, by="test"
        )
    )
    member = Member(account=name, agency=agency.value, secret=b"sealed")
    centre.db.run_sync(lambda conn: keep_member(conn, member))


def session_of(centre: Centre, name: str) -> str:
    """The token of a new session of an account; the token of its forms is `TOKEN`."""
    token, now = centre.entropy.bytes(16).hex(), centre.clock.now()
    centre.db.run_sync(
        lambda conn: ACCOUNTS.begin_session(
            conn, token=token, account=name, csrf=TOKEN, agent="", now=now
        )
    )
    return token


def cookie_of(centre: Centre, url: str, name: str) -> Mapping[str, str]:
    """The header that a browser sends in which an account is signed in."""
    return {"Cookie": f"{session_cookie(URL(url))}={session_of(centre, name)}"}


@asynccontextmanager
async def signed_in(
    centre: Centre, url: str, role: Role = Role.ADMINISTRATOR, name: str = ""
) -> AsyncIterator[Somebody]:
    """A new account's session at the desk that answers at `url`."""
    name = name or f"{role}1"
    employ(centre, name, role)
    jar, headers = aiohttp.DummyCookieJar(), cookie_of(centre, url, name)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        yield Somebody(url=url, http=http)


async def enter(page: Page, centre: Centre, url: str, role: Role, name: str = "") -> str:
    """Signs a browser in with a new account, without its forms; returns the account's name."""
    name = name or f"{role}1"
    employ(centre, name, role)
    token = session_of(centre, name)
    await page.context.add_cookies(
        [{"name": session_cookie(URL(url)), "value": token, "url": url, "sameSite": "Strict"}]
    )
    return name


def code_now(centre: Centre, secret: bytes) -> str:
    """What a phone with that secret shows now."""
    return code_at(secret, step_of(centre.clock.now()))
