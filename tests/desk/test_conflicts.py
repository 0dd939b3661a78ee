"""Benturan: both values are seen, one is chosen by a person who has seen all, and taken back."""

import re

import pytest

from central.casework import conflicts
from central.past import decision_at
from central.web.rights import Role
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.entries.record_decisions import RecordCurated
from protocol.record_state import decode_record_state
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import (
    CURATED,
    OWNERS,
    amend,
    contest,
    curate,
    national_size,
    new_hub,
)
from tests.support.desk_races import just_before_the_desk_writes
from tests.support.page_http import Somebody
from tests.support.screens import assert_readable

LIST = "/pusat/benturan"


def shown(running: RunningCentre, record: str) -> dict[str, Json]:
    """A record as readers see it."""
    centre = running.centre
    body = centre.db.read_sync(lambda conn: centre.documents.get(conn, record))
    assert body is not None
    return shown_record(decode_record_state(body))


def open_count(running: RunningCentre) -> int:
    centre = running.centre
    return len(centre.db.read_sync(lambda conn: conflicts.list_conflicts(conn, centre)))


async def answers(somebody: Somebody, path: str) -> dict[str, str]:
    """What a form on the page would send: its stamp, and the choices by their number."""
    page = (await somebody.get(path)).text
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    choices = re.findall(r'name="choice" value="(\w+)"', page)
    return {"seen": seen, **{str(number): it for number, it in enumerate(choices, 1)}}


@pytest.mark.parametrize(
    ("number", "more", "title"),
    [
        ("1", {}, CURATED),
        ("2", {}, OWNERS),
        ("3", {}, "Antrean daring puskesmas"),
        ("4", {"value": "Antrean dari rumah"}, "Antrean dari rumah"),
    ],
)
async def test_any_value_ends_a_conflict(
    running: RunningCentre, number: str, more: dict[str, str], title: str
) -> None:
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        said = await somebody.post(
            f"{LIST}/{record}/title", seen=form["seen"], choice=form[number], **more
        )
    assert (said.status, said.told) == (303, "resolved")
    assert shown(running, record)["title"] == title
    assert open_count(running) == 0


async def test_the_decision_bears_account_and_agency(running_on_either: RunningCentre) -> None:
    running = running_on_either
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR, name="tuti") as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        await somebody.post(f"{LIST}/{record}/title", seen=form["seen"], choice=form["1"])
    place = national_size(running) - 1
    decision = running.centre.db.read_sync(lambda conn: decision_at(conn, running.centre, place))
    assert isinstance(decision, RecordCurated)
    assert (decision.by, decision.agency) == ("tuti", "panrb")


async def test_a_page_of_before_another_value_came_decides_nothing(running: RunningCentre) -> None:
    hub = await new_hub(running)
    record = await contest(running, hub)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        await amend(running, hub, 1, national=2, title="Antrean daring semua puskesmas")
        said = await somebody.post(f"{LIST}/{record}/title", seen=form["seen"], choice=form["1"])
    assert said.status == 409
    assert "keadaannya berubah" in said.text
    assert open_count(running) == 1


