"""Accounts over HTTP: the first operator, how guessing is slowed, what a session alone opens."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.site import Role
from runtime.pages.pace import FREE_MISSES
from tests.support.hub_accounts import employ
from tests.support.hub_http import signed_in
from tests.support.hub_pages import PASSWORD, quiet_pages_of
from tests.support.page_http import Said, Somebody
from tests.support.ports import ManualClock

OTHER = "sapi merah makan rumput"


async def test_of_two_who_set_up_a_node_at_once_one_becomes_its_operator(hub: Node) -> None:
    async def set_up(url: str, name: str) -> str:
        form = {"name": name, "password": PASSWORD, "again": PASSWORD}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{url}/mulai", data=form, allow_redirects=False) as response,
        ):
            return response.headers["Location"]

    async with quiet_pages_of(hub) as url:
        places = await asyncio.gather(*(set_up(url, f"operator{it}") for it in range(4)))
    assert len(hub.db.read_sync(ACCOUNTS.every)) == 1
    assert sorted(places) == ["/masuk", "/masuk", "/masuk", "/mulai/pendaftaran"]


async def test_guesses_that_come_at_once_are_slowed_as_those_one_after_another(
    hub: Node,
) -> None:
    async with signed_in(replace(hub, clock=ManualClock())) as somebody:
        said = await asyncio.gather(*(sign_in(somebody, OTHER) for _ in range(12)))
    statuses = [it.status for it in said]
    assert statuses.count(403) == FREE_MISSES
    assert statuses.count(429) == len(statuses) - FREE_MISSES


async def test_who_signs_in_rightly_owes_nothing_afterwards(hub: Node) -> None:
    async with signed_in(hub) as somebody:
        for _ in range(FREE_MISSES + 1):
            assert (await sign_in(somebody, PASSWORD)).status == 303


async def sign_in(somebody: Somebody, password: str) -> Said:
    return await somebody.post("/masuk", name="operator1", password=password)


async def test_ones_own_old_password_is_guessed_no_faster(hub: Node) -> None:
    form = {"password": OTHER, "again": OTHER}
    async with signed_in(replace(hub, clock=ManualClock())) as somebody:
        for _ in range(FREE_MISSES):
            await somebody.post("/pengaturan/saya", old="bukan itu", **form)
        said = await somebody.post("/pengaturan/saya", old=PASSWORD, **form)
    assert (said.status, "Terlalu banyak percobaan" in said.text) == (422, True)


async def test_an_open_session_alone_changes_no_password_and_no_key(hub: Node) -> None:
    employ(hub, "operator2")
    before = hub.db.read_sync(ACCOUNTS.every)
    who = hub.db.read_sync(identity.get)
    assert who is not None
    form = {"password": OTHER, "again": OTHER}
    async with signed_in(hub, "operator1") as somebody:
        mine = await somebody.post("/pengaturan/akun/operator1/kata-sandi", **form, own=PASSWORD)
        assert mine.place == "/pengaturan/saya"
        for path, sent, status in (
            ("/pengaturan/akun/operator2/kata-sandi", form, 422),
            ("/pengaturan/akun", {**form, "name": "operator3", "role": "operator"}, 422),
            ("/pengaturan/kunci/ganti", {}, 403),
        ):
            assert (path, (await somebody.post(path, **sent)).status) == (path, status)
    after = hub.db.read_sync(ACCOUNTS.every)
    assert [it.name for it in after] == ["operator1", "operator2"]
    assert [it for it in after if it.name == "operator2"] == before
    assert load_own_keys(hub.folder, who).next is None


async def test_another_operator_is_made_by_whoever_types_their_own_password(hub: Node) -> None:
    employ(hub, "rekan", Role.EDITOR)
    path, sent = "/pengaturan/akun/rekan", {"role": "operator", "active": "yes"}
    async with signed_in(hub) as somebody:
        assert (await somebody.post(path, **sent)).status == 422
        assert (await somebody.post(path, **sent, own=PASSWORD)).status == 303
        assert (await somebody.post(path, role="editor", active="yes")).status == 303


async def test_whoever_types_their_own_password_adds_and_resets(hub: Node) -> None:
    form = {"password": OTHER, "again": OTHER, "own": PASSWORD}
    async with signed_in(hub) as somebody:
        added = await somebody.post("/pengaturan/akun", **form, name="baru", role="editor")
        reset = await somebody.post("/pengaturan/akun/baru/kata-sandi", **form)
        rotated = await somebody.post("/pengaturan/kunci/ganti", own=PASSWORD)
    assert [it.place for it in (added, reset, rotated)] == [
        "/pengaturan/akun",
        "/pengaturan/akun",
        "/pengaturan/kunci",
    ]


@pytest.mark.parametrize("name", ["a/b", "a\\b", ".", "..", "a\tb"])
async def test_a_name_that_is_no_part_of_an_address_is_refused(hub: Node, name: str) -> None:
    form = {"password": OTHER, "again": OTHER, "own": PASSWORD, "role": "editor"}
    async with signed_in(hub) as somebody:
        assert (await somebody.post("/pengaturan/akun", **form, name=name)).status == 422


async def test_an_account_of_before_with_a_slash_is_switched_off(hub: Node) -> None:
    employ(hub, "dinas/bali", Role.EDITOR)
    async with signed_in(hub) as somebody:
        page = await somebody.get("/pengaturan/akun")
        assert 'action="/pengaturan/akun/dinas%2Fbali"' in page.text
        said = await somebody.post("/pengaturan/akun/dinas%2Fbali", active="no")
    assert said.place == "/pengaturan/akun"
    account = hub.db.read_sync(lambda conn: ACCOUNTS.get(conn, "dinas/bali"))
    assert account is not None
    assert not account.is_active
