"""Kampanye: counted before it is opened, numbers that are links and add up, a report, an end."""

import re

import pytest

from central.casework import campaigns
from central.casework.campaigns import CampaignOrder
from central.web.rights import Role
from protocol.campaign_numbers import BREAKDOWNS
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import amend, national_size, new_hub, write
from tests.support.page_http import Somebody
from tests.support.screens import assert_readable

LIST, NEW = "/pusat/kampanye", "/pusat/kampanye-baru"
FORM = {"campaign": "2026-top", "title": "Pemutakhiran 2026", "due": "2099-12-31"}
SAID = re.compile(r"<h1>(\d+) inovasi</h1>")


async def three(running: RunningCentre) -> None:
    """Three innovations of two years, a campaign that asks for them, and one is refreshed."""
    hub = await new_hub(running)
    await write(running, hub, {"started": "2018"}, {"started": "2018"}, {"started": "2019"})
    order = CampaignOrder(**FORM, target={}, by="rina", agency="panrb")
    centre = running.centre
    centre.db.run_sync(lambda conn: campaigns.open_campaign(conn, centre, order))
    await amend(running, hub, 1, national=national_size(running), title="Yang dimutakhirkan")


async def counted(somebody: Somebody, path: str) -> int:
    """How many innovations a list says that it has."""
    [number] = SAID.findall((await somebody.get(path)).text)
    return int(number)


async def test_a_target_is_counted_before_anything_is_decided(running: RunningCentre) -> None:
    hub = await new_hub(running)
    await write(running, hub, {"started": "2018"}, {"started": "2019"}, {"started": "2020"})
    before = national_size(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.post(NEW, **FORM, year="2018, 2019", do="count")
    assert said.status == 200
    assert "akan meminta 2 inovasi" in said.text
    assert national_size(running) == before


async def test_a_campaign_is_opened_and_closed(running_on_either: RunningCentre) -> None:
    running = running_on_either
    await write(running, await new_hub(running), {})
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        opened = await somebody.post(NEW, **FORM, hub="51", do="open")
        without = await somebody.post(f"{LIST}/2026-top/tutup")
        closed = await somebody.post(f"{LIST}/2026-top/tutup", reason="Selesai")
        again = await somebody.post(f"{LIST}/2026-top/tutup", reason="Selesai")
    assert (opened.told, opened.place) == ("campaign_opened", f"{LIST}/2026-top")
    assert without.status == 422
    assert (closed.told, again.told) == ("campaign_closed", "decided")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"campaign": "Besar!"}, "Tulis 1 sampai 63 huruf kecil, angka, atau tanda hubung"),
        ({"campaign": "2025-top"}, "Kampanye dengan nama ini sudah pernah dibuka"),
        ({"due": "kemarin"}, "Pilih tanggal, misalnya"),
        ({"due": "2020-01-01"}, "1 Januari 2020 sudah lewat; pilih hari ini"),
        ({"title": ""}, "Tulis judul dalam satu baris"),
        ({"title": "Hubungi rina@contoh.go.id"}, "Teks memuat data pribadi"),
        ({"hub": "99"}, "Hub ini tidak dikenal"),
        ({"year": "dua"}, "Tulis tahun dengan empat angka"),
        ({"award_year": "24"}, "Tulis tahun dengan empat angka"),
    ],
)
async def test_what_cannot_be_opened_is_said_beside_its_field_and_the_form_is_kept(
    running: RunningCentre, wrong: dict[str, str], sentence: str
) -> None:
    await write(running, await new_hub(running), {})
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        await somebody.post(NEW, **{**FORM, "campaign": "2025-top"}, do="open")
        said = await somebody.post(NEW, **{**FORM, **wrong}, do="open")
    [field] = wrong
    assert said.status == 422
    assert re.search(rf'role="alert">.*<a href="#{field}">{sentence}', said.text)
    assert f'id="{field}-fault">{sentence}' in said.text or f'id="{field}">{sentence}' in said.text
    assert "four digits" not in said.text
    if "title" not in wrong:
        assert 'value="Pemutakhiran 2026"' in said.text


async def test_a_target_that_nothing_fits_is_said_of_the_whole_form(running: RunningCentre) -> None:
    await write(running, await new_hub(running), {"started": "2018"})
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.post(NEW, **FORM, year="1999", do="open")
    assert said.status == 422
    assert re.search(r'role="alert">.*Tidak ada inovasi yang cocok', said.text)


@pytest.mark.parametrize("by", BREAKDOWNS)
async def test_every_number_is_a_link_to_as_many_innovations(
    running: RunningCentre, by: str
) -> None:
    await three(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        page = (await somebody.get(f"{LIST}/2026-top?menurut={by}")).text
        links = re.findall(r'<a href="(/pusat/kampanye/2026-top/inovasi[^"]*)">([0-9.]+)</a>', page)
        wrong = [
            (path, number)
            for path, number in links
            if await counted(somebody, path.replace("&amp;", "&")) != int(number)
        ]
    assert len(links) >= 6
    assert wrong == []


async def test_the_numbers_add_up_on_the_page(running: RunningCentre) -> None:
    await three(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        page = (await somebody.get(f"{LIST}/2026-top")).text
    numbers = re.findall(r'<dd><a href="[^"]*">(\d+)</a></dd>', page)
    targeted, refreshed, withdrawn, left, complete, incomplete = map(int, numbers)
    assert (targeted, refreshed) == (3, 1)
    assert targeted == refreshed + withdrawn + left == complete + incomplete


@pytest.mark.parametrize(
    ("form", "type_", "words"),
    [
        ("markdown", "text/markdown", "# Pemutakhiran 2026"),
        ("csv", "text/csv", "by,value,targeted"),
        ("json", "application/json", '"campaign": "2026-top"'),
    ],
)
async def test_the_report_is_a_file(
    running: RunningCentre, form: str, type_: str, words: str
) -> None:
    await three(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        said = await somebody.get(f"{LIST}/2026-top/laporan?bentuk={form}")
    assert (said.status, said.type) == (200, type_)
    assert words in said.text


async def test_what_no_campaign_has_is_not_found_or_refused(running: RunningCentre) -> None:
    await three(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        paths = {
            f"{LIST}/tidak-ada": 404,
            f"{LIST}/A%00": 404,
            f"{LIST}/2026-top/laporan?bentuk=exe": 404,
            f"{LIST}/2026-top/inovasi?progress=x": 400,
            f"{LIST}/2026-top/inovasi?hub=%00": 400,
            f"{LIST}/2026-top?menurut=x": 200,
        }
        said = {path: (await somebody.get(path)).status for path in paths}
    assert said == paths


async def test_the_pages_of_campaigns_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    await three(running)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (LIST, NEW, f"{LIST}/2026-top", f"{LIST}/2026-top/inovasi?progress=left"):
            await page.goto(running.url + path)
            await assert_readable(page)
