"""Somebody who is signed in at a node's pages and asks over HTTP, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from hubnode.node import Node
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.site import Role
from runtime.pages.cookies import session_cookie
from tests.support.hub_accounts import employ
from tests.support.hub_pages import quiet_pages_of
from tests.support.page_http import TOKEN, Somebody


@asynccontextmanager
async def signed_in(
    node: Node, name: str = "operator1", role: Role = Role.OPERATOR
) -> AsyncIterator[Somebody]:
    """A new account's session at the pages of a node that nobody syncs."""
    employ(node, name, role)
    token = node.entropy.bytes(16).hex()
    now = node.clock.now()
    node.db.run_sync(
        lambda conn: ACCOUNTS.begin_session(
            conn, token=token, account=name, csrf=TOKEN, agent="", now=now
        )
    )
    jar = aiohttp.DummyCookieJar()
    async with quiet_pages_of(node) as url:
        headers = {"Cookie": f"{session_cookie(URL(url))}={token}"}
        async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
            yield Somebody(url=url, http=http)
