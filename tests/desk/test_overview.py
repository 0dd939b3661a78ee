"""Ringkasan: whether the federation is well, in one look."""

import re

from central.casework import campaigns
from central.casework.campaigns import CampaignOrder
from central.web.rights import Role
from tests.support.author import Author
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre, document
from tests.support.desk import enter, signed_in
from tests.support.desk_hubs import enrol_four, say
from tests.support.screens import assert_readable


async def seen(running: RunningCentre, *, language: str = "id") -> str:
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        return (await somebody.get("/pusat", language=language)).text


async def test_without_hubs_it_says_what_to_do_first(running: RunningCentre) -> None:
    text = await seen(running)
    assert "Belum ada hub yang ikut." in text
    assert "Undang hub pertama" in text


async def test_a_hub_that_has_just_enrolled_is_named_beside_the_good_word(
    running: RunningCentre,
) -> None:
    for hub in ("51", "73"):
        await running.enrol(Author(hub=hub, seed=int(hub)))
    say(running, "51", {"state": "ok"})
    text = await seen(running)
    assert "Federasi sehat." in text
    assert re.search(r'Belum pernah tersinkron: <a href="/pusat/hub/73">', text)


async def test_where_every_hub_is_fresh_the_federation_is_well(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    say(running, "51", {"state": "ok"})
    text = await seen(running)
    assert "Federasi sehat." in text
    assert "1 dari 1 hub tersinkron sebagaimana mestinya." in text
    assert "Tidak ada kasus yang menunggu keputusan." in text


async def test_whoever_has_to_be_asked_is_named_with_cause_and_what_to_do(
    running_on_either: RunningCentre,
) -> None:
    await enrol_four(running_on_either)
    text = await seen(running_on_either)
    assert "3 hub perlu ditanyai." in text
    rows = re.findall(r'<td data-name="Hub"><a href="(/pusat/hub/\w+)">', text)
    assert rows == ["/pusat/hub/11", "/pusat/hub/94", "/pusat/hub/kemenkes"]
    assert "own_log_diverged" in text
    assert "apakah node berjalan dan jaringannya tersambung?" in text


async def test_the_map_and_its_table_say_the_same(running: RunningCentre) -> None:
    await enrol_four(running)
    text = await seen(running)
    on_map = dict(re.findall(r"<title>([^<:]+): ([^<]+)</title>", text))
    assert on_map["Bali"] == "Segar"
    assert on_map["Papua Tengah"] == "Tidak terdengar"
    assert on_map["JIPP Kemenkes"] == "Terlambat"
    assert on_map["Jawa Barat"] == "belum ada hub"
    for state in ("silent", "late", "refused", "ok"):
        assert f'<a href="/pusat/hub?state={state}">1</a>' in text


async def test_what_is_wrong_with_the_centre_itself_comes_before_hubs(
    running: RunningCentre,
) -> None:
    await running.enrol(Author(hub="51"))
    say(running, "51", {"state": "ok"})
    running.reconciler.mark_failure = "read-only file system"
    text = await seen(running)
    assert "Federasi perlu tindakan." in text
    assert "Tanda terbit tidak dapat ditulis" in text


async def test_the_numbers_of_a_campaign_add_up_and_lead_to_the_records(
    running: RunningCentre,
) -> None:
    author = Author(hub="51")
    await running.enrol(author)
    author.put(1, {"title": "Antrean daring puskesmas", "region": "51", "started": "2024"})
    await running.submit(author)
    await running.reconcile()
    order = CampaignOrder(
        campaign="2026",
        title="Pemutakhiran 2026",
        due="2999-12-31",
        target={},
        by="rina",
        agency="panrb",
    )
    centre = running.centre
    look = centre.db.run_sync(lambda conn: campaigns.open_campaign(conn, centre, order))
    text = await seen(running)
    assert "Pemutakhiran 2026" in text
    address = f"/pusat/kampanye/{look.campaign.id}/inovasi"
    numbers = re.findall(rf'href="{address}[^"]*">(\d+) ([a-z ]+)<', text)
    found = {word: int(number) for number, word in numbers}
    parts = found["dimutakhirkan"] + found["tidak tampil lagi"] + found["tersisa"]
    assert parts == found["sasaran"] == look.numbers.targeted == 1
    answer = document(await running.get(f"/api/v1/innovations?campaign={look.campaign.id}"))
    assert len(answer["items"]) == 1  # type: ignore[arg-type]


async def test_english_is_spoken(running: RunningCentre) -> None:
    await enrol_four(running)
    assert "3 hubs have to be asked." in await seen(running, language="en")


async def test_it_reads_well_on_every_screen_without_scripts(running: RunningCentre) -> None:
    await enrol_four(running)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.VIEWER)
        await page.goto(f"{running.url}/pusat")
        await assert_readable(page)
        await page.locator("svg.tiles a[href='/pusat/hub/51']").click()
        assert await page.locator("h1").inner_text() == "JIPP Bali 51"
