"""Katalog nasional: found, read, compared, and proposed about, from this node's own copy."""

import pytest
from playwright.async_api import Page

from hubnode.cases import Kind, own_cases
from hubnode.node import Node
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import make_first_account, pages_of
from tests.support.nodes import publish
from tests.support.two_hubs import TwoHubs, two_hubs

pytestmark = pytest.mark.browser


@pytest.fixture
async def world(federation: FederationUnderTest, hub: Node) -> TwoHubs:
    """Bali and Makassar, which has replicated Bali's queue."""
    found = await two_hubs(federation, hub)
    publish(
        found.makassar,
        "Antre Makassar",
        region="73.71",
        replicates={"innovation": found.queue},
        agency={"name": "Dinas Kesehatan Kota Makassar", "kind": "kota"},
    )
    await found.sync()
    return found


async def titles(page: Page) -> list[str]:
    """The innovations of the list."""
    return await page.locator("tbody td:first-child a").all_inner_texts()


async def test_words_and_facets_find_innovations_in_the_nodes_own_copy(world: TwoHubs) -> None:
    async with pages_of(world.makassar) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog")
        assert len(await titles(page)) == 3
        await page.get_by_label("Kata yang dicari").fill("pedagang berjualan daring")
        await page.get_by_role("button", name="Cari").click()
        assert await page.get_by_text("Tidak ada inovasi yang cocok.", exact=False).is_visible()
        await page.get_by_label("Kata yang dicari").fill("antre")
        await page.get_by_role("button", name="Cari").click()
        assert len(await titles(page)) == 2
        await page.get_by_label("Provinsi").select_option("51")
        await page.get_by_role("button", name="Cari").click()
        assert await titles(page) == ["Antrean daring puskesmas"]
        address = page.url
        await page.goto(address)
        assert await titles(page) == ["Antrean daring puskesmas"]


async def test_what_narrows_the_list_is_named_and_taken_off_one_by_one(world: TwoHubs) -> None:
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog")
        goal = page.get_by_label("TPB/SDGs")
        assert "3. Kehidupan Sehat dan Sejahtera (1)" in await goal.inner_text()
        await goal.select_option("3")
        await page.get_by_label("Kategori").select_option("Kesehatan")
        await page.get_by_label("Provinsi").select_option("51")
        await page.get_by_role("button", name="Cari").click()
        assert await titles(page) == ["Antrean daring puskesmas"]
        chosen = page.get_by_role("group", name="Saringan yang dipakai").get_by_role("link")
        assert await chosen.count() == 3
        await page.get_by_role("link", name="Kategori: Kesehatan").click()
        assert "sdg=3" in page.url
        assert "category" not in page.url
        assert await chosen.count() == 2
        await page.goto(f"{url}/katalog?full=E")
        assert await page.get_by_text("Tidak ada inovasi yang cocok.", exact=False).is_visible()


async def test_a_long_list_has_pages(world: TwoHubs) -> None:
    for number in range(20):
        publish(world.bali, f"Layanan keliling nomor {number}")
    await world.federation.sync(world.bali)
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog?province=51")
        first = await titles(page)
        await page.get_by_role("link", name="Berikutnya").click()
        second = await titles(page)
        assert (len(first), len(second)) == (20, 2)
        assert "province=51" in page.url
        await page.get_by_role("link", name="Halaman pertama").click()
        assert await titles(page) == first


async def test_an_innovation_says_all_it_has_and_where_it_went(world: TwoHubs) -> None:
    async with pages_of(world.makassar) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog/{world.queue}")
        text = await page.locator("main").inner_text()
        for said in (
            "B. Data capaian",
            "-87,5 %",
            "Diterapkan di 3 wilayah pada 3 provinsi",
            "1 replikasi langsung, 1 seluruhnya.",
            "2 dari 2 hub mengonfirmasi katalog ini",
        ):
            assert said in text, said
        assert await page.locator("svg.tiles .tile").count() == 38
        tree = page.locator(".tree")
        await tree.get_by_role("link", name="Antre Makassar").click()
        assert await page.locator(".tree").get_by_text("Asal:").is_visible()


