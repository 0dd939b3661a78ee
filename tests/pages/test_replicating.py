"""Replikasi: two hubs take turns until the one has what the other had."""

import pytest
from playwright.async_api import Page

from hubnode.node import Node
from hubnode.store import drafts
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import make_first_account, pages_of
from tests.support.nodes import publish
from tests.support.two_hubs import TwoHubs, take, two_hubs, want

pytestmark = pytest.mark.browser


@pytest.fixture
async def world(federation: FederationUnderTest, hub: Node) -> TwoHubs:
    """Bali and Makassar."""
    return await two_hubs(federation, hub)


async def open_only(page: Page, url: str) -> None:
    """The one replication of the list."""
    await make_first_account(page, url)
    await page.goto(f"{url}/replikasi")
    await page.get_by_role("link", name="Antrean daring puskesmas").click()


async def test_interest_begins_a_replication_and_the_draft_that_names_the_original(
    world: TwoHubs,
) -> None:
    makassar = world.makassar
    async with pages_of(makassar) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog/{world.queue}")
        await page.get_by_role("link", name="Replikasi inovasi ini").click()
        await page.get_by_label("Minat dalam satu kalimat").fill("Surat minat 12/2026")
        await page.get_by_role("button", name="Nyatakan minat").click()
        assert await page.get_by_text("Menunggu pusat").is_visible()
        await page.goto(f"{url}/katalog/{world.queue}")
        assert await page.get_by_role("link", name="Minat menunggu pusat").is_visible()
    [draft] = makassar.db.read_sync(drafts.every)
    assert draft.replicates == world.queue
    assert draft.fields["replicates"] == {"innovation": world.queue}
    assert draft.fields["title"] == "Antrean daring puskesmas"
    assert not {"agency", "region", "awards", "comparisons"} & draft.fields.keys()


async def test_the_owner_agrees_on_its_page(world: TwoHubs) -> None:
    want(world.makassar, world.queue)
    await world.sync()
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await open_only(page, url)
        assert await page.get_by_text("Giliran hub ini").is_visible()
        assert await page.get_by_text("Surat minat 12/2026").is_visible()
        await page.get_by_label("Kesepakatan dalam satu kalimat", exact=False).fill("Silakan.")
        await page.get_by_role("button", name="Sepakati").click()
        assert await page.get_by_role("heading", name="Menunggu pusat").is_visible()
    await world.sync()
    async with pages_of(world.makassar) as url, open_page() as page:
        await open_only(page, url)
        assert await page.get_by_text("Giliran hub ini").is_visible()
        assert await page.get_by_text("Silakan.").is_visible()
        await page.get_by_role("button", name="Buat draf dari inovasi aslinya").click()
        assert "/inovasi/draf/" in page.url


async def test_who_replicates_names_what_came_of_it(world: TwoHubs) -> None:
    replication = want(world.makassar, world.queue)
    await world.sync()
    take(world.bali, replication, "agreement")
    await world.sync()
    take(world.makassar, replication, "approval")
    replica = publish(world.makassar, "Antre Makassar", replicates={"innovation": world.queue})
    await world.sync()
    async with pages_of(world.makassar) as url, open_page(has_scripts=False) as page:
        await open_only(page, url)
        await page.get_by_label("Pelaksanaan dalam satu kalimat").fill("Berjalan sejak Mei.")
        await page.get_by_role("button", name="Nyatakan dilaksanakan").click()
    await world.sync()
    async with pages_of(world.bali) as url, open_page() as page:
        await open_only(page, url)
        link = page.get_by_role("link", name="Lihat hasilnya")
        assert await link.get_attribute("href") == f"/katalog/{replica}"


async def test_a_refusal_needs_a_reason(world: TwoHubs) -> None:
    want(world.makassar, world.queue)
    await world.sync()
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await open_only(page, url)
        await page.locator("summary", has_text="Penolakan").click()
        await page.get_by_label("Alasan penolakan").fill("   ")
        await page.get_by_role("button", name="Tolak").click()
        assert await page.get_by_role("alert").is_visible()
        await page.get_by_label("Alasan penolakan").fill("Aplikasinya sedang diganti.")
        await page.get_by_role("button", name="Tolak").click()
        assert await page.get_by_role("heading", name="Menunggu pusat").is_visible()
        assert await page.get_by_text("Aplikasinya sedang diganti.").is_visible()


@pytest.mark.parametrize(("width", "is_dark"), [(WIDE, False), (NARROW, True)])
async def test_every_screen_can_be_read_by_everybody(
    world: TwoHubs,
    width: int,
    is_dark: bool,  # noqa: FBT001
) -> None:
    async with pages_of(world.bali) as url, open_page(width=width, is_dark=is_dark) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/replikasi")
        assert await page.get_by_text("Belum ada replikasi.", exact=False).is_visible()
        assert await axe_faults(page) == []
        replication = want(world.makassar, world.queue)
        await world.sync()
        for place in ("/replikasi", f"/replikasi/{replication}"):
            await page.goto(f"{url}{place}")
            wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (place, await axe_faults(page), wider) == (place, [], 0)
