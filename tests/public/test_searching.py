"""Cari: what is found, how it is narrowed, and what helps where nothing is."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page

from central import projection
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre, running_centre
from tests.support.sample_records import sample_states
from tests.support.screens import assert_readable
from tests.support.visitors import PAGE

RESULT = re.compile(r'<h2><a href="/inovasi/[^"]+">(.*?)</a></h2>')


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[RunningCentre]:
    """The demo's 120 innovations."""
    async with running_centre(tmp_path / "pusat") as running:
        centre = running.centre
        centre.db.run_sync(lambda conn: projection.put(conn, centre, sample_states()))
        yield running


async def text_of(catalogue: RunningCentre, path: str) -> str:
    answer = await catalogue.get(path, PAGE)
    assert answer.status == 200
    return unescape(answer.body.decode())


def titles(said: str) -> list[str]:
    return [re.sub(r"</?mark>", "", it) for it in RESULT.findall(said)]


def link(said: str, word: str) -> str:
    """The address behind the link that says this."""
    links: list[tuple[str, str]] = re.findall(r'<a[^>]* href="([^"]+)"[^>]*>(.*?)</a>', said)
    return next(address for address, inner in links if word in re.sub("<[^>]+>", "", inner))


async def test_without_a_question_the_newest_are_listed(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/")
    assert "120 inovasi ditemukan" in said
    assert titles(said)[0] == "Relawan Baca Bangsal Anak"


async def test_words_are_found_in_any_form_and_marked(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/?q=melayani+pasar")
    assert titles(said)[0] == "Layanan Dokumen Pasar"
    assert "<mark>Layanan</mark> Dokumen <mark>Pasar</mark>" in said


async def test_the_newest_of_what_fits_can_stand_first_and_filters_keep_that(
    catalogue: RunningCentre,
) -> None:
    best = await text_of(catalogue, "/?q=layanan")
    newest = await text_of(catalogue, link(best, "urutkan yang terbaru"))
    assert sorted(titles(newest)) != titles(newest) != titles(best)
    assert '<input type="hidden" name="urut" value="terbaru">' in newest
    again = await text_of(catalogue, link(newest, "urutkan yang paling cocok"))
    assert titles(again) == titles(best)


async def test_a_slip_is_said_and_can_be_insisted_on(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/?q=stuntng")
    assert "Menampilkan hasil untuk “stunting”." in said
    assert titles(said)[0] == "Kawal Stunting Bersama"
    exactly = await text_of(catalogue, link(said, "Cari persis “stuntng”"))
    assert titles(exactly) == []


async def test_a_value_narrows_the_list_and_a_chip_takes_it_off(
    catalogue: RunningCentre,
) -> None:
    said = await text_of(catalogue, "/?q=lansia&province=35")
    assert titles(said) == ["Sapa Lansia Kediri"]
    assert '<option value="35" selected>Jawa Timur (1)</option>' in said
    assert '<option value="51">Bali (1)</option>' in said  # what another choice would give
    assert link(said, "Provinsi: Jawa Timur") == "/?q=lansia"


async def test_a_value_that_no_innovation_can_have_asks_for_nothing(
    catalogue: RunningCentre,
) -> None:
    assert "120 inovasi" in await text_of(catalogue, "/?province=Bali&sesudah=x&lain=1")


async def test_pages_follow_each_other_and_lead_back(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/?q=kesehatan")
    seen = titles(said)
    while "Berikutnya" in said:
        said = await text_of(catalogue, link(said, "Berikutnya"))
        seen += titles(said)
    assert link(said, "Halaman pertama") == "/?q=kesehatan"
    assert len(seen) == len(set(seen)) > 20


async def test_files_hold_what_one_sees(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/?q=lansia&province=35")
    address = link(said, "CSV")
    assert parse_qs(urlsplit(address).query) == {"q": ["lansia"], "province": ["35"]}
    file = await catalogue.get(address)
    assert file.status == 200
    assert file.body.count(b"Sapa Lansia Kediri") == 1


async def test_where_nothing_is_found_each_word_says_what_it_finds_alone(
    catalogue: RunningCentre,
) -> None:
    said = await text_of(catalogue, "/?q=stunting+museum")
    assert titles(said) == []
    assert link(said, "museum (") == "/?q=museum"


async def test_where_values_leave_nothing_the_way_without_them_is_shown(
    catalogue: RunningCentre,
) -> None:
    said = await text_of(catalogue, "/?q=museum&province=51")
    assert link(said, "Tanpa saringan: 1 inovasi") == "/?q=museum"


async def test_what_was_typed_is_text_and_nothing_else(catalogue: RunningCentre) -> None:
    answer = await catalogue.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E+pasar", PAGE)
    assert answer.status == 200
    assert b"<script>alert" not in answer.body


async def test_anybody_may_keep_a_copy_and_ask_whether_it_is_still_so(
    catalogue: RunningCentre,
) -> None:
    answer = await catalogue.get("/?q=pasar", PAGE)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["cache-control"].startswith("public")
    again = await catalogue.get("/?q=pasar", {**PAGE, "If-None-Match": headers["etag"]})
    assert again.status == 304


async def compare_two(page: Page) -> None:
    for box in (await page.get_by_label("Bandingkan:").all())[:2]:
        await box.check()
    await page.get_by_role("button", name="Bandingkan yang dicentang").click()


@pytest.mark.browser
async def test_two_that_are_ticked_are_compared_without_a_script(
    catalogue: RunningCentre,
) -> None:
    async with open_page(has_scripts=False) as page:
        await page.goto(f"{catalogue.url}/?q=gawat+darurat")
        await compare_two(page)
        assert "/bandingkan?id=" in page.url
        assert "Layanan Gawat Darurat Terpadu" in await page.locator("main").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("query", ["", "?q=antraen", "?q=zz+qq&province=51"])
async def test_everybody_can_read_it(catalogue: RunningCentre, query: str) -> None:
    async with open_page() as page:
        await page.goto(f"{catalogue.url}/{query}")
        await assert_readable(page)


async def test_what_is_new_can_be_followed(catalogue: RunningCentre) -> None:
    said = await text_of(catalogue, "/")
    answer = await catalogue.get(link(said, "inovasi baru"))
    assert answer.headers["content-type"].startswith("application/atom+xml")


async def test_empty_fields_of_a_form_do_not_stay_in_the_address(catalogue: RunningCentre) -> None:
    answer = await catalogue.get("/?q=air&hub=&province=35&year=", PAGE)
    assert (answer.status, answer.headers["location"]) == (303, "/?q=air&province=35")


async def test_what_was_chosen_is_kept_while_another_is_looked_for(
    catalogue: RunningCentre,
) -> None:
    said = await text_of(catalogue, "/?q=pasar")
    first, second = re.findall(r'name="id" value="([^"]+)"', said)[:2]
    choice = await text_of(catalogue, f"/bandingkan?id={first}")
    elsewhere = await text_of(catalogue, link(choice, "Cari inovasi lain") + "&q=sekolah")
    assert "Dibandingkan nanti:" in elsewhere
    assert f'<input type="hidden" name="id" value="{first}">' in elsewhere
    both = await text_of(catalogue, f"/?q=pasar&id={first}&id={second}")
    assert "Bandingkan yang dipilih" in both
    assert both.count(" checked>") == 2
    assert parse_qs(urlsplit(link(both, "Keluarkan")).query)["id"] == [second]
