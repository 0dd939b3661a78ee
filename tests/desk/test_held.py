"""Ditahan: what waits is seen with its cause, ruled on alone or together, and a hub is reverted."""

import re

import pytest
from playwright.async_api import expect

from central.casework import holds
from central.national import load_states
from central.web.rights import Role
from protocol.catalogue import shown_record
from protocol.innovation.fields import fields_to_fill
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import amend, flood, hold, national_size, new_hub, write
from tests.support.desk_held import LIST, WHY, near_copy, proposal, ruled, stamp, waiting
from tests.support.desk_races import just_before_the_desk_writes
from tests.support.screens import assert_readable


def is_known(running: RunningCentre, record: str) -> bool:
    centre = running.centre
    return centre.db.read_sync(lambda conn: bool(centre.documents.known(conn, [record])))


async def test_a_held_change_is_seen_without_the_personal_data_in_it(
    running: RunningCentre,
) -> None:
    await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        said = await somebody.get(f"{LIST}/{it.place}")
    assert "nomor telepon: 08…90" in said.text
    assert "0812-3456-7890" not in said.text


async def test_a_look_alike_stands_beside_the_record_that_it_is_like(
    running: RunningCentre,
) -> None:
    _, known, it = await near_copy(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(f"{LIST}/{it.place}")).text
    finding = page[page.index("Mengapa menunggu") : page.index("Berdampingan")]
    assert it.code == "look_alike"
    assert f'<a href="/inovasi/{known}">Antrean Sehat</a>' in finding
    assert f">{known}" not in page
    assert "judul, dan 100 % uraian." in finding
    assert "data pribadi disamarkan" not in page
    assert "B: <a" in page


async def test_a_proposal_says_whose_innovation_it_would_change(running: RunningCentre) -> None:
    _, place = await proposal(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        page = (await somebody.get(f"{LIST}/{place}")).text
    assert re.search(r"51.*inovasi milik .*kemenkes", page)


async def test_who_refuses_without_a_reason_is_led_to_it(running: RunningCentre) -> None:
    await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        await page.goto(f"{running.url}{LIST}/{it.place}")
        await page.get_by_role("radio", name="Tolak").check()
        await page.get_by_role("button", name="Putuskan dan lanjut").click()
        reason = page.get_by_label("Alasan")
        await expect(reason).to_be_focused()
        await expect(reason).to_have_attribute("aria-invalid", "true")


async def test_fields_stand_in_the_order_of_the_form(running: RunningCentre) -> None:
    await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        page = (await somebody.get(f"{LIST}/{it.place}")).text
    headings = re.findall(r"<h3>([^<]+)</h3>", page)
    order = [it.title for it in fields_to_fill() if it.title in headings]
    assert headings[0] == "Judul inovasi"
    assert headings == order
    assert "data pribadi disamarkan" in page


async def test_new_records_are_called_by_their_titles_in_the_lists(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    hub = await new_hub(running)
    await hold(running, hub, title="Layanan aduan warga")
    await hold(running, hub, title="Telepon 0812-3456-7890")
    group = f"{LIST}/banyak?hub=51&sebab=privacy_finding"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        pages = [(await somebody.get(path)).text for path in (LIST, group)]
    for page in pages:
        for it in waiting(running):
            assert f'href="/pusat/ditahan/{it.place}' in page
        assert "Layanan aduan warga</a>" in page
        assert "Telepon 08…90</a>" in page


async def test_a_released_change_counts(running_on_either: RunningCentre) -> None:
    running = running_on_either
    record = await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await ruled(somebody, it.place, answer="release")
    assert (said.told, is_known(running, record), waiting(running)) == ("released", True, [])


async def test_a_refused_change_never_counts(running: RunningCentre) -> None:
    record = await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        without = await ruled(somebody, it.place, answer="refuse")
        said = await ruled(somebody, it.place, answer="refuse", reason=WHY)
    assert without.status == 422
    assert (said.told, is_known(running, record), waiting(running)) == ("refused", False, [])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("release", "hanya hub pemiliknya yang dapat menariknya"),
        ("refuse", "Penolakan tidak dapat diurungkan"),
    ],
)
async def test_an_answer_without_a_way_back_says_so_and_offers_none(
    running: RunningCentre, answer: str, why: str
) -> None:
    await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        said = await ruled(somebody, it.place, answer=answer, reason=WHY)
        then = (await somebody.get(said.place, told=said.told)).text
        decision = (await somebody.get(f"/pusat/jejak/{national_size(running) - 1}")).text
    assert why in then
    assert "Lihat keputusannya" in then
    assert "atau urungkan" not in then
    assert why in decision


