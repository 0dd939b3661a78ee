"""Records come in from spreadsheets: looked at first, mended in the browser, and taken back."""

from dataclasses import replace

import pytest
from playwright.async_api import Page

from hubnode.imports.stages import Progress, Stages
from hubnode.imports.undo import latest_import, undo_import
from hubnode.imports.uploads import FOLDER, Phase, Uploads
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store import identity, outbox, records
from hubnode.web.import_jobs import Stopped
from hubnode.web.site import Role
from tests.support.browsers import open_page
from tests.support.hub_accounts import employ, sign_in
from tests.support.hub_pages import make_first_account, pages_of, quiet_pages_of
from tests.support.import_pages import bring, figures, press, row, sheet

pytestmark = pytest.mark.browser

GOOD = (row("A1", "Antar Obat"), row("A2", "Pasar Daring"))
SECOND = NodeSettings(second_person_approves=True)
WRONG = row("A3", "Lapor Sampah", started="dua ribu")


def shown_titles(node: Node) -> set[str]:
    """Titles of the records that are not withdrawn."""
    found = node.db.read_sync(lambda conn: records.page(conn, limit=2_000))
    return {str(it.fields["title"]) for it in found if not it.withdrawn}


def text_of(node: Node, field: str) -> set[str]:
    found = node.db.read_sync(lambda conn: records.page(conn, limit=2_000))
    return {str(it.fields.get(field, "")) for it in found}


async def pending(node: Node) -> int:
    return await node.db.read(outbox.count)


async def uploads_count(node: Node) -> int:
    return len(Uploads(node.folder / FOLDER).every())


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_a_file_is_reviewed_mended_imported_and_taken_back(
    hub: Node, *, has_scripts: bool
) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=has_scripts) as page:
        page.on("dialog", lambda asked: asked.accept())
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, WRONG))
        assert await figures(page) == [2, 0, 0, 1]
        assert await page.get_by_text("“dua ribu” bukan tahun").is_visible()
        assert shown_titles(hub) == set()

        await page.get_by_role("link", name="Perbaiki 1 baris di sini").click()
        await page.get_by_label("started").fill("2023")
        await press(page, "Simpan dan periksa lagi")
        assert await figures(page) == [3, 0, 0, 0]

        await press(page, "Impor 3 inovasi")
        assert await page.get_by_text("Impor selesai.").is_visible()
        assert await page.get_by_role("link", name="Lapor Sampah").is_visible()
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring", "Lapor Sampah"}
        assert await uploads_count(hub) == 0

        await page.get_by_role("link", name="Batalkan seluruh impor").click()
        assert await page.get_by_text("3 inovasi ditarik, karena impor ini membuatnya").is_visible()
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring", "Lapor Sampah"}
        await press(page, "Kembalikan 3 inovasi dan tandatangani")
        assert await page.get_by_text("3 inovasi dikembalikan").is_visible()
        assert shown_titles(hub) == set()


async def test_the_valid_rows_are_imported_and_the_others_wait(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, WRONG))
        await press(page, "Impor 2 inovasi")
        assert await page.get_by_role("heading", name="1 baris belum diimpor").is_visible()
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring"}
        await page.get_by_role("link", name="Perbaiki 1 baris di sini").click()
        await page.get_by_label("started").fill("2023")
        await press(page, "Simpan dan periksa lagi")
        assert await figures(page) == [1, 0, 2, 0]
        await press(page, "Impor 1 inovasi")
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring", "Lapor Sampah"}


async def test_the_file_with_its_errors_is_mended_in_a_spreadsheet(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, WRONG))
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="CSV", exact=True).click()
        data = (await (await coming.value).path()).read_bytes()
        assert "bukan tahun" in data.decode("utf-8-sig")
        await bring(page, url, data.replace(b"dua ribu", b"2023"))
        assert await figures(page) == [3, 0, 0, 0]


