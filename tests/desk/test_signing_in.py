"""Signing in at the centre: password, code from a phone, recovery codes, and what is refused."""

from dataclasses import replace

import aiohttp
import pytest
from sqlalchemy import Connection

from central import second_factor
from central.store import accounts, audit
from central.store.accounts import Member, keep_member
from central.store.audit import AuditFilter
from central.web.rights import Role
from tests.support.centres import RunningCentre
from tests.support.desk import PASSWORD, code_now, employ, signed_in
from tests.support.page_http import Somebody

NAME = "rina"


def without_factor(running: RunningCentre) -> None:
    """An account that has yet to set up its second factor."""
    employ(running.centre, NAME, Role.CURATOR)
    member = Member(account=NAME, agency="panrb")
    running.centre.db.run_sync(lambda conn: keep_member(conn, member))


def with_factor(running: RunningCentre) -> tuple[bytes, list[str]]:
    """An account with a second factor; its secret and its recovery codes."""
    without_factor(running)
    centre = running.centre
    secret = set_up(running)
    code = code_now(centre, secret)
    codes = centre.db.run_sync(
        lambda conn: second_factor.confirm(conn, centre, NAME, code, session="a")
    )
    centre.db.run_sync(  # as if that code had been typed a while ago
        lambda conn: keep_member(conn, replace(_member(conn), used_step=0))
    )
    return secret, codes


def set_up(running: RunningCentre) -> bytes:
    """A fresh secret, of which no code was typed yet."""
    centre = running.centre
    centre.db.run_sync(lambda conn: second_factor.begin(conn, centre, NAME, session="a"))
    secret = centre.db.read_sync(
        lambda conn: second_factor.pending(conn, centre, NAME, session="a")
    )
    assert secret is not None
    return secret


def _member(conn: Connection) -> Member:
    found = accounts.member(conn, NAME)
    assert found is not None
    return found


def browser(running: RunningCentre) -> Somebody:
    """A browser that keeps its cookies."""
    jar = aiohttp.CookieJar(unsafe=True)
    return Somebody(url=running.url, http=aiohttp.ClientSession(cookie_jar=jar))


async def test_whoever_has_no_second_factor_is_led_to_set_one_up(running: RunningCentre) -> None:
    without_factor(running)
    somebody = browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        said = await somebody.get("/pusat")
    assert said.place == "/pusat/saya/faktor-kedua"


async def test_the_password_alone_opens_nothing_where_there_is_a_second_factor(
    running: RunningCentre,
) -> None:
    with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        said = await somebody.post("/masuk", name=NAME, password=PASSWORD)
        then = await somebody.get("/pusat")
    assert said.place.startswith("/masuk/kode")
    assert then.place.startswith("/masuk?")


async def test_a_code_from_the_phone_opens_the_desk(running: RunningCentre) -> None:
    secret, _ = with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        said = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
        then = await somebody.get("/pusat")
    assert (said.place, then.status) == ("/pusat", 200)


async def test_a_code_counts_once(running: RunningCentre) -> None:
    secret, _ = with_factor(running)
    code = code_now(running.centre, secret)
    statuses = []
    for _ in range(2):
        somebody = browser(running)
        async with somebody.http:
            await somebody.post("/masuk", name=NAME, password=PASSWORD)
            statuses.append((await somebody.post("/masuk/kode", code=code)).status)
    assert statuses == [303, 403]


async def test_a_recovery_code_counts_once_in_place_of_the_phone(running: RunningCentre) -> None:
    _, codes = with_factor(running)
    statuses = []
    for _ in range(2):
        somebody = browser(running)
        async with somebody.http:
            await somebody.post("/masuk", name=NAME, password=PASSWORD)
            statuses.append((await somebody.post("/masuk/kode", code=codes[3])).status)
    assert statuses == [303, 403]


async def test_after_five_wrong_codes_one_begins_again(running: RunningCentre) -> None:
    secret, _ = with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        for _ in range(accounts.TRIES_MAX):
            await somebody.post("/masuk/kode", code="000000x")
        said = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
    assert said.status == 403
    assert "Masuk lagi dari awal" in said.text


async def test_the_second_step_cannot_be_reached_without_the_first(running: RunningCentre) -> None:
    secret, _ = with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        said = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
    assert said.status == 403


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(running: RunningCentre) -> None:
    without_factor(running)
    somebody = browser(running)
    async with somebody.http:
        wrong = await somebody.post("/masuk", name=NAME, password="not this one here")
        unknown = await somebody.post("/masuk", name="nobody", password=PASSWORD)
    assert (wrong.status, unknown.status) == (403, 403)
    assert "tidak cocok" in wrong.text
    assert "tidak cocok" in unknown.text


