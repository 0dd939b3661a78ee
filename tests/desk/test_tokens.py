"""Token: made and shown once, revoked, and what is refused beside its field."""

import re

from central.scope import Scope
from central.store import tokens as store
from central.store.tokens import TokenRow
from central.web.rights import Role
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import PASSWORD, enter, signed_in
from tests.support.screens import assert_readable
from tests.support.tokens import bearing, token_of

FORM = {"name": "Dasbor LAN", "scopes": "hubs:read", "days": "30", "own": PASSWORD}


def every(running: RunningCentre) -> list[TokenRow]:
    return running.centre.db.read_sync(store.everyone)


async def test_a_token_is_made_and_shown_once(running_on_either: RunningCentre) -> None:
    centre, url = running_on_either.centre, running_on_either.url
    async with signed_in(centre, url, name="tuti") as somebody:
        said = await somebody.post("/pusat/token", **FORM)
        again = await somebody.get("/pusat/token")
    [text] = re.findall(r"jipp_[a-z2-7]{58}", said.text)
    assert text not in again.text
    [row] = every(running_on_either)
    assert (row.by, row.agency, row.scopes) == ("tuti", "panrb", "hubs:read")
    answer = await running_on_either.get("/api/v1/monitoring/hubs", headers=bearing(text))
    assert answer.status == 200


async def test_nobody_makes_a_token_without_the_own_password(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post("/pusat/token", **{**FORM, "own": "salah"})
    assert (said.status, every(running)) == (422, [])


async def test_what_no_token_can_be_is_said_beside_the_field(running: RunningCentre) -> None:
    wrong = {
        "name": ("rina@contoh.go.id", "tampak seperti data pribadi"),
        "days": ("9999", "Pilih masa berlaku dari daftar"),
    }
    async with signed_in(running.centre, running.url) as somebody:
        for field, (value, sentence) in wrong.items():
            said = await somebody.post("/pusat/token", **{**FORM, field: value})
            assert (said.status, sentence in said.text) == (422, True), field
        without = {name: value for name, value in FORM.items() if name != "scopes"}
        said = await somebody.post("/pusat/token", **without)
        assert (said.status, "sedikitnya satu cakupan" in said.text) == (422, True)
        said = await somebody.post("/pusat/token", **{**FORM, "scopes": "everything"})
        assert said.status == 400
    assert every(running) == []


async def test_a_revoked_token_opens_nothing(running: RunningCentre) -> None:
    text = token_of(running.centre)
    [row] = every(running)
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.post(f"/pusat/token/{row.id}/cabut")
    assert (said.status, said.told) == (303, "token_revoked")
    assert (await running.get("/api/v1/token", headers=bearing(text))).status == 401


async def test_the_pages_of_tokens_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    token_of(running.centre, Scope.CASES_READ)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.ADMINISTRATOR)
        await page.goto(f"{running.url}/pusat/token")
        await assert_readable(page)
        await page.get_by_label("Sistem yang memakainya").fill("Dasbor LAN")
        await page.get_by_label("hubs:read").check()
        await page.get_by_label("Kata sandi Anda").fill(PASSWORD)
        await page.get_by_role("button", name="Buat token").click()
        await page.get_by_role("heading", name="Token baru untuk Dasbor LAN").wait_for()
        await assert_readable(page)
