"""Pengguna: accounts made and changed, what is refused, and that each act is written down."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from central import staff
from central.store.accounts import ACCOUNTS
from central.store.audit import AUDIT
from central.web.rights import Role
from runtime.database import Database
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import PASSWORD, employ, enter, signed_in
from tests.support.page_http import Said, Somebody
from tests.support.screens import assert_readable

NEW = "kata sandi yang baru sekali"
FORM = {
    "name": "kurator1",
    "role": "curator",
    "agency": "lan",
    "password": NEW,
    "again": NEW,
    "own": PASSWORD,
}


def audited(running: RunningCentre) -> list[tuple[str, str]]:
    """What the audit trail says of accounts."""
    rows = running.centre.db.read_sync(
        lambda conn: conn.execute(select(AUDIT.c.what, AUDIT.c.detail)).all()
    )
    return [(row.what, row.detail) for row in rows if row.what.startswith("account.")]


def is_active(running: RunningCentre, name: str) -> bool:
    found = running.centre.db.read_sync(lambda conn: staff.colleague(conn, name))
    assert found is not None
    return found.account.is_active


async def seen(somebody: Somebody, name: str) -> str:
    """The stamp of the form of an account, as its page is now."""
    [stamp] = re.findall(
        r'name="seen" value="(\w+)"', (await somebody.get(f"/pusat/akun/{name}")).text
    )
    return str(stamp)


async def filled(somebody: Somebody, name: str, **changed: str) -> Said:
    """Fills the form of an account as its page is now."""
    form = {"agency": "panrb", "active": "yes", "seen": await seen(somebody, name)}
    return await somebody.post(f"/pusat/akun/{name}", **{**form, **changed})


async def test_an_administrator_makes_an_account_for_another_agency(
    running_on_either: RunningCentre,
) -> None:
    centre = running_on_either.centre
    async with signed_in(centre, running_on_either.url, name="tuti") as somebody:
        said = await somebody.post("/pusat/akun", **FORM)
    found = centre.db.read_sync(lambda conn: staff.colleague(conn, "kurator1"))
    assert (said.status, said.told) == (303, "account")
    assert found is not None
    assert (found.account.role, found.member.agency) == ("curator", "lan")
    assert audited(running_on_either)[-1] == ("account.added", "kurator1: curator, lan; by tuti")


async def test_a_name_that_is_taken_is_said_beside_the_field(running: RunningCentre) -> None:
    employ(running.centre, "kurator1", Role.VIEWER)
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post("/pusat/akun", **FORM)
    assert said.status == 422
    assert "sudah dipakai" in said.text


async def test_a_name_that_is_personal_data_is_refused(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post("/pusat/akun", **{**FORM, "name": "rina@contoh.go.id"})
    assert said.status == 422
    assert "data pribadi" in said.text


async def test_nobody_is_made_anything_without_the_own_password(running: RunningCentre) -> None:
    employ(running.centre, "kurator1", Role.CURATOR)
    async with signed_in(running.centre, running.url) as somebody:
        said = await filled(somebody, "kurator1", role="administrator", agency="lan", own="wrong")
    assert said.status == 422


async def test_the_last_administrator_stays_one(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        said = await filled(somebody, "tuti", role="viewer")
    assert said.status == 409
    assert "last_administrator" in said.text


async def test_whoever_is_switched_off_is_signed_out(running: RunningCentre) -> None:
    centre, url = running.centre, running.url
    async with (
        signed_in(centre, url, Role.CURATOR, name="budi") as other,
        signed_in(centre, url) as somebody,
    ):
        await filled(somebody, "budi", role="curator", active="no")
        said = await other.get("/pusat")
    assert said.place.startswith("/masuk?")


async def test_a_role_that_changes_counts_at_once(running: RunningCentre) -> None:
    centre, url = running.centre, running.url
    async with (
        signed_in(centre, url, name="budi") as other,
        signed_in(centre, url, name="tuti") as somebody,
    ):
        await filled(somebody, "budi", role="viewer")
        said = await other.get("/pusat/akun")
    assert said.status == 403


async def test_a_form_over_an_old_page_switches_nobody_on_again(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    employ(running.centre, "kurator1", Role.CURATOR)
    async with (
        signed_in(running.centre, running.url, name="tuti") as tuti,
        signed_in(running.centre, running.url, name="adi") as adi,
    ):
        old = await seen(adi, "kurator1")
        await filled(tuti, "kurator1", active="")
        said = await filled(adi, "kurator1", agency="lan", seen=old)
    assert (said.status, "seen_is_old" in said.text) == (409, True)
    assert not is_active(running, "kurator1")


async def test_whoever_is_faster_between_look_and_write_is_noticed(
    running: RunningCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = running.centre
    employ(centre, "kurator1", Role.CURATOR)
    run, waiting = Database.run, [True]

    async def later(self: Database, work: Callable[[Connection], object]) -> object:
        if waiting and "accounts.change" in f"{work.__module__}.{work.__qualname__}":
            waiting.clear()
            centre.db.run_sync(lambda conn: ACCOUNTS.change(conn, "kurator1", is_active=False))
        return await run(self, work)

    async with signed_in(centre, running.url) as somebody:
        monkeypatch.setattr(Database, "run", later)
        said = await filled(somebody, "kurator1", agency="lan")
    assert (said.status, waiting) == (409, [])
    assert not is_active(running, "kurator1")


async def test_an_administrator_is_let_in_again_only_with_the_own_password(
    running: RunningCentre,
) -> None:
    employ(running.centre, "adi", Role.ADMINISTRATOR)
    async with signed_in(running.centre, running.url, name="tuti") as tuti:
        await filled(tuti, "adi", role="administrator", active="no")
        refused = await filled(tuti, "adi", role="administrator")
        assert (refused.status, is_active(running, "adi")) == (422, False)
        await filled(tuti, "adi", role="administrator", own=PASSWORD)
    assert is_active(running, "adi")


async def test_a_password_is_audited_with_whoever_gave_it_the_holder_included(
    running: RunningCentre,
) -> None:
    centre, url = running.centre, running.url
    employ(centre, "kurator1", Role.CURATOR)
    form = {"password": NEW, "again": NEW}
    async with signed_in(centre, url, name="tuti") as tuti:
        await tuti.post("/pusat/akun/kurator1/kata-sandi", **form, own_too=PASSWORD)
        said = await tuti.post("/pusat/saya", **form, old=PASSWORD)
    assert said.status == 303
    assert audited(running)[-2:] == [
        ("account.password", "kurator1; by tuti"),
        ("account.password", "tuti; by tuti"),
    ]


async def test_an_unknown_role_or_agency_is_refused(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        roles = await somebody.post("/pusat/akun", **{**FORM, "role": "emperor"})
        agencies = await somebody.post("/pusat/akun", **{**FORM, "agency": "nasa"})
    assert (roles.status, agencies.status) == (400, 400)


async def test_the_pages_of_accounts_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    employ(running.centre, "kurator1", Role.CURATOR)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.ADMINISTRATOR)
        for path in ("/pusat", "/pusat/akun", "/pusat/akun/kurator1", "/pusat/saya"):
            await page.goto(running.url + path)
            await assert_readable(page)


async def test_a_second_factor_is_set_up_in_a_browser(running: RunningCentre) -> None:
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}/pusat/saya/faktor-kedua")
        await page.get_by_label("Kata sandi Anda").fill(PASSWORD)
        await page.get_by_role("button", name="Ganti faktor kedua").click()
        assert await page.get_by_role("img", name="Kode QR").is_visible()
        await assert_readable(page)
