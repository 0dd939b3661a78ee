"""Hub: the list, and everything about one of them."""

import re

import pytest

from central import registry
from central.store import audit, targets
from central.store.hubs import RETIRED, REVOKED, SUSPENDED
from central.web.hub_acts import ACTS
from central.web.rights import Role
from central.web.told import TOLD
from tests.support.author import Author
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_hubs import enrol_four, say
from tests.support.page_http import Somebody
from tests.support.screens import assert_readable

WHY = "server disita"


def hubs_in(text: str) -> list[str]:
    return re.findall(r'<td data-name="Hub"><a href="/pusat/hub/(\w+)">', text)


def seen_in(text: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', text)
    assert found is not None
    return found[1]


def state(running: RunningCentre, hub: str = "51") -> str:
    return running.centre.db.read_sync(lambda conn: registry.get_hub(conn, hub)).state


async def do(somebody: Somebody, act: str, hub: str = "51", **form: str) -> str:
    """Fills the form of an act; where it led, or the text of what it answered."""
    page = await somebody.get(f"/pusat/hub/{hub}/{act}")
    said = await somebody.post(f"/pusat/hub/{hub}/{act}", seen=seen_in(page.text), **form)
    return said.place or said.text


async def test_the_list_begins_with_whoever_most_needs_somebody(
    running_on_either: RunningCentre,
) -> None:
    await enrol_four(running_on_either)
    async with signed_in(running_on_either.centre, running_on_either.url) as somebody:
        said = await somebody.get("/pusat/hub")
    assert hubs_in(said.text) == ["11", "94", "kemenkes", "51"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("ok", ["51"]), ("overdue", ["11", "94", "kemenkes"]), ("stopped", [])],
)
async def test_the_list_shows_one_state(
    running: RunningCentre, wanted: str, expected: list[str]
) -> None:
    await enrol_four(running)
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.get(f"/pusat/hub?state={wanted}")
    assert hubs_in(said.text) == expected


async def test_a_state_that_does_not_exist_is_refused(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        said = await somebody.get("/pusat/hub?state=green")
    assert said.status == 400


async def test_a_hub_shows_its_runs_its_keys_in_words_and_both_views(
    running: RunningCentre,
) -> None:
    await enrol_four(running)
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get("/pusat/hub/51")).text
    assert 'class="strip"' in text
    words = re.search(r'<p class="words">([^<]+)</p>', text)
    assert words is not None
    assert len(words[1].split()) == 8
    assert "Menurut hub, menurut pusat" in text
    assert "Terdaftar" in text


async def test_the_trouble_of_a_hub_is_a_sentence_with_its_code(running: RunningCentre) -> None:
    await enrol_four(running)
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get("/pusat/hub/11")).text
    assert "Log hub dan salinannya di sini telah berpisah" in text
    assert "own_log_diverged" in text


