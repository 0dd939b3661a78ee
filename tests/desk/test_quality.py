"""Mutu data: what is missing is counted by hub, each number is a list, awards are ruled on."""

import re

import pytest

from central.casework import awards
from central.web.rights import Role
from protocol.canonical import Json
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import amend, national_size, new_hub, write
from tests.support.page_http import Somebody
from tests.support.screens import assert_readable

QUALITY = "/pusat/mutu"
TOP: list[Json] = [{"scheme": "Top 99", "year": 2019}]


async def some(running: RunningCentre) -> list[str]:
    """Three innovations of two hubs, one of which claims an award."""
    first = await write(running, await new_hub(running), {"awards": TOP}, {"summary": "Ringkas."})
    health = await new_hub(running, "kemenkes", seed=9)
    return [*first, *await write(running, health, {"title": "Milik Kemenkes", "summary": "-"})]


async def listed(somebody: Somebody, need: str, hub: str = "") -> list[str]:
    """The innovations of a list, by their ids."""
    page = await somebody.get(f"{QUALITY}/inovasi?perlu={need}&hub={hub}")
    return re.findall(r'href="/inovasi/([0-9a-f-]+)"', page.text)


def standing(running: RunningCentre) -> list[str]:
    centre = running.centre
    return [it.standing for it in centre.db.read_sync(lambda conn: awards.claims(conn, centre))]


async def test_each_number_leads_to_as_many_innovations(running_on_either: RunningCentre) -> None:
    running = running_on_either
    await some(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        page = (await somebody.get(QUALITY)).text
        links = re.findall(r'href="/pusat/mutu/inovasi\?perlu=([\w-]+)">([0-9]+)</a>', page)
        found = {need: len(await listed(somebody, need)) for need, _ in links}
    assert found == {need: int(number) for need, number in links}
    assert len(links) > 5


async def test_a_list_has_what_lacks_something_and_nothing_else(running: RunningCentre) -> None:
    award, short, placeholder = await some(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        assert await listed(somebody, "isian-summary") == [award]
        assert await listed(somebody, "placeholder") == [placeholder]
        assert await listed(somebody, "award_open") == [award]
        assert await listed(somebody, "stale", hub="51") == [award, short]
        assert await listed(somebody, "kelompok-A", hub="kemenkes") == [placeholder]


@pytest.mark.parametrize("need", ["", "x", "kelompok-F", "isian-title;", "stale-x"])
async def test_a_list_of_nothing_that_is_counted_is_refused(
    running: RunningCentre, need: str
) -> None:
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        assert (await somebody.get(f"{QUALITY}/inovasi?perlu={need}")).status == 400


def award_in(page: str) -> str:
    """The digest of the first claim that a page shows."""
    return str(re.findall(r'name="award" value="(\w+)"', page)[0])


async def test_an_award_is_confirmed_and_opened_again(running_on_either: RunningCentre) -> None:
    running = running_on_either
    record, *_ = await some(running)
    path = f"{QUALITY}/penghargaan"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(path)).text
        form = {"record": record, "award": award_in(page)}
        without = await somebody.post(path, **form, standing="confirmed")
        said = await somebody.post(path, **form, standing="confirmed", reason="Kepmen 16/2019")
        assert standing(running) == ["confirmed"]
        again = await somebody.post(path, **form, standing="confirmed", reason="Kepmen 16/2019")
        await somebody.post(path, **form, standing="open", reason="Keliru")
    assert "Top 99 2019" in page
    assert without.status == 422
    assert (said.told, again.told, standing(running)) == ("award_ruled", "decided", ["open"])


async def test_a_ruling_is_on_the_very_claim_that_was_on_screen(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    hub = await new_hub(running)
    [record] = await write(running, hub, {"awards": TOP})
    path = f"{QUALITY}/penghargaan"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        old = award_in((await somebody.get(path)).text)
        other: Json = [{"scheme": "Top 99", "year": 2019, "decree": "Kepmen 1/2019"}]
        await amend(running, hub, 1, national=national_size(running), awards=other)
        form = {"record": record, "standing": "confirmed", "reason": "Kepmen 16/2019"}
        said = await somebody.post(path, **form, award=old)
        assert standing(running) == ["open"]
        new = award_in((await somebody.get(path)).text)
        then = await somebody.post(path, **form, award=new)
    assert (said.status, "seen_is_old" in said.text) == (409, True)
    assert (then.told, standing(running)) == ("award_ruled", ["confirmed"])


async def test_the_pages_of_quality_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    await some(running)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (QUALITY, f"{QUALITY}/inovasi?perlu=stale", f"{QUALITY}/penghargaan"):
            await page.goto(running.url + path)
            await assert_readable(page)
