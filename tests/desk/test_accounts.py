"""Pengguna: accounts made and changed, what is refused, and that each act is written down."""

from sqlalchemy import select

from central import staff
from central.store.audit import AUDIT
from central.web.rights import Role
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import PASSWORD, employ, enter, signed_in
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
        said = await somebody.post(
            "/pusat/akun/kurator1", role="administrator", agency="lan", active="yes", own="wrong"
        )
    assert said.status == 422


async def test_the_last_administrator_stays_one(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        said = await somebody.post("/pusat/akun/tuti", role="viewer", agency="panrb", active="yes")
    assert said.status == 409
    assert "last_administrator" in said.text


async def test_whoever_is_switched_off_is_signed_out(running: RunningCentre) -> None:
    centre, url = running.centre, running.url
    async with (
        signed_in(centre, url, Role.CURATOR, name="budi") as other,
        signed_in(centre, url) as somebody,
    ):
        await somebody.post("/pusat/akun/budi", role="curator", agency="panrb", active="no")
        said = await other.get("/pusat")
    assert said.place.startswith("/masuk?")


async def test_a_role_that_changes_counts_at_once(running: RunningCentre) -> None:
    centre, url = running.centre, running.url
    async with (
        signed_in(centre, url, name="budi") as other,
        signed_in(centre, url, name="tuti") as somebody,
    ):
        await somebody.post("/pusat/akun/budi", role="viewer", agency="panrb", active="yes")
        said = await other.get("/pusat/akun")
    assert said.status == 403


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
