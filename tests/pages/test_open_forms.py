"""A form that stayed open while its draft or its session did not stay as they were; over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from yarl import URL

from hubnode import drafting
from hubnode.node import Node
from hubnode.store import drafts
from hubnode.store.accounts import ACCOUNTS
from hubnode.store.drafts import Draft
from hubnode.web.draft_form import VERSION_HEADER
from runtime.pages.cookies import session_cookie
from tests.support.hub_accounts import employ
from tests.support.hub_pages import quiet_pages_of

TOKEN = "csrf-of-rina"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Rina, who sends forms without a browser."""

    url: str
    http: aiohttp.ClientSession

    async def send(
        self, place: str, *, referer: str = "", has_session: bool = True, **form: str
    ) -> tuple[int, str, str]:
        """Status, version and place of the answer."""
        cookie = f"{session_cookie(URL(self.url))}=session"
        headers = {"Cookie": cookie} if has_session else {}
        async with self.http.post(
            self.url + place,
            data={"csrf": TOKEN, **form},
            headers={**headers, "Referer": referer},
            allow_redirects=False,
        ) as answer:
            said = answer.headers
            return answer.status, said.get(VERSION_HEADER, ""), said.get("Location", "")


@pytest.fixture
def draft(hub: Node) -> Draft:
    return hub.db.run_sync(
        lambda conn: drafting.begin(conn, hub, account="rina", fields={"title": "Antar Obat"})
    )


@asynccontextmanager
async def sending(hub: Node) -> AsyncIterator[Sender]:
    employ(hub, "rina")
    now = hub.clock.now()
    hub.db.run_sync(
        lambda conn: ACCOUNTS.begin_session(
            conn, token="session", account="rina", csrf=TOKEN, agent="", now=now
        )
    )
    async with (
        quiet_pages_of(hub) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Sender(url=url, http=http)


async def test_an_old_tab_of_the_same_account_writes_over_nothing(hub: Node, draft: Draft) -> None:
    save = f"/inovasi/draf/{draft.id}/simpan"
    async with sending(hub) as rina:
        assert await rina.send(save, title="Antar Obat", summary="Baru", version="1") == (
            200,
            "2",
            "",
        )
        status, _, _ = await rina.send(save, title="Antar Obat", summary="Lama", version="1")
        assert status == 409
        status, version, _ = await rina.send(save, title="Obat", summary="Baru", version="2")
        assert (status, version) == (200, "3")
    stored = hub.db.read_sync(lambda conn: drafts.get(conn, draft.id))
    assert stored is not None
    assert (stored.fields["title"], stored.fields["summary"]) == ("Obat", "Baru")


async def test_whoever_signs_in_again_is_back_at_the_form_that_was_sent(
    hub: Node, draft: Draft
) -> None:
    place = f"/inovasi/draf/{draft.id}"
    async with sending(hub) as rina:
        for referer, back in (
            (f"{rina.url}{place}?more=tags", f"{place}?more=tags"),
            (f"http://elsewhere.test{place}", "/"),
            ("http://[", "/"),
            ("", "/"),
        ):
            status, _, to = await rina.send(place, referer=referer, has_session=False)
            assert (status, URL(to).path, URL(to).query["ke"]) == (303, "/masuk", back)