COLUMNS = ("No Registrasi", "Nama Inovasi", "OPD", "Tahapan", "Tanggal", "Uraian")
ROWS = (
    ("R-1", "Antar Obat", "Dinas Kesehatan", "Uji Coba", "03/02/2021", "Obat diantar."),
    ("R-2", "Pasar Daring", "Dinas Perdagangan", "penerapan", "2022", "Pasar di ponsel."),
)


async def map_columns(page: Page) -> None:
    """What a person adds to what the headings suggest."""
    await page.get_by_label("Tanggal", exact=True).select_option("Mulai implementasi")
    await page.get_by_label("Jenis instansi").select_option("kota")
    await page.get_by_label("Kode wilayah Kemendagri").fill("51.71")
    await page.get_by_label("Tanggal ditulis sebagai").select_option("DD/MM/YYYY")
    await page.get_by_label("Nama pemetaan").fill("Daftar Dinas")


async def test_columns_are_mapped_once_and_the_next_file_is_recognised(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*ROWS, columns=COLUMNS))
        assert await page.get_by_role("heading", name="Pilih arti tiap kolom").is_visible()
        assert await page.get_by_label("Nama Inovasi").input_value() == "title"
        await map_columns(page)
        await press(page, "Simpan dan tinjau")
        assert await figures(page) == [2, 0, 0, 0]
        await press(page, "Impor 2 inovasi")
        assert text_of(hub, "stage") == {"uji_coba", "penerapan"}
        assert text_of(hub, "started") == {"2021-02-03", "2022"}

        changed = (*ROWS[0][:5], "Obat diantar setiap hari.")
        await bring(page, url, sheet(changed, ROWS[1], columns=COLUMNS))
        assert await page.get_by_text("daftar-dinas").is_visible()
        assert await figures(page) == [0, 1, 1, 0]
        await page.get_by_role("link", name="Ubah pemetaan").click()
        assert await page.get_by_label("Kolom pengenal baris").input_value() == "No Registrasi"
        assert await page.get_by_label("Tanggal ditulis sebagai").input_value() == "DD/MM/YYYY"


async def test_choices_that_cannot_be_a_mapping_are_told_and_kept(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*ROWS, columns=COLUMNS))
        await page.get_by_label("Uraian").select_option("Judul inovasi")
        await page.get_by_label("Kode wilayah Kemendagri").fill("51.71")
        await press(page, "Simpan dan tinjau")
        assert await page.get_by_role("alert").get_by_text("Dua kolom dipetakan").is_visible()
        assert await page.get_by_label("Kode wilayah Kemendagri").input_value() == "51.71"
        await page.get_by_label("Uraian").select_option("Ringkasan")
        await page.get_by_label("Nama pemetaan").fill("lan")
        await press(page, "Simpan dan tinjau")
        assert await page.get_by_text("Nama pemetaan itu sudah dipakai.").is_visible()


PRIVATE = row("A4", "Jemput Bola", summary="Hubungi 0812-3456-7890 untuk layanan.")


async def test_personal_data_is_asked_about_before_anything_is_signed(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, PRIVATE))
        await press(page, "Impor 2 inovasi")
        assert await page.get_by_text("Jawab dulu pertanyaan tentang data pribadi.").is_visible()
        assert await pending(hub) == 0
        await press(page, "Hapus data pribadi dari semua baris itu")
        assert await figures(page) == [3, 0, 0, 0]
        await press(page, "Impor 3 inovasi")
        assert "Hubungi [data pribadi dihapus] untuk layanan." in text_of(hub, "summary")


async def test_rows_with_personal_data_are_left_out_by_one_answer(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD, PRIVATE))
        await page.get_by_label("Biarkan 1 baris dengan data pribadi di luar impor").check()
        await press(page, "Impor 2 inovasi")
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring"}


def rows_of(count: int) -> list[tuple[str, ...]]:
    return [row(f"K{number}", f"Layanan Nomor {number}") for number in range(count)]


