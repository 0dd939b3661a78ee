"""Dugaan ganda: two records side by side, a verdict with its reason, and the way back."""

import re

import pytest
from playwright.async_api import expect

from central import matching
from central.casework import duplicates
from central.web.rights import Role
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import cousins, curate, new_hub, twins, write
from tests.support.desk_races import just_before_the_desk_writes
from tests.support.page_http import Somebody
from tests.support.screens import assert_readable

LIST = "/pusat/dugaan-ganda"
WHY = "Surat 12/2026"


def verdict(running: RunningCentre, a: str, b: str) -> str:
    centre = running.centre
    look = centre.db.read_sync(lambda conn: duplicates.look(conn, centre, a, b))
    return look.verdict.verdict if look.verdict else ""


def open_count(running: RunningCentre) -> int:
    centre = running.centre
    return centre.db.read_sync(lambda conn: duplicates.list_open(conn, centre, limit=1)).total


async def stamp(somebody: Somebody, path: str) -> str:
    [seen] = re.findall(r'name="seen" value="(\w+)"', (await somebody.get(path)).text)
    return str(seen)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("a_stays", "same"),
        ("b_stays", "same"),
        ("a_is_original", "replication"),
        ("b_is_original", "replication"),
        ("distinct", "distinct"),
    ],
)
async def test_every_verdict_is_given_and_undone(
    running: RunningCentre, choice: str, said: str
) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, path)
        given = await somebody.post(path, seen=seen, choice=choice, reason=WHY)
        assert (given.told, verdict(running, a, b)) == ("judged", said)
        seen = await stamp(somebody, path)
        undone = await somebody.post(f"{path}/urung", seen=seen, reason="Keliru")
    assert (undone.told, verdict(running, a, b)) == ("verdict_undone", "")
    assert open_count(running) == 1


async def test_an_address_behind_a_score_that_none_can_have_shows_the_first_page(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    a, b = await twins(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.get(f"{LIST}?setelah=2147483648:a:b")
    assert said.status == 200
    assert f"{LIST}/{a}/{b}" in said.text


async def test_a_survivor_takes_what_was_ticked_from_the_other(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, path)
        form = {"seen": seen, "choice": "a_stays", "take": "summary", "reason": WHY}
        said = await somebody.post(path, **form)
    centre = running.centre
    look = centre.db.read_sync(lambda conn: duplicates.look(conn, centre, a, b))
    assert said.told == "judged"
    assert look.sides[0].fields["summary"] == "Sama."
    assert look.sides[1].state == "merged"


@pytest.mark.parametrize(("choice", "status"), [("a_stays", 422), ("b_stays", 303)])
async def test_a_merge_takes_nothing_that_the_other_does_not_say(
    running: RunningCentre, choice: str, status: int
) -> None:
    """It would erase a value in silence; the page says of such a field whose it is."""
    a, b = await twins(running, await new_hub(running))
    curate(running, a, short_name="KLA")
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(path)).text
        form = {"seen": await stamp(somebody, path), "reason": WHY, "take": "short_name"}
        said = await somebody.post(path, choice=choice, **form)
    centre = running.centre
    look = centre.db.read_sync(lambda conn: duplicates.look(conn, centre, a, b))
    assert "Hanya di A" in page
    assert "hanya di A; bila B yang tinggal" in page
    assert said.status == status
    assert look.sides[0].fields["short_name"] == "KLA"
    if status == 422:
        assert "tidak menyebut isian ini" in said.text
        assert 'value="short_name" checked' in said.text


async def test_a_verdict_that_is_undone_lets_the_pair_wait_at_once(
    running_on_either: RunningCentre,
) -> None:
    """Also of a merge, by which the matcher forgets the pair until it comes round again."""
    running = running_on_either
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, path), "choice": "a_stays", "reason": WHY}
        await somebody.post(path, **form)
        matching.catch_up(running.centre)
        judged = (await somebody.get(path)).text
        form = {"seen": await stamp(somebody, path), "reason": "Keliru"}
        said = await somebody.post(f"{path}/urung", **form)
        listed = (await somebody.get(LIST)).text
    assert "· skor" not in judged
    assert said.told == "verdict_undone"
    assert path in listed
    matching.catch_up(running.centre)
    assert open_count(running) == 1


async def test_a_pair_that_no_rule_sees_does_not_wait_when_its_verdict_is_undone(
    running: RunningCentre,
) -> None:
    a, b = await write(
        running, await new_hub(running), {"title": "Kota hijau"}, {"stage": "inisiatif"}
    )
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, path), "choice": "distinct", "reason": WHY}
        await somebody.post(path, **form)
        form = {"seen": await stamp(somebody, path), "reason": "Keliru"}
        said = await somebody.post(f"{path}/urung", **form)
    assert (said.told, open_count(running)) == ("verdict_undone_only", 0)


