"""Formulir: a record is written, saved at any moment, answered for, and signed."""

import pytest
from playwright.async_api import Page, expect

from hubnode.app import answering
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import drafts, outbox, records
from hubnode.store.records import OwnRecord
from hubnode.web.site import Role
from tests.support.browsers import NARROW, open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import quiet_pages_of
from tests.support.nodes import publish
from tests.support.stories import at_centre

pytestmark = pytest.mark.browser

TITLE = "Antar obat sampai rumah"


@pytest.fixture(autouse=True)
def people(hub: Node) -> None:
    employ(hub, "operator1")
    employ(hub, "penulis1", Role.EDITOR)
    employ(hub, "penyetuju1", Role.APPROVER)


def own(hub: Node) -> list[OwnRecord]:
    return hub.db.read_sync(lambda conn: records.page(conn, limit=10))


async def fill_required(page: Page) -> None:
    await page.get_by_label("Judul inovasi").fill(TITLE)
    await page.get_by_label("Nama instansi").fill("Dinas Kesehatan")
    await page.get_by_label("Jenis instansi").select_option("provinsi")
    await page.locator("#f-region").select_option("51.71")
    await page.get_by_label("Mulai implementasi").fill("2024")


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).last.click()


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_an_innovation_is_written_reviewed_signed_and_reaches_the_centre(
    federation: FederationUnderTest,
    hub: Node,
    has_scripts: bool,  # noqa: FBT001
) -> None:
    async with quiet_pages_of(hub) as url, open_page(has_scripts=has_scripts) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi")
        await page.get_by_role("link", name="Tulis inovasi").first.click()
        await fill_required(page)
        await page.get_by_label("3. Kehidupan Sehat").check()
        await page.get_by_label("Anggaran").fill("1.250.000")
        await page.locator("summary", has_text="B. Data capaian").click()
        await page.locator("#f-outputs-0-indicator").fill("Obat diantar")
        await page.locator("#f-outputs-0-value").fill("1.200")
        await page.get_by_role("button", name="Tambah: Capaian keluaran").click()
        await page.locator("#f-outputs-1-indicator").fill("Dihapus lagi")
        await page.get_by_role("button", name="Tambah: Capaian keluaran").click()
        await page.get_by_role("button", name="Hapus Capaian keluaran 2").click()
        await page.locator("summary", has_text="C. Data sebaran").click()
        await page.locator("#f-locations-0-region").fill("Kota Denpasar")
        await press(page, "Tinjau dan terbitkan")
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_text("Tersimpan. Perubahan ditandatangani")).to_be_visible()
        await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    [record] = own(hub)
    assert record.fields["sdgs"] == [3]
    assert record.fields["budget"] == 1_250_000
    assert record.fields["outputs"] == [{"indicator": "Obat diantar", "value": "1.200"}]
    assert record.fields["locations"] == [{"region": "51.71"}]
    await federation.sync(hub)
    assert TITLE.encode() in at_centre(federation.centre)[record.id]


