"""The first hour of an operator as one story: only clicks, and only what is on the screen."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import FilePayload, Page, expect

from central.casework.conflicts import curate
from hubnode.node import Node
from protocol.fingerprints import words
from tests.support.browsers import open_page
from tests.support.federation import FederationUnderTest
from tests.support.hub_pages import PASSWORD, pages_of
from tests.support.import_pages import press, row, sheet
from tests.support.nodes import publish
from tests.support.stories import contents

pytestmark = pytest.mark.browser

TITLE = "Antar obat sampai rumah"
SHIP, REPLICA = "Ambulans laut kepulauan", "Ambulans laut Nusa Penida"
FILE = sheet(row("A1", "Bank sampah banjar"), row("A2", "Lapor jalan", started="dua ribu"))


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody in front of a screen, and a centre that decides when it is asked to."""

    page: Page
    federation: FederationUnderTest

    async def go_to(self, place: str) -> None:
        """By the menu."""
        menu = self.page.get_by_role("navigation", name="Halaman utama")
        await menu.get_by_role("link", name=place).click()

    async def press(self, button: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).last.click()

    async def follow(self, link: str) -> None:
        await self.page.locator("main").get_by_role("link", name=link).first.click()

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def sync(self) -> None:
        """Presses the button, waits until the run is in the history, and lets the centre decide."""
        await self.go_to("Sinkronisasi")
        before = await self._ended_count()
        button = self.page.get_by_role("button", name=re.compile("(Kirim|Sinkronkan) sekarang"))
        await button.first.click()
        await self.sees("Sinkronisasi dimulai.")
        await expect(self.page.get_by_role("region", name="Kemajuan")).to_be_visible()
        while await self._ended_count() == before:
            await self.page.wait_for_timeout(300)
            await self.go_to("Sinkronisasi")
        await self.federation.settle()

    async def _ended_count(self) -> int:
        """Runs of the history that are over."""
        history = self.page.get_by_role("region", name="Riwayat")
        return await history.get_by_text("✓ Berhasil").count()


async def test_the_first_hour_of_an_operator(federation: FederationUnderTest) -> None:
    ship = await a_neighbour_shares(federation)
    node = await federation.fresh("new")
    async with pages_of(node) as url, open_page() as page:
        page.on("dialog", lambda asked: asked.accept())
        operator = Operator(page, federation)
        await page.goto(url)
        await makes_an_account(operator)
        await enrols(operator, await federation.invitation("51"))
        await imports_a_file(operator)
        await writes_an_innovation(operator)
        await operator.sync()
        await operator.sync()
        await operator.sees("Tersinkron")
        await ends_a_conflict(operator, node)
        await replicates(operator)
        await looks_back(operator)
    found = contents(federation.centre.db, federation.centre.documents)
    published = b"".join(found.values())
    for title in (TITLE, "Bank sampah banjar", "Lapor jalan", REPLICA):
        assert title.encode() in published, title
    assert any(REPLICA.encode() in it and ship.encode() in it for it in found.values())


async def a_neighbour_shares(federation: FederationUnderTest) -> str:
    """Makassar has published what Bali will look for."""
    makassar = await federation.hub("73")
    ship = publish(makassar, SHIP, summary="Kapal ambulans menjemput pasien pulau kecil.")
    await federation.sync(makassar)
    return ship


async def makes_an_account(operator: Operator) -> None:
    page = operator.page
    await operator.sees("Node ini untuk apa?")
    await page.get_by_label("Nama akun").fill("operator1")
    await page.get_by_label(re.compile("^Kata sandi")).fill(PASSWORD)
    await page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    await operator.press("Buat akun")


async def enrols(operator: Operator, invitation: str) -> None:
    """Compares by telephone what the centre's admin reads aloud."""
    aloud = " ".join(words(operator.federation.centre.fingerprint))
    await operator.page.get_by_label("Undangan").fill(invitation)
    await operator.press("Lanjut")
    await operator.sees(aloud)
    await operator.press("Sama; daftarkan")
    await operator.sees("Hub ini terdaftar")
    await operator.sees("Bacakan kedelapan kata kunci hub ini")


