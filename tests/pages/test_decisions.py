"""Keputusan: what waits, and how it is settled, in a browser."""

import re

import pytest
from playwright.async_api import Page

from hubnode.node import Node
from hubnode.store import outbox
from hubnode.web import deciding
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_http import signed_in
from tests.support.hub_pages import make_first_account, pages_of
from tests.support.nodes import publish
from tests.support.two_hubs import QUEUE, TwoHubs, propose, two_hubs

pytestmark = pytest.mark.browser

TITLE = "Antrean daring puskesmas"
CONFLICTS = re.compile(r'href="/keputusan/benturan/[0-9a-f-]+/(\w+)"')
MINE = "Warga mengambil nomor antrean puskesmas dari ponsel."
THEIRS = "Warga mengambil nomor antrean puskesmas lewat gawai."
WATER = (
    "Setiap banjar menunjuk dua penjaga air yang dilatih menambal, mencatat debit, dan melapor "
    "setiap pekan kepada dinas, yang menjawab dalam dua hari dan memasang nama mereka di balai."
)


@pytest.fixture
async def world(federation: FederationUnderTest, hub: Node) -> TwoHubs:
    """Bali and Makassar."""
    return await two_hubs(federation, hub)


async def contest(world: TwoHubs) -> None:
    """The centre and Bali write the summary of one record without seeing each other."""
    world.at_centre(summary=THEIRS)
    publish(world.bali, "Antrean daring puskesmas", record=world.queue, summary=MINE)
    await world.sync()


async def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    wider: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wider