async def test_a_draft_saves_itself_while_somebody_writes(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/baru")
        await page.get_by_label("Judul inovasi").fill(TITLE)
        await expect(page.locator("[data-told]")).to_contain_text("Draf disimpan")
        await page.reload()
        await expect(page.get_by_label("Judul inovasi")).to_have_value(TITLE)
        await page.goto(f"{url}/inovasi?state=draft")
        await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    assert own(hub) == []


async def test_a_field_is_checked_when_it_is_left(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page() as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/baru")
        started = page.get_by_label("Mulai implementasi")
        await started.fill("kapan-kapan")
        await started.blur()
        await expect(page.locator("#f-started-fault")).to_contain_text("Tulis tahun (2024)")
        assert await started.get_attribute("aria-invalid") == "true"
        await started.fill("2024")
        await started.blur()
        await expect(page.locator("#f-started-fault")).to_be_empty()
        await page.get_by_label("Ringkasan").fill("Surel a.b@contoh.go.id")
        await page.get_by_label("Ringkasan").blur()
        await expect(page.locator("#f-summary-fault")).to_contain_text("alamat surel")


async def test_what_is_wrong_stands_in_a_summary_that_leads_to_the_fields(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/baru")
        await page.get_by_label("Judul inovasi").fill("tes")
        await page.get_by_label("Mulai implementasi").fill("2031")
        await press(page, "Simpan draf")
        faults = page.get_by_role("region", name="perlu dibereskan sebelum diterbitkan")
        await faults.get_by_role("link", name="Mulai implementasi").click()
        assert page.url.endswith("#f-started")
        assert await page.locator("#f-started").get_attribute("aria-invalid") == "true"
        await expect(page.get_by_label("Mulai implementasi")).to_have_value("2031")
        await page.get_by_role("link", name="Latar belakang").click()
        assert page.url.endswith("#f-background")
        await press(page, "Tinjau dan terbitkan")
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_text("Belum ditandatangani: masih ada isian")).to_be_visible()
        assert page.url.endswith("#f-agency")
    assert own(hub) == []


async def test_a_group_without_content_is_folded_and_opens_where_somebody_is_led_to(
    hub: Node,
) -> None:
    record = publish(hub, TITLE, outputs=[{"indicator": "Obat diantar", "value": "1"}])
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False, width=NARROW) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await expect(page.locator("#f-outputs-0-indicator")).to_be_visible()
        await expect(page.locator("#f-locations-0-region")).to_be_hidden()
        contents = page.get_by_role("navigation", name="Bagian formulir")
        await contents.get_by_role("link", name="C. Data sebaran").click()
        await expect(page.locator("#f-locations-0-region")).to_be_visible()


async def test_every_text_that_looks_personal_is_answered_before_signing(hub: Node) -> None:
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/baru")
        await fill_required(page)
        await page.get_by_label("Ringkasan").fill("Telepon 0812 3456 7890, surel a@contoh.go.id")
        await press(page, "Tinjau dan terbitkan")
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_role("alert")).to_contain_text("jawab dahulu setiap teks")
        phone = page.get_by_role("group", name="nomor telepon")
        await phone.get_by_label("Tetap, karena").check()
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(phone.get_by_text("mengapa teks ini tetap")).to_be_visible()
        await phone.get_by_label("Alasan bila tetap").fill("Nomor layanan, bukan nomor orang")
        email = page.get_by_role("group", name="alamat surel")
        await email.get_by_label("Hapus dari teks").check()
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_text("Nomor layanan, bukan nomor orang")).to_be_visible()
    [record] = own(hub)
    assert record.fields["summary"] == "Telepon 0812 3456 7890, surel"


async def test_where_a_second_person_approves_the_writer_hands_the_draft_over(hub: Node) -> None:
    settings = NodeSettings(port=0, second_person_approves=True)
    record = publish(hub, TITLE)
    before = hub.db.read_sync(outbox.count)
    async with answering(hub, settings) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await page.get_by_label("Nama singkat").fill("ANTAR")
        await press(page, "Tinjau dan terbitkan")
        assert await page.get_by_role("button", name="Tandatangani").count() == 0
        await page.get_by_role("button", name="Serahkan untuk disetujui").click()
        await expect(page.get_by_text("Draf ini menunggu penyetuju.")).to_be_visible()
        draft = page.url.split("#")[0]

        await sign_in(page, url, "penyetuju1")
        await page.goto(f"{draft}/terbit")
        await expect(page.locator("ins")).to_contain_text("ANTAR")
        await page.get_by_label("Yang perlu diubah").fill("Pakai nama resmi")
        await page.get_by_role("button", name="Kembalikan", exact=True).click()

        await sign_in(page, url, "penulis1")
        await page.goto(draft)
        await expect(page.get_by_text("Pakai nama resmi")).to_be_visible()
        await page.get_by_label("Nama singkat").fill("ANDAL")
        await press(page, "Tinjau dan terbitkan")
        await page.get_by_role("button", name="Serahkan untuk disetujui").click()

        await sign_in(page, url, "penyetuju1")
        await page.goto(f"{draft}/terbit")
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_text("Tersimpan. Perubahan ditandatangani")).to_be_visible()
    [changed] = own(hub)
    assert changed.fields["short_name"] == "ANDAL"
    assert changed.last_own >= before


