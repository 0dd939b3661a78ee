"""Files as they come: broken, foreign, real. Each gets a sentence, and nothing is imported."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from hubnode.imports.mapping import READY_MADE
from hubnode.imports.uploads import FOLDER, UPLOADS_MAX, Upload, Uploads
from hubnode.node import Node
from hubnode.web import receiving
from hubnode.web.import_words import READY_MADE_WORDS
from runtime.http.problem_responses import problem_of
from tests.support.browsers import open_page
from tests.support.hub_pages import PASSWORD, make_first_account, pages_of
from tests.support.import_pages import bring, figures, press, row, sheet
from tests.support.shared import SHARED, needs_shared

pytestmark = pytest.mark.browser

BROKEN = SHARED / "vectors" / "xlsx" / "calamine"
SAMPLES = Path(__file__).parents[1] / "hubnode" / "imports" / "samples"
LAN = SHARED / "data" / "lan_inovasi_2018.csv"


EXPIRED = problem_of("form_expired").status


def kept(node: Node) -> list[Upload]:
    return Uploads(node.folder / FOLDER).every()


@asynccontextmanager
async def signed_in(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody whose browser is a program."""
    jar = aiohttp.CookieJar(unsafe=True)
    account = {"name": "operator1", "password": PASSWORD, "again": PASSWORD}
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.post(f"{url}/mulai", data=account) as answer:
            assert answer.status == 200
        yield session


async def token_of(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(f"{url}/impor") as answer:
        found = re.search('name="csrf" value="([0-9a-f]+)"', await answer.text())
    assert found is not None
    return found[1]


async def send(
    session: aiohttp.ClientSession, url: str, name: str, data: bytes, *, token: str | None = None
) -> tuple[int, str]:
    """Uploads a file; the status and the page that answer."""
    form = aiohttp.FormData()
    form.add_field("csrf", await token_of(session, url) if token is None else token)
    form.add_field("file", io.BytesIO(data), filename=name)
    async with session.post(f"{url}/impor", data=form) as answer:
        return answer.status, await answer.text()


@needs_shared("vectors/xlsx")
async def test_a_broken_or_foreign_workbook_gets_a_sentence(hub: Node) -> None:
    async with pages_of(hub) as url, signed_in(url) as session:
        for file in sorted(BROKEN.glob("*.*")):
            status, text = await send(session, url, file.name, file.read_bytes())
            assert (file.name, status in {200, 422}) == (file.name, True)
            assert "<h1>" in text
            assert "<code>internal</code>" not in text, file.name
            Uploads(hub.folder / FOLDER).discard(kept(hub)[0].id if kept(hub) else "")


@needs_shared("data/lan_inovasi_2018.csv")
async def test_the_real_file_of_lan_is_recognised(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, LAN.read_bytes(), name=LAN.name)
        assert await page.get_by_text("200 baris diperiksa dengan pemetaan lan").is_visible()
        new, _, _, faulty = await figures(page)
        assert new + faulty == 200


@pytest.mark.parametrize(
    ("name", "mapping", "rows"),
    [("inoland.json", "inoland", 5), ("iga.csv", "iga", 4), ("sinovik.csv", "sinovik", 5)],
)
async def test_a_file_of_another_system_is_recognised(
    hub: Node, name: str, mapping: str, rows: int
) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, (SAMPLES / name).read_bytes(), name=name)
        sentence = f"{rows} baris diperiksa dengan pemetaan {mapping}"
        assert await page.get_by_text(sentence).is_visible()
        new, _, _, faulty = await figures(page)
        assert new + faulty == rows


def test_every_ready_made_mapping_says_what_it_is_for() -> None:
    assert READY_MADE_WORDS.keys() == {*READY_MADE}


async def test_another_kind_of_file_is_refused_with_what_to_do(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, b"%PDF-1.7", name="laporan.pdf")
        assert await page.get_by_role("alert").get_by_text("Pakai XLSX, CSV").is_visible()
        assert kept(hub) == []


async def test_column_names_further_down_are_found_by_their_row(hub: Node) -> None:
    data = b"Daftar Inovasi 2024\n\n" + sheet(row("A1", "Antar Obat"))
    async with pages_of(hub) as url, open_page(has_scripts=False) as page:
        await make_first_account(page, url)
        await bring(page, url, data)
        await page.get_by_text("Judul kolom ada di lembar atau baris lain?").click()
        await page.get_by_label("Baris judul kolom").fill("3")
        await press(page, "Baca lagi")
        assert await figures(page) == [1, 0, 0, 0]


async def test_the_template_comes_back_as_it_is_asked_for(hub: Node) -> None:
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await page.goto(f"{url}/impor")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Unduh templat kosong").click()
        data = (await (await coming.value).path()).read_bytes()
        await bring(page, url, data, name="templat.xlsx")
        assert await page.get_by_text("Tidak ada baris di bawah judul kolom.").is_visible()


async def test_too_many_unfinished_files_are_refused(hub: Node) -> None:
    uploads = Uploads(hub.folder / FOLDER)
    for number in range(UPLOADS_MAX):
        uploads.begin(id_=f"{number:016x}", name="a.csv", by="rina", at=hub.clock.now())
    async with pages_of(hub) as url, open_page() as page:
        await make_first_account(page, url)
        await bring(page, url, sheet(row("A1", "Antar Obat")))
        assert await page.get_by_role("alert").get_by_text("Sudah ada 20 berkas").is_visible()


async def test_a_file_from_another_sites_form_is_not_kept(hub: Node) -> None:
    data = sheet(row("A1", "Antar Obat"))
    async with pages_of(hub) as url, signed_in(url) as session:
        for token in ("", "0" * 64):
            assert (await send(session, url, "a.csv", data, token=token))[0] == EXPIRED
        async with session.post(f"{url}/impor", data=b"x") as answer:
            assert answer.status == 400
    assert kept(hub) == []


async def test_a_file_over_the_limit_is_read_to_its_end_and_answered(
    hub: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FILE_BYTES_MAX", 1_000_000)
    async with pages_of(hub) as url, signed_in(url) as session:
        status, text = await send(session, url, "a.csv", b"x" * 3_000_000)
    assert (status, kept(hub)) == (422, [])
    assert "Berkas ini terlalu besar." in text


async def test_a_file_that_is_cut_on_its_way_is_not_kept(hub: Node) -> None:
    async with pages_of(hub) as url, signed_in(url) as session:
        token = await token_of(session, url)
        part = 'Content-Disposition: form-data; name="{0}"{1}\r\n\r\n'
        begun = f"--x\r\n{part.format('csrf', '')}{token}\r\n--x\r\n"
        begun += part.format("file", '; filename="a.csv"') + "kode,title\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        async with session.post(f"{url}/impor", data=begun.encode(), headers=headers) as answer:
            assert answer.status == 400
    assert kept(hub) == []