async def test_the_original_that_a_record_names_is_called_by_its_title(world: TwoHubs) -> None:
    named = "Antrean daring puskesmas"
    async with pages_of(world.makassar) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/inovasi")
        await page.get_by_role("link", name="Antre Makassar").click()
        await page.get_by_role("definition").get_by_role("link", name=named, exact=True).click()
        assert page.url == f"{url}/katalog/{world.queue}"
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog/{world.queue}")
        await page.locator(".tree").get_by_role("link", name="Antre Makassar").click()
        claimed = page.get_by_role("definition").get_by_role("link", name=named, exact=True)
        assert await claimed.is_visible()


async def test_two_innovations_are_compared_side_by_side(world: TwoHubs) -> None:
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog")
        await page.get_by_role("button", name="Bandingkan yang dipilih").click()
        assert await page.get_by_role("alert").is_visible()
        for title in ("Antrean daring puskesmas", "Pasar daring pedagang kecil"):
            await page.get_by_role("checkbox", name=f"Bandingkan: {title}").check()
        await page.get_by_role("button", name="Bandingkan yang dipilih").click()
        assert await page.get_by_role("heading", name="Enam kriteria").is_visible()
        heads = page.get_by_role("columnheader", name="Pasar daring pedagang kecil")
        assert await heads.first.is_visible()
        assert await page.get_by_text("Tidak disebut").first.is_visible()


async def test_a_change_of_another_hubs_record_is_proposed(world: TwoHubs) -> None:
    async with pages_of(world.makassar) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog/{world.market}")
        await page.get_by_role("link", name="Usulkan perubahan").click()
        await page.get_by_label("Isian yang diusulkan berubah").select_option("started")
        await page.get_by_role("button", name="Pilih").click()
        await page.get_by_role("textbox", name="Usulan").fill("dua ribu")
        await page.get_by_role("button", name="Tandatangani usulan").click()
        assert await page.get_by_role("alert").is_visible()
        await page.get_by_role("textbox", name="Usulan").fill("2018")
        await page.get_by_role("button", name="Tandatangani usulan").click()
        assert await page.get_by_text("Usulan disimpan.").is_visible()
    await world.sync()
    [waiting] = world.makassar.db.read_sync(lambda conn: own_cases(conn, Kind.PROPOSED))
    assert waiting.record == world.market


@pytest.mark.parametrize(("width", "is_dark"), [(WIDE, False), (NARROW, True)])
async def test_every_screen_can_be_read_by_everybody(
    world: TwoHubs,
    width: int,
    is_dark: bool,  # noqa: FBT001
) -> None:
    places = (
        "/katalog",
        "/katalog?q=tidakada",
        "/katalog?sdg=3&category=Kesehatan&province=51&q=antre",
        f"/katalog/{world.queue}",
        f"/katalog/bandingkan?id={world.queue}&id={world.market}",
        f"/katalog/{world.queue}/usul?field=summary",
        f"/katalog/{world.queue}/replikasi",
    )
    async with pages_of(world.makassar) as url, open_page(width=width, is_dark=is_dark) as page:
        await make_first_account(page, url)
        for place in places:
            await page.goto(f"{url}{place}")
            wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (place, await axe_faults(page), wider) == (place, [], 0)
        await page.goto(f"{url}/katalog/{world.queue}")
        await page.get_by_role("button", name="English").click()
        assert await page.get_by_role("link", name="Replicate this innovation").is_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_filters_are_folded_on_a_telephone_and_open_on_a_desk(
    world: TwoHubs,
    has_scripts: bool,  # noqa: FBT001
) -> None:
    async with pages_of(world.bali) as url, open_page(has_scripts=has_scripts) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/katalog")
        province = page.get_by_label("Provinsi")
        assert await province.is_visible()
        assert not await page.get_by_text("Saring hasil").is_visible()
        await page.set_viewport_size({"width": NARROW, "height": 900})
        assert not await province.is_visible()
        first = await page.locator("tbody a").first.bounding_box()
        assert first is not None
        assert first["y"] < 900
        await page.get_by_text("Saring hasil").click()
        assert await province.is_visible()
