"""Inovasi: what the hub has, how each stands, and what is done to one or to many."""

import pytest
from playwright.async_api import Page, expect

from central.casework.campaigns import CampaignOrder, open_campaign
from hubnode.node import Node
from hubnode.store import contacts, outbox, records
from tests.support.browsers import NARROW, WIDE, axe_faults, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import quiet_pages_of
from tests.support.nodes import publish, publish_many

pytestmark = pytest.mark.browser

ORDER = CampaignOrder(
    campaign="2026-top",
    title="Pemutakhiran 2026",
    due="2026-12-31",
    target={},
    by="rina",
    agency="panrb",
)


@pytest.fixture(autouse=True)
def people(hub: Node) -> None:
    employ(hub, "operator1")


def pending(hub: Node) -> int:
    return hub.db.read_sync(outbox.count)


def withdrawn(hub: Node) -> int:
    found = hub.db.read_sync(lambda conn: records.page(conn, limit=100))
    return sum(it.withdrawn for it in found)


async def test_an_empty_node_says_what_to_do_next(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi")
        await expect(page.get_by_text("Belum ada inovasi di node ini.")).to_be_visible()
        await page.get_by_role("link", name="Tulis inovasi").first.click()
        await expect(page.get_by_label("Judul inovasi")).to_be_visible()


async def test_the_list_is_searched_filtered_and_paged(hub: Node) -> None:
    publish_many(hub, [f"Perizinan nomor {number}" for number in range(26)])
    publish(hub, "Antrean daring", category="Kesehatan")
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi")
        await expect(page.locator("caption")).to_have_text("27 inovasi")
        await page.get_by_role("link", name="Berikutnya").click()
        assert await page.locator("tbody tr").count() == 2
        await page.get_by_label("Cari", exact=True).fill("daring")
        await page.get_by_role("button", name="Cari").click()
        await expect(page.locator("caption")).to_have_text("1 inovasi dari 27")
        await page.get_by_role("link", name="Hapus saringan").click()
        await page.get_by_text("Saring dan urutkan").click()
        await page.get_by_label("Kategori KIPP").select_option("Kesehatan")
        await page.get_by_role("button", name="Tampilkan").click()
        await expect(page.get_by_role("link", name="Antrean daring")).to_be_visible()
        await expect(page.get_by_text("Belum diisi: Ringkasan")).to_be_visible()
        await page.get_by_label("Cari", exact=True).fill("tidak ada")
        await page.get_by_role("button", name="Cari").click()
        await expect(page.get_by_text("Tidak ada inovasi yang cocok.")).to_be_visible()


async def test_many_are_attested_withdrawn_with_a_reason_and_one_is_restored(
    federation: FederationUnderTest, hub: Node
) -> None:
    publish_many(hub, ["Antrean daring", "Perizinan satu pintu", "Jemput bola"])
    await federation.sync(hub)
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi")
        await page.get_by_role("button", name="Tarik…").click()
        await expect(page.get_by_text("Belum ada inovasi yang dipilih.")).to_be_visible()
        for title in ("Antrean daring", "Jemput bola"):
            await page.get_by_label(f"Pilih {title}").check()
        await page.get_by_role("button", name="Tarik…").click()
        await page.get_by_label("Alasan").fill("Sudah berhenti")
        await page.get_by_role("button", name="Tarik").click()
        await expect(page.get_by_text("ditarik dari katalog")).to_be_visible()
        assert withdrawn(hub) == 2

        await page.get_by_role("link", name="Antrean daring").click()
        await expect(page.get_by_text("Hub ini menarik inovasi ini")).to_be_visible()
        await page.get_by_role("link", name="Tampilkan kembali").click()
        await page.get_by_label("Alasan").fill("Berjalan lagi")
        await page.get_by_role("button", name="Tampilkan kembali").click()
        await expect(page.get_by_text("Inovasi ditampilkan kembali.")).to_be_visible()
        history = page.get_by_role("region", name="Riwayat")
        await expect(history.get_by_text("Berjalan lagi")).to_be_visible()
        assert withdrawn(hub) == 1

        await page.get_by_role("button", name="Masih benar").click()
        await expect(page.get_by_text("Dinyatakan masih benar.")).to_be_visible()
        await expect(history.get_by_text("Menyatakan masih benar")).to_be_visible()


async def test_drafts_are_published_together_and_each_other_one_says_what_it_lacks(
    hub: Node,
) -> None:
    good, bad = publish_many(hub, ["Antrean daring", "Perizinan satu pintu"])
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "operator1")
        for record, value in ((good, "2023"), (bad, "2031")):
            await page.goto(f"{url}/inovasi/{record}/ubah")
            await page.get_by_label("Mulai implementasi").fill(value)
            await page.get_by_role("button", name="Simpan draf").last.click()
        await page.goto(f"{url}/inovasi?state=draft")
        for title in ("Antrean daring", "Perizinan satu pintu"):
            await page.get_by_label(f"Pilih {title}").check()
        await page.get_by_role("button", name="Terbitkan draf").click()
        rows = page.locator("tbody tr")
        await expect(rows.filter(has_text="Antrean daring")).to_contain_text("Diterbitkan")
        await expect(rows.filter(has_text="Perizinan")).to_contain_text("perlu diperbaiki")