async def begin_and_be_killed(hub: Node) -> None:
    """An import of which the first transaction is stored, as a killed service leaves it."""
    uploads = Uploads(hub.folder / FOLDER)
    who = await hub.db.read(identity.get)
    [upload] = uploads.every()
    assert who is not None
    shown = (uploads.check(upload) or {})["token"]
    upload = replace(upload, phase=Phase.IMPORTING, importer="operator1", shown=shown)
    stages = Stages(node=hub, identity=who, uploads=uploads)
    begun: list[int] = []

    def stop(_count: int) -> None:
        if len(begun) > 1:  # the first time, it is looked at once more
            raise Stopped

    with pytest.raises(Stopped):
        stages.commit(upload, Progress(begin=begun.append, advance=stop))


async def test_an_interrupted_import_goes_on_and_is_taken_back_as_one(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        page.on("dialog", lambda asked: asked.accept())
        await make_first_account(page, url)
        await bring(page, url, sheet(*rows_of(700)))
        await begin_and_be_killed(hub)
        assert len(shown_titles(hub)) == 500
        await page.goto(page.url)
        assert await page.get_by_role("heading", name="Impor terputus").is_visible()
        await press(page, "Lanjutkan")
        assert len(shown_titles(hub)) == 700
        await page.get_by_role("link", name="Batalkan seluruh impor").click()
        await press(page, "Kembalikan 700 inovasi")
        assert await page.get_by_text("700 inovasi dikembalikan").is_visible()


async def test_an_undo_that_was_interrupted_is_gone_on_with(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*rows_of(501)))
        await press(page, "Impor 501 inovasi")
        run, who = hub.db.read_sync(lambda conn: (latest_import(conn), identity.get(conn)))
        assert who is not None
        with pytest.raises(InterruptedError):
            undo_import(hub, who, run, by="operator1", advance=interrupt)
        await page.goto(f"{url}/impor/riwayat/{run.id}")
        assert await page.get_by_text("500 dari 501 inovasi sudah dikembalikan").is_visible()
        await page.get_by_role("link", name="Lanjutkan pembatalan").click()
        assert await page.get_by_text("500 dari 501 inovasi sudah dikembalikan").is_visible()
        await press(page, "Kembalikan 1 inovasi")
        assert await page.get_by_text("1 inovasi dikembalikan seperti sebelumnya.").is_visible()
    assert shown_titles(hub) == set()


def interrupt(_count: int) -> None:
    raise InterruptedError


async def test_where_a_second_person_approves_an_editor_prepares_what_another_imports(
    hub: Node,
) -> None:
    employ(hub, "editor1", Role.EDITOR)
    async with quiet_pages_of(hub, SECOND) as url, open_page() as page:
        await sign_in(page, url, "editor1")
        await bring(page, url, sheet(*GOOD))
        assert await figures(page) == [2, 0, 0, 0]
        assert await page.get_by_text("Perubahan diterbitkan oleh penyetuju.").is_visible()
        assert await page.get_by_role("button", name="Impor").count() == 0


async def test_rows_that_are_gone_withdraw_only_what_somebody_counted(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD))
        await press(page, "Impor 2 inovasi")
        await bring(page, url, sheet(GOOD[0]))
        await press(page, "Tarik yang tidak ada lagi")
        assert await page.get_by_text("Tidak ada yang berubah.").is_visible()
        await page.get_by_label("Tarik juga 1 inovasi").check()
        await press(page, "Tarik yang tidak ada lagi")
        assert shown_titles(hub) == {"Antar Obat", "Pasar Daring"}
        await page.get_by_label("Tarik juga 1 inovasi").check()
        await page.get_by_label("tulis jumlahnya").fill("1")
        await press(page, "Tarik yang tidak ada lagi")
    assert shown_titles(hub) == {"Antar Obat"}


async def test_nothing_is_withdrawn_by_a_file_with_faults(hub: Node) -> None:
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(*GOOD))
        await press(page, "Impor 2 inovasi")
        await bring(page, url, sheet(WRONG))
        assert await page.get_by_text("Perbaiki dulu baris yang salah.").is_visible()
        assert await page.get_by_role("button", name="Tarik yang tidak ada lagi").count() == 0
