"""What was shown is what happens: a review is imported as it was read, and an undo asks first."""

import pytest

from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import outbox, records
from hubnode.web.site import Role
from tests.support.browsers import open_page
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import make_first_account, pages_of, quiet_pages_of
from tests.support.import_pages import TEMPLATE, bring, figures, press, row, sheet
from tests.support.nodes import publish, withdraw

pytestmark = pytest.mark.browser

GOOD = (row("A1", "Antar Obat"), row("A2", "Pasar Daring"))
SECOND = NodeSettings(second_person_approves=True)
FLOOD = "pusat menahannya sampai seseorang memeriksa"
CHANGED = "berubah sesudah tinjauan yang Anda lihat"


def record_called(hub: Node, title: str) -> str:
    every = hub.db.read_sync(lambda conn: records.page(conn, limit=100))
    return next(it.id for it in every if it.fields["title"] == title)


async def pending(hub: Node) -> int:
    return await hub.db.read(outbox.count)


async def test_the_review_says_what_is_signed_and_sent_and_so_does_its_button(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD))
        said = await page.locator("main").inner_text()
        assert "2 baru, 0 berubah akan disimpan, lalu ditandatangani dengan kunci hub ini" in said
        assert "dikirim ke pusat pada sinkronisasi berikutnya" in said
        await press(page, "Impor 2 inovasi, lalu tandatangani dan kirim")
        told = "Perubahannya ditandatangani dan dikirim ke pusat pada sinkronisasi berikutnya."
        assert await page.get_by_text(told).is_visible()


async def test_the_review_names_the_columns_that_are_not_read(hub: Node) -> None:
    columns = (*TEMPLATE[:-1], "Ringkasan inovasi")
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(row("A1", "Antar Obat", summary="Obat"), columns=columns))
        assert await page.get_by_text("Tidak dibaca dari berkas: Ringkasan inovasi").is_visible()
        await bring(page, url, sheet(*GOOD))
        assert await page.get_by_text("Tidak dibaca dari berkas").count() == 0


async def test_a_withdrawal_that_makes_a_flood_of_it_is_said_so(hub: Node) -> None:
    many = [row(f"A{number}", f"Antar Obat {number}") for number in range(30)]
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*many))
        await press(page, "Impor 30 inovasi")
        changed = [row(f"A{number}", f"Obat Tiba {number}") for number in range(11)]
        await bring(page, url, sheet(*changed, *many[11:21]))
        assert await page.get_by_text(FLOOD).count() == 0
        await bring(page, url, sheet(*changed, *many[11:20]))
        box = page.get_by_label("Tarik juga 10 inovasi")
        note = page.get_by_text(FLOOD)
        assert await box.is_visible()
        assert await note.is_visible()


async def test_where_a_second_person_approves_the_button_is_the_approval(hub: Node) -> None:
    employ(hub, "penyetuju1", Role.APPROVER)
    async with quiet_pages_of(hub, SECOND) as url, open_page() as page:
        await sign_in(page, url, "penyetuju1")
        await bring(page, url, sheet(*GOOD))
        assert await page.get_by_text("Anda menyetujui seluruh impor").is_visible()


async def test_who_may_not_import_reads_what_would_happen_too(hub: Node) -> None:
    employ(hub, "editor1", Role.EDITOR)
    async with quiet_pages_of(hub, SECOND) as url, open_page() as page:
        await sign_in(page, url, "editor1")
        await bring(page, url, sheet(*GOOD))
        assert await page.get_by_text("2 baru, 0 berubah").is_visible()


async def test_an_import_that_would_do_something_else_by_now_is_shown_instead(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD))
        await press(page, "Impor 2 inovasi")
        await bring(page, url, sheet(row("A1", "Antar Obat Kilat"), GOOD[1]))
        assert await figures(page) == [0, 1, 1, 0]
        publish(hub, "Antar Obat Kilat", record=record_called(hub, "Antar Obat"))
        before = await pending(hub)
        await press(page, "Impor 1 inovasi")
        assert await page.get_by_role("alert").get_by_text(CHANGED).is_visible()
        assert await figures(page) == [0, 0, 2, 0]
        assert await pending(hub) == before


async def test_the_new_review_may_be_imported(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(GOOD[0]))
        await press(page, "Impor 1 inovasi")
        await bring(page, url, sheet(row("A1", "Antar Obat Kilat")))
        withdraw(hub, record_called(hub, "Antar Obat"))
        await press(page, "Impor 1 inovasi")
        assert await page.get_by_text(CHANGED).is_visible()
        assert await page.get_by_text("sudah ditarik dan tetap ditarik").is_visible()
        await press(page, "Impor 1 inovasi")
        assert await page.get_by_text("Impor selesai.").is_visible()


async def test_what_happens_to_other_fields_meanwhile_changes_no_review(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(GOOD[0]))
        await press(page, "Impor 1 inovasi")
        await bring(page, url, sheet(row("A1", "Antar Obat Kilat")))
        record = record_called(hub, "Antar Obat")
        publish(hub, "Antar Obat", record=record, summary="Obat diantar ke rumah.")
        await press(page, "Impor 1 inovasi")
        assert await page.get_by_text("Impor selesai.").is_visible()


async def test_a_review_in_another_window_is_not_imported_in_place_of_the_newer_one(
    hub: Node,
) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, row("A3", "Lapor Sampah", started="dua ribu")))
        other = await page.context.new_page()
        await other.goto(page.url)
        await other.get_by_role("link", name="Perbaiki 1 baris di sini").click()
        await other.get_by_label("started").fill("2023")
        await press(other, "Simpan dan periksa lagi")
        await press(page, "Impor 2 inovasi")
        assert await page.get_by_role("alert").get_by_text(CHANGED).is_visible()
        assert await pending(hub) == 0


async def test_a_form_without_a_review_imports_nothing(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD))
        await page.locator("input[name=shown]").evaluate("it => it.remove()")
        await press(page, "Impor 2 inovasi")
        assert await page.get_by_text(CHANGED).is_visible()
        assert await pending(hub) == 0


async def test_an_undo_says_first_what_is_taken_back_and_what_stays(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, row("A3", "Lapor Sampah")))
        await press(page, "Impor 3 inovasi")
        edited, hidden = record_called(hub, "Antar Obat"), record_called(hub, "Lapor Sampah")
        publish(hub, "Antar Obat Kilat", record=edited)
        withdraw(hub, hidden)
        before = await pending(hub)
        await page.get_by_role("link", name="Batalkan seluruh impor").click()
        said = await page.locator("main").inner_text()
        assert "1 inovasi ditarik, karena impor ini membuatnya" in said
        assert "2 inovasi dibiarkan, seluruhnya atau sebagian" in said
        assert await pending(hub) == before
        await press(page, "Kembalikan 1 inovasi dan tandatangani")
        stays = page.get_by_role("region", name="Yang dibiarkan")
        link = stays.get_by_role("link", name="Antar Obat Kilat")
        assert await link.get_attribute("href") == f"/inovasi/{edited}"
        assert await stays.get_by_text("Judul inovasi").is_visible()
        assert await stays.get_by_text("ditarik atau ditampilkan lagi").is_visible()


async def test_an_undo_that_was_done_is_not_asked_about_again(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(GOOD[0]))
        await press(page, "Impor 1 inovasi")
        await page.get_by_role("link", name="Batalkan seluruh impor").click()
        asked = page.url
        await press(page, "Kembalikan 1 inovasi")
        await page.goto(asked)
        assert await page.get_by_role("heading", name="Dibatalkan").is_visible()
