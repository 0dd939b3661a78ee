"""Nobody signs what was not on their screen."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from yarl import URL

from hubnode import drafting, samples
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import drafts, outbox
from hubnode.store.accounts import ACCOUNTS
from hubnode.store.drafts import Draft, DraftState
from hubnode.web.site import Role
from runtime.pages.cookies import session_cookie
from tests.support.hub_accounts import employ
from tests.support.hub_pages import quiet_pages_of
from tests.support.nodes import FIELDS
from tests.support.stories import who

FORM = "csrf of the session"
SECOND = NodeSettings(second_person_approves=True)


class Desk:
    """A browser without pictures, for one account."""

    def __init__(self, url: str, http: aiohttp.ClientSession, node: Node, account: str) -> None:
        self._url, self._http = url, http
        token = node.entropy.bytes(16).hex()
        node.db.run_sync(
            lambda conn: ACCOUNTS.begin_session(
                conn, token=token, account=account, csrf=FORM, agent="", now=node.clock.now()
            )
        )
        self._headers = {"Cookie": f"{session_cookie(URL(url))}={token}"}

    async def seen(self, draft: Draft) -> str:
        """What the page that asks to sign carries."""
        async with self._http.get(self._place(draft, "terbit"), headers=self._headers) as answer:
            found = re.search(r'name="seen" value="(\w+)"', await answer.text())
        assert found
        return found[1]

    async def post(self, draft: Draft, place: str, **form: str) -> int:
        """The status of the answer."""
        async with self._http.post(
            self._place(draft, place),
            data={"csrf": FORM, **form},
            headers=self._headers,
            allow_redirects=False,
        ) as answer:
            return answer.status

    def _place(self, draft: Draft, name: str) -> str:
        return f"{self._url}/inovasi/draf/{draft.id}/{name}"


@asynccontextmanager
async def desks(node: Node, settings: NodeSettings) -> AsyncIterator[Callable[[str], Desk]]:
    """A desk for each account that is asked for."""
    employ(node, "penulis1", Role.EDITOR)
    employ(node, "penyetuju1", Role.APPROVER)
    async with (
        quiet_pages_of(node, settings) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield lambda account: Desk(url, http, node, account)


def begun(node: Node) -> Draft:
    fields = {**FIELDS, "title": "Antar Obat"}
    return node.db.run_sync(
        lambda conn: drafting.begin(conn, node, account="penulis1", fields=fields)
    )


def stored(node: Node, draft: Draft) -> Draft:
    found = node.db.read_sync(lambda conn: drafts.get(conn, draft.id))
    assert found is not None
    return found


def rewrite(node: Node, draft: Draft) -> Draft:
    fields = {**draft.fields, "title": "Judul yang tidak pernah dilihat"}
    now = stored(node, draft)
    return node.db.run_sync(
        lambda conn: drafting.write(conn, node, now, fields, account="penulis1")
    )


async def test_a_draft_that_changed_meanwhile_is_shown_again(hub: Node) -> None:
    draft = begun(hub)
    async with desks(hub, NodeSettings()) as desk:
        seen = await desk("penyetuju1").seen(draft)
        rewrite(hub, draft)
        assert await desk("penyetuju1").post(draft, "terbit", do="sign", seen=seen) == 409
    assert hub.db.read_sync(outbox.count) == 0


async def test_a_draft_handed_over_anew_is_approved_anew(hub: Node) -> None:
    draft = begun(hub)
    hub.db.run_sync(lambda conn: drafting.hand_over(conn, hub, stored(hub, draft)))
    async with desks(hub, SECOND) as desk:
        seen = await desk("penyetuju1").seen(draft)
        again = rewrite(hub, draft)
        hub.db.run_sync(lambda conn: drafting.hand_over(conn, hub, again))
        assert await desk("penyetuju1").post(draft, "terbit", do="sign", seen=seen) == 409
        seen = await desk("penyetuju1").seen(draft)
        assert await desk("penyetuju1").post(draft, "terbit", do="sign", seen=seen) == 303
    assert hub.db.read_sync(outbox.count) == 1


async def test_sample_data_is_not_given_back_into_being_signed(hub: Node) -> None:
    hub.db.run_sync(lambda conn: samples.load(conn, hub, who(hub), account="penulis1"))
    [sample, *_] = hub.db.read_sync(drafts.every)
    async with desks(hub, SECOND) as desk:
        assert await desk("penyetuju1").post(sample, "kembalikan", note="Perbaiki.") == 403
    assert stored(hub, sample).state is DraftState.SAMPLE


def test_sample_data_is_given_back_to_nobody(hub: Node) -> None:
    hub.db.run_sync(lambda conn: samples.load(conn, hub, who(hub), account="penulis1"))
    [sample, *_] = hub.db.read_sync(drafts.every)
    with pytest.raises(drafting.SampleRefused):
        hub.db.run_sync(lambda conn: drafting.send_back(conn, hub, sample, "Perbaiki."))