async def test_where_there_is_no_account_the_page_says_how_the_first_is_made(
    running: RunningCentre,
) -> None:
    somebody = browser(running)
    async with somebody.http:
        said = await somebody.get("/masuk")
    assert "central user add" in said.text


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    running: RunningCentre,
) -> None:
    secret, _ = with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        asked = await somebody.get("/pusat/saya?a=1")
        first = await somebody.post(asked.place, name=NAME, password=PASSWORD)
        said = await somebody.post(first.place, code=code_now(running.centre, secret))
    assert said.place == "/pusat/saya?a=1"


async def test_a_place_elsewhere_is_nowhere_to_go_after_signing_in(running: RunningCentre) -> None:
    secret, _ = with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD, ke="//evil.example/x")
        said = await somebody.post(
            "/masuk/kode", code=code_now(running.centre, secret), ke="https://evil.example"
        )
    assert said.place == "/"


async def test_a_new_second_factor_counts_once_its_first_code_is_typed(
    running: RunningCentre,
) -> None:
    without_factor(running)
    centre, somebody = running.centre, browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        token = await _token(somebody)
        await somebody.post("/pusat/saya/faktor-kedua", csrf=token, own=PASSWORD)
        [session] = centre.db.read_sync(lambda conn: accounts.ACCOUNTS.sessions_of(conn, NAME))
        secret = centre.db.read_sync(
            lambda conn: second_factor.pending(conn, centre, NAME, session=session.id)
        )
        assert secret is not None
        wrong = await somebody.post("/pusat/saya/faktor-kedua/kode", csrf=token, code="0")
        right = await somebody.post(
            "/pusat/saya/faktor-kedua/kode", csrf=token, code=code_now(centre, secret)
        )
        then = await somebody.get("/pusat")
    assert (wrong.status, right.status, then.status) == (422, 200, 200)
    assert right.text.count("<li><code>") == 10


async def test_a_second_factor_counts_until_a_code_of_the_next_one_is_typed(
    running: RunningCentre,
) -> None:
    secret, _ = with_factor(running)
    set_up(running)
    somebody = browser(running)
    async with somebody.http:
        said = await somebody.post("/masuk", name=NAME, password=PASSWORD)
        then = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
    assert said.place.startswith("/masuk/kode")
    assert then.status == 303


async def test_an_administrator_who_does_not_type_the_own_password_removes_no_second_factor(
    running: RunningCentre,
) -> None:
    with_factor(running)
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post(f"/pusat/akun/{NAME}/faktor-kedua", own_again="wrong")
    assert said.status == 422
    found = running.centre.db.read_sync(lambda conn: accounts.member(conn, NAME))
    assert found is not None
    assert found.has_second_factor


async def _token(somebody: Somebody) -> str:
    """The token that the forms of this session carry."""
    page = (await somebody.get("/pusat/saya")).text
    return page.split('name="csrf" value="')[1].split('"')[0]


async def test_wrong_codes_are_slowed_however_often_the_password_is_typed_again(
    running: RunningCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.pages.pace.FIRST_DELAY_S", 200)
    secret, _ = with_factor(running)
    somebody, statuses = browser(running), []
    async with somebody.http:
        for _ in range(3):
            await somebody.post("/masuk", name=NAME, password=PASSWORD)
            statuses += [(await somebody.post("/masuk/kode", code="000000")).status for _ in "12"]
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        said = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
    assert statuses == [403, 403, 403, 429, 429, 429]
    assert (said.status, "Terlalu banyak percobaan" in said.text) == (429, True)


async def test_a_wrong_code_is_noted(running: RunningCentre) -> None:
    with_factor(running)
    somebody = browser(running)
    async with somebody.http:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        await somebody.post("/masuk/kode", code="000000")
    asked = AuditFilter(what="second_factor.refused")
    rows = running.centre.db.read_sync(lambda conn: audit.newest(conn, asked, limit=5))
    assert [row.detail for row in rows] == [NAME]


async def test_a_password_that_was_reset_ends_what_was_half_done_with_the_old_one(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    secret, _ = with_factor(running)
    somebody = browser(running)
    form = {"password": "kata sandi yang baru", "again": "kata sandi yang baru"}
    async with somebody.http, signed_in(running.centre, running.url, name="tuti") as tuti:
        await somebody.post("/masuk", name=NAME, password=PASSWORD)
        reset = await tuti.post(f"/pusat/akun/{NAME}/kata-sandi", **form, own_too=PASSWORD)
        said = await somebody.post("/masuk/kode", code=code_now(running.centre, secret))
        then = await somebody.get("/pusat")
    assert (reset.told, said.status) == ("password", 403)
    assert then.place.startswith("/masuk?")