async def test_a_campaign_is_answered_one_by_one_and_all_at_once(
    federation: FederationUnderTest, hub: Node
) -> None:
    publish_many(hub, ["Antrean daring", "Perizinan satu pintu", "Jemput bola"])
    await federation.sync(hub)
    federation.centre.db.run_sync(lambda conn: open_campaign(conn, federation.centre, ORDER))
    await federation.sync(hub)
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi?campaign=2026-top")
        sentence = "3 inovasi perlu dimutakhirkan sampai 31 Desember 2026."
        await expect(page.get_by_text(sentence)).to_be_visible()
        await page.get_by_role("button", name="Masih benar: Jemput bola").click()
        row = page.locator("tbody tr").filter(has_text="Jemput bola")
        await expect(row.get_by_role("button", name="Masih benar")).to_have_count(0)
        await page.get_by_label("Pilih semua di halaman ini").check()
        await page.get_by_role("button", name="Nyatakan masih benar").click()
        await expect(page.get_by_text("dipilih dinyatakan masih benar")).to_be_visible()
    await federation.sync(hub)
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi?campaign=2026-top")
        await expect(page.get_by_text("sudah dimutakhirkan.")).to_be_visible()


async def test_contacts_stay_on_this_node(federation: FederationUnderTest, hub: Node) -> None:
    record = publish(hub, "Antrean daring")
    await federation.sync(hub)
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "operator1")
        await page.goto(f"{url}/inovasi/{record}")
        section = page.get_by_role("region", name="Kontak inovator")
        await expect(section.get_by_text("Hanya di node ini")).to_be_visible()
        await page.get_by_text("Tambah kontak").click()
        await page.get_by_label("Nama", exact=True).fill("Ni Wayan")
        await page.get_by_role("button", name="Simpan kontak").click()
        await expect(page.get_by_role("alert")).to_contain_text("sedikitnya satu")
        await page.get_by_label("Telepon").fill("0361-222333")
        await page.get_by_role("button", name="Simpan kontak").click()
        await expect(section.get_by_text("0361-222333")).to_be_visible()
        assert pending(hub) == 0
        await page.get_by_role("button", name="Hapus Ni Wayan").click()
        await expect(page.get_by_text("Kontak dihapus dari node ini.")).to_be_visible()
    assert hub.db.read_sync(lambda conn: contacts.of_record(conn, record)) == []


async def screens(page: Page, url: str, record: str) -> list[str]:
    """What is wrong with the looks of each screen: faults of axe, and scrolling sideways."""
    await page.goto(f"{url}/inovasi/{record}/ubah")
    await page.get_by_label("Ringkasan").fill("Telepon 0812 3456 7890")
    await page.get_by_label("Mulai implementasi").fill("2031")
    await page.get_by_role("button", name="Simpan draf").last.click()
    draft = page.url.split("#")[0]
    places = [
        *(f"{url}/inovasi", f"{url}/inovasi?query=takada", f"{url}/inovasi?year=2024"),
        *(f"{url}/inovasi/{record}", f"{url}/inovasi/{record}/tarik", f"{url}/inovasi/baru"),
        *(draft, f"{draft}/terbit", f"{draft}/buang"),
    ]
    found = []
    for place in places:
        await page.goto(place)
        found += [f"{place}: {fault}" for fault in await axe_faults(page)]
        width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{place}: {width} pixels too wide"] if width > 0 else []
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("is_dark", [False, True])
async def test_every_screen_is_accessible(
    hub: Node,
    width: int,
    is_dark: bool,  # noqa: FBT001
) -> None:
    record = publish(hub, "Antrean daring", summary="Ringkas")
    async with quiet_pages_of(hub) as url, open_page(width=width, is_dark=is_dark) as page:
        await sign_in(page, url, "operator1")
        assert await screens(page, url, record) == []