async def test_the_second_of_two_presses_says_that_it_is_decided(running: RunningCentre) -> None:
    await hold(running, await new_hub(running))
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, f"{LIST}/{it.place}")
        await somebody.post(f"{LIST}/{it.place}", seen=seen, answer="release")
        said = await somebody.post(f"{LIST}/{it.place}", seen=seen, answer="release")
        page = await somebody.get(f"{LIST}/{it.place}")
    assert (said.told, page.told, said.place) == ("decided", "decided", LIST)


async def test_what_nobody_can_release_says_why(running: RunningCentre) -> None:
    hub = await new_hub(running)
    await write(running, hub, {"title": "Judul yang baik", "stage": "tidak_ada"})
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(f"{LIST}/{it.place}")).text
        said = await ruled(somebody, it.place, answer="release")
    assert "tidak dapat diluluskan siapa pun" in page
    assert 'value="release"' not in page
    assert said.status == 422
    assert len(waiting(running)) == 1


async def test_a_proposal_shows_what_it_would_change(running: RunningCentre) -> None:
    _, place = await proposal(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        listed = (await somebody.get(LIST)).text
        page = (await somebody.get(f"{LIST}/{place}")).text
    assert "hub=51&amp;sebab=usulan" in listed
    assert "</span>Milik Kemenkes<span" in page
    assert "</span>Usulan Bali<span" in page


async def test_a_flood_is_released_at_once(running_on_either: RunningCentre) -> None:
    running = running_on_either
    await flood(running, await new_hub(running))
    group = f"{LIST}/banyak?hub=51&sebab=flood"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, group), "hub": "51", "sebab": "flood"}
        said = await somebody.post(f"{LIST}/banyak", answer="release", **form)
        told = (await somebody.get(said.place)).text
    assert "21 perubahan diluluskan" in told
    assert waiting(running) == []


async def test_a_flood_is_refused_at_once_with_one_reason(running: RunningCentre) -> None:
    await flood(running, await new_hub(running))
    group = f"{LIST}/banyak?hub=51&sebab=flood"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, group), "hub": "51", "sebab": "flood"}
        without = await somebody.post(f"{LIST}/banyak", answer="refuse", **form)
        said = await somebody.post(f"{LIST}/banyak", answer="refuse", reason="Dicuri", **form)
    assert without.status == 422
    assert "selesai=21" in said.place
    assert waiting(running) == []


async def test_a_group_that_grew_meanwhile_is_not_ruled_on(running: RunningCentre) -> None:
    hub = await new_hub(running)
    await hold(running, hub)
    group = f"{LIST}/banyak?hub=51&sebab=privacy_finding"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, group), "hub": "51", "sebab": "privacy_finding"}
        await hold(running, hub, title="Satu lagi")
        said = await somebody.post(f"{LIST}/banyak", answer="release", **form)
    assert said.status == 409
    assert len(waiting(running)) == 2


async def test_a_group_of_which_one_is_ruled_on_meanwhile_is_looked_at_again(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    await hold(running, hub)
    await hold(running, hub, title="Satu lagi")
    first, centre = waiting(running)[0], running.centre

    async def ruled() -> None:
        who = {"by": "tuti", "agency": "lan"}
        await centre.db.run(
            lambda conn: holds.release_change(conn, centre, place=first.place, **who)
        )

    group = f"{LIST}/banyak?hub=51&sebab=privacy_finding"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, group), "hub": "51", "sebab": "privacy_finding"}
        with just_before_the_desk_writes(ruled):
            said = await somebody.post(f"{LIST}/banyak", answer="refuse", reason=WHY, **form)
    assert said.status == 409
    assert "keadaannya berubah" in said.text
    assert len(waiting(running)) == 1