async def test_where_nothing_waits_the_page_says_so(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan")
        assert await page.get_by_text("Tidak ada yang menunggu", exact=True).is_visible()


async def test_a_conflict_is_seen_side_by_side_and_ended(world: TwoHubs) -> None:
    await contest(world)
    async with pages_of(world.bali) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(url)
        await page.get_by_role("link", name="Keputusan 1").click()
        await page.get_by_role("link", name="Antrean daring puskesmas").click()
        assert await page.get_by_role("heading", name="Benturan: Ringkasan").is_visible()
        assert await page.get_by_text(str(QUEUE["summary"])).first.is_visible()
        differences = " ".join(await page.locator("main ins").all_inner_texts())
        assert "[ditambahkan:" in differences
        assert "ponsel" in differences
        await page.get_by_label("Nilai pusat").check()
        await page.get_by_role("button", name="Tandatangani").click()
        assert await page.get_by_text("Nilai ditandatangani.").is_visible()
        assert world.bali.db.read_sync(outbox.count) == 1
    await world.sync()
    assert world.shown(world.queue)["summary"] == THEIRS


async def test_a_conflict_that_was_answered_is_a_task_no_more(world: TwoHubs) -> None:
    await contest(world)
    async with pages_of(world.bali) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        await page.get_by_label("Nilai pusat").check()
        await page.get_by_role("button", name="Tandatangani").click()
        assert await page.get_by_text("Tidak ada yang menunggu", exact=True).is_visible()
        await page.get_by_role("link", name="Menunggu pusat (1)").click()
        assert await page.get_by_role("link", name="Antrean daring puskesmas").is_visible()
        assert await axe_faults(page) == []


async def test_however_many_wait_all_can_be_reached(
    world: TwoHubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "PAGE_CASES", 1)
    world.at_centre(summary=THEIRS, short_name="PUSAT")
    publish(world.bali, TITLE, record=world.queue, summary=MINE, short_name="HUB")
    await world.sync()
    async with signed_in(world.bali) as somebody:
        waiting = [await somebody.get(f"/keputusan?mulai={start}") for start in range(2)]
        publish(world.bali, TITLE, record=world.queue, summary=THEIRS, short_name="PUSAT")
        pages = [f"/keputusan?jenis=centre&mulai={start}" for start in range(2)]
        answered = [await somebody.get(it) for it in pages]
    for first, last in (waiting, answered):
        fields = [CONFLICTS.findall(it.text) for it in (first, last)]
        assert sorted(map(str, fields)) == ["['short_name']", "['summary']"]
        assert ('rel="next"' in first.text, 'rel="next"' in last.text) == (True, False)


async def test_without_a_script_another_value_ends_a_conflict(world: TwoHubs) -> None:
    await contest(world)
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        await page.get_by_role("button", name="Tandatangani").click()
        assert await page.get_by_role("alert").is_visible()
        await page.get_by_role("radio", name="Nilai lain").check()
        await page.get_by_role("textbox", name="Nilai lain").fill("Antre dari rumah.")
        await page.get_by_role("button", name="Tandatangani").click()
        assert await page.get_by_text("Nilai ditandatangani.").is_visible()
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        assert await page.get_by_text("Menunggu pusat", exact=False).first.is_visible()
        assert not await page.get_by_role("button", name="Tandatangani").is_visible()
    await world.sync()
    assert world.shown(world.queue)["summary"] == "Antre dari rumah."


async def test_cases_are_walked_through_one_by_one(world: TwoHubs) -> None:
    propose(world.makassar, world.market, short_name="PADAR", summary="Berjualan bersama.")
    await world.federation.sync(world.makassar)
    await contest(world)
    async with pages_of(world.bali) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan/benturan/{world.queue}/summary")
        await page.get_by_role("link", name="Perkara berikutnya").click()
        assert await page.get_by_role("heading", name="Usulan Sulawesi Selatan").is_visible()
        assert await page.get_by_text("PADAR").is_visible()
        await page.get_by_role("link", name="Perkara sebelumnya").click()
        await page.get_by_label("Nilai hub ini").check()
        await page.get_by_role("button", name="Tandatangani").click()
        await page.get_by_role("button", name="Terima dan tandatangani").click()
        assert await page.get_by_text("Usulan diterima.", exact=False).is_visible()
    await world.sync()
    assert world.shown(world.market)["short_name"] == "PADAR"


async def test_a_proposal_is_refused_with_a_reason(world: TwoHubs) -> None:
    propose(world.makassar, world.market, short_name="PADAR")
    await world.sync()
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan?jenis=proposal")
        await page.get_by_role("link", name="Pasar daring pedagang kecil").click()
        address = page.url
        await page.get_by_label("Alasan").fill("Sudah ada nama lain.")
        await page.get_by_role("button", name="Tolak").click()
        assert await page.get_by_text("Penolakan dicatat di node ini.").is_visible()
        await page.goto(address)
        assert await page.get_by_text("Sudah ada nama lain.").is_visible()


async def test_a_held_change_says_why_and_leads_to_the_field(world: TwoHubs) -> None:
    publish(world.bali, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    publish(world.makassar, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    async with pages_of(world.makassar) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan?jenis=held")
        await page.get_by_role("link", name="Garda Air Bersih Desa").click()
        assert await page.get_by_role("heading", name="Mengapa ditahan").is_visible()
        link = page.get_by_role("link", name="Perbaiki Judul inovasi")
        assert str(await link.get_attribute("href")).endswith("/ubah#f-title")
        assert await axe_faults(page) == []


async def test_a_held_change_that_was_mended_is_history(world: TwoHubs) -> None:
    publish(world.bali, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    record = publish(world.makassar, "Garda Air Bersih Desa", summary=WATER)
    await world.sync()
    publish(world.makassar, "Arsip surat kelurahan", record=record, summary="Surat dipindai.")
    async with pages_of(world.makassar) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan")
        assert await page.get_by_text("Tidak ada yang menunggu", exact=True).is_visible()
        await page.get_by_role("link", name="Ditahan, lalu diganti").click()
        await page.get_by_role("link", name="Arsip surat kelurahan").click()
        assert await page.get_by_text("tidak ada yang perlu dikerjakan").is_visible()
        assert await axe_faults(page) == []


async def test_a_flood_waits_for_the_centre_and_offers_nothing_to_mend(world: TwoHubs) -> None:
    titles = [f"Layanan nomor {number}" for number in range(30)]
    records = [publish(world.bali, it) for it in titles]
    await world.sync()
    for record, title in zip(records, titles, strict=True):
        publish(world.bali, f"{title} baru", record=record)
    await world.sync()
    async with pages_of(world.bali) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(url)
        assert await page.get_by_text("Tidak ada yang menunggu Anda.").is_visible()
        await page.get_by_role("link", name="30 perubahan menunggu keputusan pusat").click()
        assert await page.get_by_role("link", name="Menunggu pusat (30)").is_visible()
        assert await axe_faults(page) == []
        await page.get_by_role("link", name="Layanan nomor 7 baru").click()
        assert await page.get_by_role("heading", name="Menunggu keputusan pusat").is_visible()
        assert await page.get_by_role("link", name="Buka formulir").count() == 0
        assert await axe_faults(page) == []


async def test_a_change_of_ones_own_is_taken_back(world: TwoHubs) -> None:
    publish(world.bali, "Pasar daring pedagang besar", record=world.market)
    await world.sync()
    async with pages_of(world.bali) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/keputusan?jenis=applied")
        await page.get_by_role("link", name="Pasar daring pedagang besar").first.click()
        await page.get_by_role("button", name="Kembalikan dan tandatangani").click()
        assert await page.get_by_text("Tersimpan.", exact=False).is_visible()
    await world.sync()
    assert world.shown(world.market)["title"] == "Pasar daring pedagang kecil"


@pytest.mark.parametrize(("width", "is_dark"), [(WIDE, False), (NARROW, True)])
async def test_every_screen_can_be_read_by_everybody(
    world: TwoHubs,
    width: int,
    is_dark: bool,  # noqa: FBT001
) -> None:
    propose(world.makassar, world.market, short_name="PADAR")
    await world.federation.sync(world.makassar)
    await contest(world)
    places = (
        "/keputusan",
        "/keputusan?jenis=applied",
        "/keputusan?jenis=refused",
        f"/keputusan/benturan/{world.queue}/summary",
        "/keputusan/perubahan/3",
    )
    async with pages_of(world.bali) as url, open_page(width=width, is_dark=is_dark) as page:
        await make_first_account(page, url)
        for place in places:
            await page.goto(f"{url}{place}")
            assert (place, await axe_faults(page), await sideways(page)) == (place, [], 0)
        await page.goto(f"{url}/keputusan?jenis=proposal")
        await page.get_by_role("link", name="Pasar daring pedagang kecil").click()
        assert await axe_faults(page) == []
        await page.get_by_role("button", name="English").click()
        assert await page.get_by_role("button", name="Accept and sign").is_visible()
