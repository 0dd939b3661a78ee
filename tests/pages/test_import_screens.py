"""Every import screen: usable by everybody, light and dark, wide and narrow, in both languages."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from hubnode.node import Node
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.hub_pages import make_first_account, pages_of
from tests.support.import_pages import bring, press, row, sheet

pytestmark = pytest.mark.browser

UNKNOWN = sheet(("1", "Antar Obat", "Dinas"), columns=("Nomor", "Nama Inovasi", "OPD"))
MIXED = sheet(
    row("A1", "Antar Obat"),
    row("A2", "Pasar Daring", started="dua ribu"),
    row("A3", "Jemput Bola", summary="Surel: rina@dinas.example"),
)


async def screens(page: Page, url: str) -> AsyncIterator[str]:
    """The page on each screen in turn, by name."""
    await page.goto(f"{url}/impor")
    yield "nothing yet"
    await bring(page, url, b"", name="kosong.csv")
    yield "refused"
    await bring(page, url, UNKNOWN)
    yield "columns"
    await bring(page, url, MIXED)
    yield "review"
    await page.get_by_role("link", name="Perbaiki 2 baris di sini").click()
    yield "faults"
    await page.go_back()
    await page.get_by_label("Biarkan 1 baris dengan data pribadi di luar impor").check()
    await press(page, "Impor 1 inovasi")
    yield "imported in part"
    await page.get_by_role("link", name="Lihat inovasinya").click()
    yield "past import"
    await page.get_by_role("link", name="Batalkan seluruh impor").click()
    yield "asked before an undo"
    await page.goto(f"{url}/impor")
    yield "list"


@pytest.mark.parametrize(("width", "is_dark"), [(WIDE, False), (NARROW, True)])
async def test_nobody_is_shut_out_of_a_screen(hub: Node, width: int, *, is_dark: bool) -> None:
    async with pages_of(hub) as url, open_page(width=width, is_dark=is_dark) as page:
        await make_first_account(page, url)
        async for name in screens(page, url):
            assert (name, await axe_faults(page)) == (name, [])
            reach = await page.evaluate("document.documentElement.scrollWidth")
            assert (name, reach) == (name, width)


async def test_everything_is_said_in_english_too(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, MIXED)
        await page.get_by_role("button", name="English").click()
        assert await page.get_by_role("button", name="Import 1 innovation").is_visible()
        assert await page.get_by_text("2 faulty rows").count() == 0
        assert await page.get_by_text("Mend 2 rows here").is_visible()
        text = await page.locator("main").inner_text()
        assert "started: Not written as asked. A year or a date, from 1990 on." in text
        assert "summary: Holds personal data. Take it out before it is published." in text
        await page.get_by_text("Mend 2 rows here").click()
        assert "Not written as asked." in await page.locator("main").inner_text()