async def test_nothing_that_a_hub_says_is_markup(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    say(running, "51", {"state": "<b>", "code": "<script>alert(1)", "software": "<i>x/1"})
    async with signed_in(running.centre, running.url) as somebody:
        for path in ("/pusat", "/pusat/hub", "/pusat/hub/51"):
            text = (await somebody.get(path)).text
            assert "<script>alert" not in text
            assert "<i>x" not in text


async def test_a_hub_that_there_is_not_is_not_found(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        assert (await somebody.get("/pusat/hub/99")).status == 404
        assert (await somebody.get("/pusat/hub/99/tangguhkan")).status == 404


async def test_a_viewer_sees_no_form_and_no_act(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        text = (await somebody.get("/pusat/hub/51")).text
    assert "/pusat/hub/51/" not in text


async def test_a_target_is_set_and_given_up(running_on_either: RunningCentre) -> None:
    running = running_on_either
    await running.enrol(Author(hub="51"))

    def target() -> int | None:
        return running.centre.db.read_sync(lambda conn: targets.get(conn, "51"))

    async with signed_in(running.centre, running.url, Role.HUB_ADMIN) as somebody:
        seen = seen_in((await somebody.get("/pusat/hub/51")).text)
        said = await somebody.post("/pusat/hub/51/sasaran", hours="48", seen=seen)
        assert (said.status, said.told, target()) == (303, "target", 48)
        page = await somebody.get("/pusat/hub/51")
        assert "Segar selama 2 hari" in page.text
        form = {"seen": seen_in(page.text), "hours": "48", "settings": "yes"}
        await somebody.post("/pusat/hub/51/sasaran", **form)
    assert target() is None


async def test_the_trail_of_a_hub_says_a_target_in_days(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        seen = seen_in((await somebody.get("/pusat/hub/51")).text)
        await somebody.post("/pusat/hub/51/sasaran", hours="720", seen=seen)
        text = (await somebody.get("/pusat/hub/51")).text
    assert "720 h" not in text
    assert re.search(r'data-name="Keterangan">[^<]*30 hari</td>', text)


@pytest.mark.parametrize("hours", ["0", "-1", "2161", "x", "1.5", "99999999999", "²"])
async def test_another_target_is_refused_beside_its_field(
    running: RunningCentre, hours: str
) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        seen = seen_in((await somebody.get("/pusat/hub/51")).text)
        said = await somebody.post("/pusat/hub/51/sasaran", hours=hours, seen=seen)
    assert said.status == 422
    summary = said.text.partition('role="alert"')[2].partition("</div>")[0]
    assert '<a href="#hours">Tulis jumlah jam, dari 1 sampai 2.160 (90 hari).</a>' in summary
    assert 'id="hours-fault"' in said.text
    assert re.search(r"\b2160\b", said.text) is None


async def test_a_target_over_an_old_page_is_not_kept(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        seen = seen_in((await somebody.get("/pusat/hub/51")).text)
        await somebody.post("/pusat/hub/51/sasaran", hours="48", seen=seen)
        said = await somebody.post("/pusat/hub/51/sasaran", hours="12", seen=seen)
    assert said.status == 409
    assert "seen_is_old" in said.text


async def test_a_hub_is_suspended_with_a_reason_and_resumed(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN) as somebody:
        assert await do(somebody, "tangguhkan", reason=WHY) == "/pusat/hub/51"
        assert state(running) == SUSPENDED
        page = await somebody.get("/pusat/hub/51")
        assert WHY in page.text
        await do(somebody, "lanjutkan", reason="server kembali")
    assert state(running) == "active"


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("tangguhkan", {}, "Hub ini ditangguhkan: pusat tidak menerima kirimannya"),
        ("tutup", {}, "Hub ini sudah ditutup"),
        ("cabut", {"again": "51"}, "Kunci hub ini dicabut"),
    ],
)
async def test_a_hub_that_takes_no_part_says_which_way(
    running: RunningCentre, act: str, form: dict[str, str], said: str
) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        await do(somebody, act, reason=WHY, **form)
        text = (await somebody.get("/pusat/hub/51")).text
    assert said in text
    assert "Ditangguhkan, ditutup, atau dicabut" not in text


async def test_a_hub_that_owns_nothing_is_retired(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        await do(somebody, "tutup", reason=WHY)
    assert state(running) == RETIRED


async def test_a_hub_that_owns_records_is_not_retired_and_the_reason_stays_typed(
    running: RunningCentre,
) -> None:
    author = Author(hub="51")
    await running.enrol(author)
    author.put(1, {"title": "Antrean daring puskesmas", "region": "51", "started": "2024"})
    await running.submit(author)
    await running.reconcile()
    async with signed_in(running.centre, running.url) as somebody:
        text = await do(somebody, "tutup", reason=WHY)
    assert "hub_owns_records" in text
    assert f'value="{WHY}"' in text
    assert state(running) == "active"


async def test_a_key_is_revoked_only_where_the_id_is_typed(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        text = await do(somebody, "cabut", reason=WHY, again="15")
        assert "Ketik id hub ini persis" in text
        assert state(running) == "active"
        await do(somebody, "cabut", reason=WHY, again="51")
    assert state(running) == REVOKED
    count = running.centre.db.read_sync(
        lambda conn: audit.count(conn, what="hub.revoked", hub="51")
    )
    assert count == 1


@pytest.mark.parametrize("reason", ["", "hubungi rina@contoh.go.id"])
async def test_a_reason_that_is_none_or_names_somebody_is_refused_beside_its_field(
    running: RunningCentre, reason: str
) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        text = await do(somebody, "tangguhkan", reason=reason)
    assert 'id="reason-fault"' in text
    assert state(running) == "active"


async def test_an_act_over_an_old_page_changes_nothing(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        seen = seen_in((await somebody.get("/pusat/hub/51/tutup")).text)
        await do(somebody, "tangguhkan", reason=WHY)
        said = await somebody.post("/pusat/hub/51/tutup", seen=seen, reason=WHY)
    assert said.status == 409
    assert state(running) == SUSPENDED


async def test_an_act_that_does_not_exist_is_not_found(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        assert (await somebody.get("/pusat/hub/51/hapus")).status == 404


async def test_an_act_that_does_not_fit_the_state_is_only_explained(
    running: RunningCentre,
) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.get("/pusat/hub/51/lanjutkan")).text
    assert "tidak dapat dilakukan pada hub ini" in text
    assert '<form method="post" action="/pusat/hub/51' not in text


async def test_every_screen_about_hubs_reads_well(running: RunningCentre) -> None:
    await enrol_four(running)
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN)
        for path in ("/pusat/hub", "/pusat/hub/51", "/pusat/hub/11", "/pusat/hub/51/cabut"):
            answer = await page.goto(running.url + path)
            assert answer is not None
            assert answer.status == 200
            await assert_readable(page)


async def test_a_hub_is_suspended_in_a_browser_without_scripts(running: RunningCentre) -> None:
    await enrol_four(running)
    async with open_page(has_scripts=False) as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN)
        await page.goto(f"{running.url}/pusat/hub/51")
        await page.get_by_role("link", name="Tangguhkan").click()
        await page.get_by_label("Alasan").fill(WHY)
        await page.get_by_role("button", name="Tangguhkan").click()
        assert "Hub ditangguhkan." in await page.get_by_role("status").inner_text()
    assert state(running) == SUSPENDED


def test_every_act_says_what_follows_and_has_an_answer() -> None:
    assert all(act.follows and f"hub_{slug}" in TOLD for slug, act in ACTS.items())


async def test_a_form_with_a_fault_reads_well(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN)
        await page.goto(f"{running.url}/pusat/hub/51")
        await page.get_by_label("Jam").fill("0")
        await page.get_by_role("button", name="Simpan sasaran").click()
        assert await page.get_by_role("alert").is_visible()
        await assert_readable(page)