async def test_what_cannot_be_released_stays_and_is_counted(running: RunningCentre) -> None:
    await write(running, await new_hub(running), {"stage": "tidak_ada"})
    group = f"{LIST}/banyak?hub=51&sebab=schema_invalid"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        form = {"seen": await stamp(somebody, group), "hub": "51", "sebab": "schema_invalid"}
        said = await somebody.post(f"{LIST}/banyak", answer="release", **form)
        told = (await somebody.get(said.place)).text
    assert "1 tidak dapat diluluskan" in told
    assert len(waiting(running)) == 1


async def test_a_hub_is_given_back_as_it_was(running_on_either: RunningCentre) -> None:
    running = running_on_either
    hub = await new_hub(running)
    await write(running, hub, {"title": "Yang lama"})
    since = national_size(running)
    [record] = await write(running, hub, {"title": "Yang keliru"})
    path = f"/pusat/kembalikan?hub=51&tempat={since}"
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        page = (await somebody.get(path)).text
        [seen] = re.findall(r'name="seen" value="(\w+)"', page)
        form = {"seen": seen, "hub": "51", "tempat": str(since)}
        without = await somebody.post("/pusat/kembalikan", **form)
        said = await somebody.post("/pusat/kembalikan", reason="Impor keliru", **form)
        told = (await somebody.get(said.place)).text
    centre = running.centre
    found = centre.db.read_sync(lambda conn: centre.documents.scan(conn, visible=False, limit=9))
    assert "1 inovasi akan berubah" in page
    assert without.status == 422
    assert "hanya hub pemiliknya yang menyatakannya" in page
    assert said.place.endswith("selesai=1")
    assert "/pusat/jejak?jenis=record.reverted&amp;akun=curator1" in told
    assert [it for it, _ in found] == [record]


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("field", ["title", "summary"])
async def test_what_is_written_after_the_look_is_not_taken_back_unseen(
    running: RunningCentre, field: str, *, is_late: bool
) -> None:
    """Also of a field that the preview names: another value stands there now."""
    hub = await new_hub(running)
    [record] = await write(running, hub, {"title": "Judul asli", "summary": "Ringkasan asli."})
    since = national_size(running)
    stolen = {"title": "Judul dicuri", "summary": "Ringkasan asli."}
    await amend(running, hub, 1, national=since, **stolen)
    right = {**stolen, field: "Yang benar, kata operator"}

    async def amended() -> None:
        await amend(running, hub, 1, national=national_size(running), **right)

    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, f"/pusat/kembalikan?hub=51&tempat={since}")
        form = {"seen": seen, "hub": "51", "tempat": str(since), "reason": "kunci dicuri"}
        if not is_late:
            await amended()
            said = await somebody.post("/pusat/kembalikan", **form)
        else:
            with just_before_the_desk_writes(amended):
                said = await somebody.post("/pusat/kembalikan", **form)
    centre = running.centre
    state = centre.db.read_sync(lambda conn: load_states(conn, centre, [record]))[record]
    assert said.status == 409
    assert "keadaannya berubah" in said.text
    assert shown_record(state)[field] == right[field]


async def test_a_moment_that_is_none_is_said_beside_the_form(running: RunningCentre) -> None:
    await new_hub(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        for moment in ("", "kemarin", "2026-99-99T00:00"):
            said = await somebody.get(f"/pusat/kembalikan?hub=51&saat={moment}")
            assert said.status == 422
        good = await somebody.get("/pusat/kembalikan?hub=51&saat=2026-01-01T00:00")
        unknown = await somebody.get("/pusat/kembalikan?hub=99&tempat=1")
    assert (good.status, unknown.status) == (200, 422)


async def test_the_pages_of_held_changes_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    await hold(running, hub)
    await flood(running, hub)
    first, second = waiting(running)[:2]
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (
            LIST,
            f"{LIST}/{first.place}",
            f"{LIST}/{second.place}?hub=51&sebab=flood",
            f"{LIST}/banyak?hub=51&sebab=flood",
            "/pusat/kembalikan?hub=51&tempat=2",
        ):
            await page.goto(running.url + path)
            await assert_readable(page)
