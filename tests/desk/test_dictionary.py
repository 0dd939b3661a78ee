"""Kamus data, as people read it."""

from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.screens import assert_readable


async def test_the_dictionary_can_be_read_by_everybody(running: RunningCentre) -> None:
    async with open_page() as page:
        await page.goto(f"{running.url}/metadata")
        await assert_readable(page)


async def test_a_field_leads_to_the_codes_that_it_refers_to(running: RunningCentre) -> None:
    async with open_page() as page:
        await page.goto(f"{running.url}/metadata")
        links = page.get_by_role("link", name="regions.json")
        assert await links.get_attribute("href") == "/metadata/tabel/regions.json"
