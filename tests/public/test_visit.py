"""A visitor's visit: find, open, compare, check, cite, look at the map and at what is missing.

Without a script, in a real browser; the proof is checked with the very command that the page says.
"""

import shlex
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.support.browsers import NARROW, open_page
from tests.support.commands import command
from tests.support.screens import assert_readable
from tests.support.visitors import HEALTH, Catalogue

pytestmark = pytest.mark.browser


async def heading(page: Page) -> str:
    return await page.locator("h1").inner_text()


async def find(page: Page, catalogue: Catalogue) -> None:
    """By words, then to a replication and back along the family tree."""
    await page.goto(catalogue.url)
    await page.get_by_label("Kata yang dicari").fill("antrean")
    await page.get_by_role("button", name="Cari").click()
    await page.get_by_role("link", name="Antrean daring puskesmas").click()
    assert await heading(page) == "Antrean daring puskesmas"
    await page.locator(".tree").get_by_role("link", name="Antre dari rumah").click()
    assert await heading(page) == "Antre dari rumah Makassar"
    await page.locator(".tree").get_by_role("link", name="Antrean daring").click()


async def check(page: Page, catalogue: Catalogue, folder: Path) -> None:
    """Downloads the proof file and types the command that the page says."""
    await page.get_by_role("link", name="Periksa sendiri").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Unduh berkas bukti").click()
    file = folder / (await download.value).suggested_filename
    await (await download.value).save_as(file)
    typed = shlex.split(await page.locator("#perintah").inner_text())
    assert typed[:3] == ["hubnode", "verify", file.name]
    said = command("hubnode", "verify", str(file), *typed[3:])
    assert (said.code, catalogue.queue in said.out + said.err) == (0, True), said


async def cite(page: Page, catalogue: Catalogue) -> None:
    """Reads the citation and takes it along as a file."""
    cited = await page.locator("#kutipan").inner_text()
    assert "Dinas Kesehatan Provinsi Bali (2019). Antrean daring puskesmas." in cited
    async with page.expect_download() as download:
        await page.get_by_role("link", name="BibTeX", exact=True).click()
    assert (await download.value).suggested_filename == f"{catalogue.queue}.bib"


async def compare(page: Page) -> None:
    """With what the page offers."""
    await page.get_by_role("link", name="Bandingkan", exact=True).click()
    await page.get_by_role("button", name="Bandingkan").click()
    assert await page.locator("h2#bagian-2").inner_text() == "Enam kriteria"


async def look_at_the_map(page: Page) -> None:
    """Of one category."""
    await page.get_by_role("link", name="Peta dan capaian").click()
    await page.get_by_label("Yang dihitung").select_option(label=HEALTH)
    await page.get_by_role("button", name="Tampilkan").click()
    assert await page.locator("svg.tiles .tile").count() == 38


async def look_for_a_gap(page: Page) -> None:
    """In one province, and what could be taken over there."""
    await page.get_by_role("link", name="Celah", exact=True).click()
    await page.get_by_role("link", name="Aceh").click()
    details = page.get_by_role("region", name="Aceh")
    await details.get_by_role("link", name=HEALTH).click()
    assert await page.get_by_text("Contoh dari provinsi terdekat").is_visible()
    await page.get_by_role("link", name="Antrean daring puskesmas").click()
    assert await heading(page) == "Antrean daring puskesmas"


async def test_a_visit_without_a_script(catalogue: Catalogue, tmp_path: Path) -> None:
    async with open_page(has_scripts=False) as page:
        await find(page, catalogue)
        await check(page, catalogue, tmp_path)
        await cite(page, catalogue)
        await compare(page)
        await look_at_the_map(page)
        await look_for_a_gap(page)


async def test_a_file_that_somebody_changed_does_not_pass(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    proof = await catalogue.page(f"/api/v1/innovations/{catalogue.queue}/proof")
    file = tmp_path / "bukti.tlog-proof"
    file.write_bytes(proof.body.replace(b"index 3\n", b"index 2\n"))
    key = catalogue.running.centre.keys.national.verifier_key.text
    assert command("hubnode", "verify", str(file), "--key", key).code == 1


async def test_every_page_can_be_read_on_a_desk_and_on_a_telephone(catalogue: Catalogue) -> None:
    both = f"id={catalogue.queue}&id={catalogue.replica}"
    async with open_page() as page:
        for path in (
            f"/inovasi/{catalogue.queue}",
            "/inovasi/x",
            f"/bandingkan?{both}",
            f"/bandingkan?id={catalogue.queue}",
            "/peta",
            f"/celah?provinsi=11&kategori={HEALTH}",
            "/data",
        ):
            await page.goto(catalogue.url + path)
            await assert_readable(page)


async def test_a_visit_in_english_on_a_telephone(catalogue: Catalogue) -> None:
    async with open_page(width=NARROW, language="en-GB", has_scripts=False) as page:
        for path, words in (
            (f"/inovasi/{catalogue.queue}", "Check it yourself"),
            (f"/bandingkan?id={catalogue.queue}&id={catalogue.replica}", "Six criteria"),
            ("/peta", "Most often replicated"),
            ("/celah", "Gaps: where there is no innovation yet"),
            ("/data", "Using this data"),
        ):
            await page.goto(catalogue.url + path)
            assert words in await page.locator("main").inner_text(), path


async def test_what_a_script_would_do_is_offered_only_where_there_is_one(
    catalogue: Catalogue,
) -> None:
    for has_scripts in (True, False):
        async with open_page(has_scripts=has_scripts) as page:
            await page.goto(f"{catalogue.url}/inovasi/{catalogue.queue}")
            assert await page.get_by_role("button", name="Cetak").is_visible() == has_scripts


async def test_paper_has_the_content_and_not_the_controls(catalogue: Catalogue) -> None:
    async with open_page() as page:
        await page.goto(f"{catalogue.url}/inovasi/{catalogue.queue}")
        await page.emulate_media(media="print")
        assert await page.get_by_text("Loket cukup satu.").is_visible()
        assert not await page.get_by_role("link", name="Peta dan capaian").is_visible()
        assert not await page.get_by_role("button", name="Salin kutipan").is_visible()