async def test_a_draft_that_is_handed_over_or_given_back_is_a_task_on_the_first_page(
    hub: Node,
) -> None:
    settings = NodeSettings(port=0, second_person_approves=True)
    record = publish(hub, TITLE)
    async with answering(hub, settings) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await page.get_by_label("Nama singkat").fill("ANTAR")
        await press(page, "Tinjau dan terbitkan")
        await page.get_by_role("button", name="Serahkan untuk disetujui").click()
        await sign_in(page, url, "penyetuju1")
        await page.goto(url)
        await page.get_by_role("link", name="Draf menunggu persetujuan Anda").click()
        await page.goto(f"{page.url}/terbit")
        await page.get_by_label("Yang perlu diubah").fill("Pakai nama resmi")
        await page.get_by_role("button", name="Kembalikan", exact=True).click()
        await sign_in(page, url, "penulis1")
        await page.goto(url)
        await page.get_by_role("link", name="Draf dikembalikan kepada Anda").click()
        await expect(page.get_by_text("Pakai nama resmi")).to_be_visible()


async def test_nobody_signs_over_a_change_that_they_have_not_seen(hub: Node) -> None:
    record = publish(hub, TITLE, short_name="AO")
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await page.get_by_label("Nama singkat").fill("ANTAR")
        await press(page, "Tinjau dan terbitkan")
        publish(hub, TITLE, record=record, short_name="LAIN")
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_role("alert")).to_contain_text("baru saja berubah")
        await expect(page.locator("del")).to_contain_text("LAIN")
        await expect(page.get_by_text("Diubah orang lain sejak draf dimulai")).to_be_visible()
        await page.get_by_role("button", name="Tandatangani dan terbitkan").click()
        await expect(page.get_by_text("Tersimpan. Perubahan ditandatangani")).to_be_visible()
    [changed] = own(hub)
    assert changed.fields["short_name"] == "ANTAR"


async def test_two_people_do_not_overwrite_each_other_in_one_draft(hub: Node) -> None:
    record = publish(hub, TITLE)
    async with (
        quiet_pages_of(hub) as url,
        open_page(has_scripts=False) as page,
        open_page(has_scripts=False) as other,
    ):
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await sign_in(other, url, "operator1")
        await other.goto(f"{url}/inovasi/{record}/ubah")
        await other.get_by_label("Nama singkat").fill("DULUAN")
        await press(other, "Simpan draf")
        await page.get_by_label("Nama singkat").fill("BELAKANGAN")
        await press(page, "Simpan draf")
        await expect(page.get_by_text("sudah disimpan di tempat lain")).to_be_visible()
    [draft] = hub.db.read_sync(drafts.every)
    assert draft.fields["short_name"] == "DULUAN"


async def test_a_draft_is_thrown_away_only_after_a_question(hub: Node) -> None:
    record = publish(hub, TITLE)
    async with quiet_pages_of(hub) as url, open_page(has_scripts=False) as page:
        await sign_in(page, url, "penulis1")
        await page.goto(f"{url}/inovasi/{record}/ubah")
        await page.get_by_role("link", name="Buang draf").click()
        assert len(hub.db.read_sync(drafts.every)) == 1
        await page.get_by_role("button", name="Buang draf").click()
        await expect(page.get_by_text("Draf dibuang.")).to_be_visible()
        assert page.url.endswith(f"/inovasi/{record}")
    assert hub.db.read_sync(drafts.every) == []