async def test_a_value_that_comes_while_the_answer_is_written_is_not_covered_unseen(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    hub = await new_hub(running)
    record = await contest(running, hub)
    third = "Antrean daring semua puskesmas"

    async def amended() -> None:
        await amend(running, hub, 1, national=2, title=third)

    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        with just_before_the_desk_writes(amended) as stopped:
            path = f"{LIST}/{record}/title"
            said = await somebody.post(path, seen=form["seen"], choice=form["1"])
    assert len(stopped) == 1
    assert (said.status, open_count(running)) == (409, 1)
    assert third in said.text


async def test_a_conflict_that_ends_while_the_answer_is_written_ends_once(
    running: RunningCentre,
) -> None:
    record = await contest(running, await new_hub(running))

    async def ended() -> None:
        curate(running, record, title="Judul yang lain")

    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        with just_before_the_desk_writes(ended):
            path = f"{LIST}/{record}/title"
            said = await somebody.post(path, seen=form["seen"], choice=form["1"])
    assert (said.status, said.told) == (303, "decided")
    assert shown(running, record)["title"] == "Judul yang lain"


async def test_the_second_of_two_presses_says_that_it_is_decided(running: RunningCentre) -> None:
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        path = f"{LIST}/{record}/title"
        await somebody.post(path, seen=form["seen"], choice=form["1"])
        before = national_size(running)
        said = await somebody.post(path, seen=form["seen"], choice=form["1"])
    assert (said.status, said.told, said.place) == (303, "decided", LIST)
    assert national_size(running) == before


async def test_nothing_chosen_is_said_beside_the_form(running: RunningCentre) -> None:
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        said = await somebody.post(f"{LIST}/{record}/title", seen=form["seen"])
    assert said.status == 422
    assert "Pilih salah satu nilai" in said.text


async def test_a_value_that_the_schema_refuses_is_shown_again_with_what_is_wrong(
    running: RunningCentre,
) -> None:
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        said = await somebody.post(
            f"{LIST}/{record}/title", seen=form["seen"], choice="other", value="test"
        )
    assert said.status == 422
    assert "schema_invalid" in said.text
    assert 'value="test"' in said.text


async def test_a_decision_leads_to_the_next_case_and_names_the_way_back(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    first, second = await contest(running, hub), await contest(running, hub)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{first}/title")
        said = await somebody.post(f"{LIST}/{first}/title", seen=form["seen"], choice=form["1"])
        then = await somebody.get(said.place.replace("?", "/title?", 1))
    assert said.place == f"{LIST}/{second}?tadi={national_size(running) - 1}"
    assert then.status == 200


async def test_a_decision_is_taken_back_by_another_one(running_on_either: RunningCentre) -> None:
    running = running_on_either
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = await answers(somebody, f"{LIST}/{record}/title")
        await somebody.post(f"{LIST}/{record}/title", seen=form["seen"], choice=form["1"])
        place = national_size(running) - 1
        page = await somebody.get(f"/pusat/jejak/{place}")
        said = await somebody.post(f"/pusat/jejak/{place}/urung")
        again = await somebody.post(f"/pusat/jejak/{place}/urung")
    assert "Kembalikan nilai sebelumnya" in page.text
    assert (said.status, said.told) == (303, "undone_after_conflict")
    assert shown(running, record)["title"] == OWNERS
    assert again.status == 422
    assert "nothing_stands" in again.text


async def test_the_value_that_readers_saw_already_is_taken_back_too(
    running: RunningCentre,
) -> None:
    """The conflict does not come back: the pages say so before, and after."""
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        before = (await somebody.get(f"{LIST}/{record}/title")).text
        form = await answers(somebody, f"{LIST}/{record}/title")
        led = await somebody.post(f"{LIST}/{record}/title", seen=form["seen"], choice=form["2"])
        place = national_size(running) - 1
        page = (await somebody.get(f"/pusat/jejak/{place}")).text
        said = await somebody.post(f"/pusat/jejak/{place}/urung", **{"nilai.title": form["1"]})
        after = (await somebody.get(said.place)).text
    assert "Benturan yang selesai tidak dibuka lagi" in before
    assert led.place.endswith(f"tadi={place}")
    assert "Benturannya tidak dapat dibuka lagi" in page
    assert (said.status, said.told) == (303, "undone_after_conflict")
    assert f"/pusat/jejak/{place + 1}/urung" in after
    assert (shown(running, record)["title"], open_count(running)) == (CURATED, 0)


async def test_a_list_is_filtered_by_hub_and_field(running: RunningCentre) -> None:
    bali, health = await new_hub(running), await new_hub(running, "kemenkes", seed=9)
    first = await contest(running, bali)
    second = await contest(running, health, "stage", ("penerapan", "uji_coba"))
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        by_hub = (await somebody.get(f"{LIST}?hub=51")).text
        by_field = (await somebody.get(f"{LIST}?isian=stage")).text
    assert (first in by_hub, second in by_hub) == (True, False)
    assert (first in by_field, second in by_field) == (False, True)


async def test_many_conflicts_end_by_one_rule_after_a_look(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    hub = await new_hub(running)
    records = [await contest(running, hub) for _ in range(3)]
    query = "aturan=centre-wins&isian=title&hub="
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(f"{LIST}/aturan?{query}")).text
        [seen] = re.findall(r'name="seen" value="(\w+)"', page)
        said = await somebody.post(
            f"{LIST}/aturan", seen=seen, aturan="centre-wins", isian="title", hub=""
        )
        told = (await somebody.get(said.place)).text
    assert "3 benturan akan selesai" in page
    assert "3 benturan selesai" in told
    assert "/pusat/jejak?jenis=record.curated&amp;akun=curator1" in told
    assert {str(shown(running, it)["title"]) for it in records} == {CURATED}


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_rule_covers_no_value_that_its_preview_did_not_count(
    running: RunningCentre, *, is_late: bool
) -> None:
    """The value that stays is the same, so only the others say that something has come."""
    hub = await new_hub(running)
    record = await contest(running, hub)

    async def amended() -> None:
        await amend(running, hub, 1, national=2, title="Antrean daring semua puskesmas")

    form = {"aturan": "centre-wins", "isian": "title", "hub": ""}
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        path = f"{LIST}/aturan?aturan=centre-wins&isian=title&hub="
        seen = (await answers(somebody, path))["seen"]
        if not is_late:
            await amended()
            said = await somebody.post(f"{LIST}/aturan", seen=seen, **form)
        else:
            with just_before_the_desk_writes(amended):
                said = await somebody.post(f"{LIST}/aturan", seen=seen, **form)
    assert (said.status, open_count(running)) == (409, 1)
    assert "keadaannya berubah" in said.text
    assert shown(running, record)["title"] != CURATED


async def test_a_rule_is_offered_for_the_fields_in_conflict_and_asks_for_one(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    for _ in range(2):
        await contest(running, hub)
    await contest(running, hub, "stage", ("penerapan", "uji_coba"))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(f"{LIST}/aturan")).text
        said = await somebody.get(f"{LIST}/aturan?aturan=owner-wins&hub=")
    assert re.findall(r'name="isian" value="(\w+)"', page) == ["title", "stage"]
    assert ("(2 benturan)" in page, "(1 benturan)" in page) == (True, True)
    assert "Pilih sedikitnya satu isian." not in page
    assert said.status == 422
    assert "Pilih sedikitnya satu isian." in said.text


async def test_a_rule_of_an_old_preview_decides_nothing(running: RunningCentre) -> None:
    await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await somebody.post(
            f"{LIST}/aturan", seen="old", aturan="owner-wins", isian="title", hub=""
        )
    assert said.status == 409
    assert open_count(running) == 1


async def test_a_viewer_sees_the_values_and_no_form(running: RunningCentre) -> None:
    record = await contest(running, await new_hub(running))
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        said = await somebody.get(f"{LIST}/{record}/title")
    assert CURATED.split()[-2] in said.text
    assert "<fieldset" not in said.text


async def test_addresses_that_name_nothing_are_not_found(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        for path in (f"{LIST}/x/title", f"{LIST}/%00/title", "/pusat/jejak/x", "/pusat/jejak/99"):
            assert (await somebody.get(path)).status == 404


async def test_the_pages_of_conflicts_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    record = await contest(running, await new_hub(running))
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (
            LIST,
            f"{LIST}/{record}/title",
            f"{LIST}/aturan?aturan=owner-wins&isian=title",
            "/pusat/jejak/3",
        ):
            await page.goto(running.url + path)
            await assert_readable(page)