async def test_on_a_telephone_each_value_says_whose_it_is(running: RunningCentre) -> None:
    a, b = await twins(running, await new_hub(running))
    async with open_page(width=390) as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}{LIST}/{a}/{b}")
        cell = page.locator("table.sides tbody td").nth(1)
        await expect(cell.get_by_role("link", name="Kota Layak Anak")).to_be_visible()
        await expect(cell).to_contain_text("B: Kota Layak Anak")


async def test_a_verdict_without_a_reason_is_none(running: RunningCentre) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.post(path, seen=await stamp(somebody, path), choice="distinct")
    assert said.status == 422
    assert "Tulis alasannya" in said.text
    assert verdict(running, a, b) == ""


async def test_a_reason_with_personal_data_is_refused_and_kept_in_the_form(
    running: RunningCentre,
) -> None:
    a, b = await twins(running, await new_hub(running))
    path, reason = f"{LIST}/{a}/{b}", "NIK 5171011503850001"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, path)
        said = await somebody.post(path, seen=seen, choice="distinct", reason=reason)
    assert said.status == 422
    assert "privacy_finding" in said.text
    assert f'value="{reason}"' in said.text


async def test_the_second_of_two_presses_says_that_it_is_decided(running: RunningCentre) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, path), "choice": "distinct", "reason": WHY}
        await somebody.post(path, **form)
        said = await somebody.post(path, **form)
    assert said.told == "decided"


async def test_a_page_of_before_a_record_changed_decides_nothing(running: RunningCentre) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.post(path, seen="old", choice="distinct", reason=WHY)
    assert said.status == 409
    assert verdict(running, a, b) == ""


async def test_a_pair_that_changes_while_the_verdict_is_written_is_looked_at_again(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"

    async def changed() -> None:
        curate(running, b, title="Ternyata inovasi lain")

    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, path), "choice": "a_stays", "reason": WHY}
        with just_before_the_desk_writes(changed):
            said = await somebody.post(path, **form)
    assert said.status == 409
    assert "Ternyata inovasi lain" in said.text
    assert verdict(running, a, b) == ""


async def test_an_undo_takes_back_only_the_verdict_that_its_page_showed(
    running: RunningCentre,
) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, path), "choice": "distinct", "reason": WHY}
        await somebody.post(path, **form)
        old = await stamp(somebody, path)
        await somebody.post(f"{path}/urung", seen=old, reason="Keliru")
        form = {"seen": await stamp(somebody, path), "choice": "a_is_original", "reason": WHY}
        await somebody.post(path, **form)
        said = await somebody.post(f"{path}/urung", seen=old, reason="Keliru")
    assert (said.status, verdict(running, a, b)) == (409, "replication")


async def test_what_was_decided_is_listed_with_its_reason_and_stands_until_undone(
    running: RunningCentre,
) -> None:
    a, b = await twins(running, await new_hub(running))
    path = f"{LIST}/{a}/{b}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, path)
        await somebody.post(path, seen=seen, choice="distinct", reason=WHY)
        given = (await somebody.get(f"{LIST}/putusan")).text
        seen = await stamp(somebody, path)
        await somebody.post(f"{path}/urung", seen=seen, reason="Keliru")
        undone = (await somebody.get(f"{LIST}/putusan")).text
    assert WHY in given
    assert ("Diurungkan" in given, "Diurungkan" in undone) == (False, True)


async def test_a_pair_knows_its_place_in_the_queue(running: RunningCentre) -> None:
    hub = await new_hub(running)
    await twins(running, hub)
    a, b = await cousins(running, hub)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        listed = (await somebody.get(LIST)).text
        rows = re.findall(r'data-row href="([^"]+)"', listed)
        pages = [(await somebody.get(path)).text for path in rows]
    assert f"{LIST}/{a}/{b}" in rows
    for number, page in enumerate(pages, 1):
        assert f"Pasangan {number} dari {len(rows)}" in page
        following = re.findall(r'rel="next" data-key="[^"]+" href="([^"]+)"', page)
        previous = re.findall(r'rel="prev" data-key="[^"]+" href="([^"]+)"', page)
        assert following == rows[number : number + 1]
        assert previous == rows[number - 2 : number - 1 or None][:1] * (number > 1)


async def test_unknown_records_are_not_found(running: RunningCentre) -> None:
    unknown = "01942b6e-4c00-7000-8000-00000000dead"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        assert (await somebody.get(f"{LIST}/{unknown}/{unknown}")).status == 404
        assert (await somebody.get(f"{LIST}/{unknown}/x")).status == 404
        assert (await somebody.get(f"{LIST}?setelah=x")).status == 400


async def test_the_pages_of_pairs_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    a, b = await twins(running, await new_hub(running))
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (LIST, f"{LIST}/{a}/{b}", f"{LIST}/putusan"):
            await page.goto(running.url + path)
            await assert_readable(page)