async def imports_a_file(operator: Operator) -> None:
    page = operator.page
    await operator.follow("Impor dari lembar kerja")
    file = FilePayload(name="inovasi.csv", mimeType="text/csv", buffer=FILE)
    await page.get_by_label("Berkas", exact=True).set_input_files(file)
    await press(page, "Unggah dan tinjau")
    await operator.sees("“dua ribu” bukan tahun")
    await operator.follow("Perbaiki 1 baris di sini")
    await page.get_by_label("started").fill("2023")
    await press(page, "Simpan dan periksa lagi")
    await press(page, "Impor 2 inovasi")
    await operator.sees("Impor selesai.")


async def writes_an_innovation(operator: Operator) -> None:
    page = operator.page
    await operator.go_to("Inovasi")
    await operator.follow("Tulis inovasi")
    await page.get_by_label("Judul inovasi").fill(TITLE)
    await page.get_by_label("Ringkasan").fill("Obat diantar ke rumah pasien lansia.")
    await fills_in_who_and_where(page)
    await signs(operator)
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


async def fills_in_who_and_where(page: Page) -> None:
    await page.get_by_label("Nama instansi").fill("Dinas Kesehatan Kota Denpasar")
    await page.get_by_label("Jenis instansi").select_option("kota")
    await page.get_by_role("combobox", name=re.compile("^Wilayah")).first.select_option("51.71")
    await page.get_by_label("Mulai implementasi").fill("2024")


async def signs(operator: Operator) -> None:
    await operator.press("Tinjau dan terbitkan")
    await operator.press("Tandatangani dan terbitkan")
    await operator.sees("Tersimpan. Perubahan ditandatangani")


async def ends_a_conflict(operator: Operator, node: Node) -> None:
    """A curator at the centre and this hub write the same field without seeing each other."""
    centre, page = operator.federation.centre, operator.page
    [record] = [
        it for it, body in contents(node.db, node.documents).items() if TITLE.encode() in body
    ]
    summary = "Obat diantar gratis ke rumah pasien lansia."
    centre.db.run_sync(
        lambda conn: curate(
            conn, centre, record=record, set_={"summary": summary}, by="rina", agency="panrb"
        )
    )
    await operator.go_to("Inovasi")
    await operator.follow(TITLE)
    await operator.follow("Ubah")
    await page.get_by_label("Ringkasan").fill("Kurir puskesmas mengantar obat ke rumah.")
    await signs(operator)
    await operator.sync()
    await operator.sync()
    await operator.go_to("Beranda")
    await operator.sees("Perlu tindakan")
    await operator.go_to("Keputusan")
    await operator.follow(TITLE)
    await page.get_by_label("Nilai hub ini").check()
    await operator.press("Tandatangani")
    await operator.sees("Nilai ditandatangani.")
    await operator.sync()
    await operator.sync()
    await operator.go_to("Keputusan")
    await operator.sees("Tidak ada yang menunggu")


async def replicates(operator: Operator) -> None:
    page = operator.page
    await operator.go_to("Katalog nasional")
    await page.get_by_role("searchbox").fill("ambulans")
    await page.get_by_role("search").get_by_role("button", name="Cari").click()
    await operator.follow(SHIP)
    await operator.follow("Replikasi inovasi ini")
    await page.get_by_label("Minat dalam satu kalimat").fill("Surat minat 12/2026")
    await operator.press("Nyatakan minat")
    await operator.sees("Menunggu pusat")
    await operator.go_to("Inovasi")
    await operator.follow(SHIP)
    await page.get_by_label("Judul inovasi").fill(REPLICA)
    await fills_in_who_and_where(page)
    await signs(operator)
    await operator.sync()
    await operator.sync()


async def looks_back(operator: Operator) -> None:
    """At the runs, and at what the centre has signed for."""
    page = operator.page
    await operator.go_to("Sinkronisasi")
    history = page.get_by_role("region", name="Riwayat")
    assert await history.get_by_text("✓ Berhasil").count() >= 5
    await page.get_by_text("Tanda terima terakhir").click()
    await expect(page.get_by_label("Tanda terima").first).to_contain_text("/hub/51")
