"""Jejak audit: every decision and every act is found again, with its proof, and as a file."""

import csv
import re
from io import StringIO

import pytest

from central.casework import campaigns, hub_states, redaction
from central.casework.campaigns import CampaignOrder
from central.casework.redaction import RedactionOrder
from central.store import audit
from central.web import trail as pages
from central.web.audit_words import ACTS
from central.web.decision_words import CHANGE_WORDS, KINDS
from central.web.hub_acts import ACTS as BUTTONS
from central.web.rights import Role
from protocol.entries.changes import FORMS as CHANGES
from protocol.entries.decisions import FORMS
from protocol.tlog_proof import parse_proof_file
from tests.support.browsers import open_page
from tests.support.casework import RINA
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.desk_cases import contest, curate, national_size, new_hub, write
from tests.support.screens import assert_readable

TRAIL = "/pusat/jejak"


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a file of CSV."""
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_every_kind_of_decision_has_a_word() -> None:
    assert KINDS.keys() == set(FORMS)


def test_every_change_of_a_hub_has_a_word() -> None:
    assert CHANGES.keys() <= CHANGE_WORDS.keys()


def test_every_act_has_a_word() -> None:
    assert ACTS.keys() == audit.ACTS


def test_acts_are_called_alike_wherever_they_are_named() -> None:
    assert {ACTS[name] for name in ("change.released", "change.refused")} == {
        KINDS["change.released"],
        KINDS["change.refused"],
    }


async def test_the_newest_decision_comes_first_and_pages_go_back_to_the_first(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    await write(running, hub, *({"title": f"Inovasi {number}"} for number in range(60)))
    size = national_size(running)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        first = (await somebody.get(TRAIL)).text
        second = (await somebody.get(f"{TRAIL}?sebelum={size - 50}")).text
    assert f'{TRAIL}/{size - 1}"' in first
    assert f"sebelum={size - 50}" in first
    assert f'{TRAIL}/0"' in second
    assert 'rel="next"' not in second


async def test_decisions_are_filtered_by_kind_hub_and_account(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    bali, health = await new_hub(running), await new_hub(running, "kemenkes", seed=9)
    await contest(running, bali)
    await write(running, health, {})
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        by_kind = rows((await somebody.get(f"{TRAIL}/berkas?jenis=record.curated")).text)
        by_hub = rows((await somebody.get(f"{TRAIL}/berkas?hub=kemenkes")).text)
        by_account = rows((await somebody.get(f"{TRAIL}/berkas?akun=rina")).text)
        by_nobody = rows((await somebody.get(f"{TRAIL}/berkas?akun=nobody")).text)
        by_no_hub = rows((await somebody.get(f"{TRAIL}/berkas?hub=99")).text)
    assert {it["kind"] for it in by_kind} == {"record.curated"}
    assert {it["hub"] for it in by_hub} == {"kemenkes"}
    assert {it["by"] for it in by_account} == {"panrb/rina"}
    assert by_nobody == by_no_hub == []


async def test_a_file_holds_every_decision_however_many_parts_are_read_for_it(
    running: RunningCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = await new_hub(running)
    records = await write(running, hub, *({"title": f"Inovasi {number}"} for number in range(6)))
    for record in records:
        curate(running, record, title="Judul kurator")
    monkeypatch.setattr(pages, "PART_DECISIONS", 2)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        whole = rows((await somebody.get(f"{TRAIL}/berkas")).text)
        by_account = rows((await somebody.get(f"{TRAIL}/berkas?akun=panrb/rina")).text)
    assert [int(it["place"]) for it in whole] == list(range(national_size(running)))[::-1]
    assert [it["record"] for it in by_account] == records[::-1]


async def test_a_file_that_ends_before_the_log_does_says_so_and_where_it_goes_on(
    running: RunningCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(running, await new_hub(running), {}, {}, {})
    monkeypatch.setattr(pages, "FILE_DECISIONS", 3)
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        *first, last = rows((await somebody.get(f"{TRAIL}/berkas?hub=51")).text)
        address = last["reason"].partition(running.url)[2]
        following = rows((await somebody.get(address)).text)
    assert "berhenti di sini" in last["reason"]
    assert [it["place"] for it in (*first, *following)] == ["4", "3", "2", "1", "0"]


async def test_a_decision_whose_bytes_are_gone_is_in_the_list_and_in_the_file(
    running: RunningCentre,
) -> None:
    hub = await new_hub(running)
    await write(running, hub, {"summary": "Penggagasnya sakit jantung"})
    order = RedactionOrder(
        record=hub.record(1), place=2, fields=("summary",), ground="UU 27/2022", second_by="budi"
    )
    centre = running.centre
    centre.db.run_sync(lambda conn: redaction.redact(conn, centre, order, RINA))
    async with signed_in(centre, running.url, Role.VIEWER) as somebody:
        listed = (await somebody.get(TRAIL)).text
        [gone] = [
            it for it in rows((await somebody.get(f"{TRAIL}/berkas")).text) if it["place"] == "2"
        ]
    assert (gone["kind"], gone["reason"]) == ("change.applied", "Isi dihapus (redaksi)")
    assert gone["at"]
    assert "Isi dihapus (redaksi)" in listed


async def test_the_list_says_which_innovation_hub_and_campaign_and_when(
    running: RunningCentre,
) -> None:
    [record] = await write(running, await new_hub(running), {"title": "Antrean daring"})
    centre = running.centre
    order = CampaignOrder(
        campaign="2026-top",
        title="Pemutakhiran 2026",
        due="2099-12-31",
        target={},
        by="rina",
        agency="panrb",
    )
    centre.db.run_sync(lambda conn: campaigns.open_campaign(conn, centre, order))
    centre.db.run_sync(lambda conn: hub_states.suspend(conn, centre, "51", RINA))
    async with signed_in(centre, running.url, Role.VIEWER) as somebody:
        text = (await somebody.get(TRAIL)).text
        opened = (await somebody.get(f"{TRAIL}/3")).text
    assert f'<a href="/inovasi/{record}">Antrean daring</a>' in text
    assert '<a href="/pusat/kampanye/2026-top">Pemutakhiran 2026</a>' in text
    assert '<a href="/pusat/hub/51"><span>Hub 51 <small>(51)</small></span></a>' in text
    assert re.search(r"\d{4} \d{2}\.\d{2} WIB", text)
    assert "hub.opened" not in text
    assert "Pemutakhiran 2026" in opened
    assert re.search(r"<dd>\d+ \w+ \d{4} \d{2}\.\d{2} WIB</dd>", opened)


async def test_the_proof_of_a_decision_is_a_file_that_names_its_place(
    running: RunningCentre,
) -> None:
    [record] = await write(running, await new_hub(running), {})
    curate(running, record, title="Judul kurator")
    place = national_size(running) - 1
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        said = await somebody.get(f"{TRAIL}/{place}/bukti")
        missing = await somebody.get(f"{TRAIL}/{place + 1}/bukti")
    assert parse_proof_file(said.text.encode()).index == place
    assert missing.status == 404


@pytest.mark.parametrize("slug", ["tutup", "lanjutkan"])
def test_an_act_on_a_hub_is_called_as_its_button_says(slug: str) -> None:
    kinds = {"tutup": ("hub.retired", "hub.retired"), "lanjutkan": ("hub.active", "hub.resumed")}
    act, decision = kinds[slug]
    verb = BUTTONS[slug].title.split()[0].lower()
    assert ACTS[act] == KINDS[decision] == f"Hub di{verb}"


async def test_what_the_acts_promise_is_what_they_hold(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, Role.ADMINISTRATOR) as somebody:
        text = (await somebody.get(f"{TRAIL}/tindakan")).text
    assert "Kata sandi yang salah dan halaman di luar peran seseorang tidak dicatat" in text
    assert "administrator1: Administrator, Kementerian PANRB; oleh test" in text


async def test_acts_of_persons_are_found_by_kind_and_word(running: RunningCentre) -> None:
    await new_hub(running)
    async with signed_in(running.centre, running.url, Role.ADMINISTRATOR, name="tuti") as somebody:
        listed = (await somebody.get(f"{TRAIL}/tindakan")).text
        enrolled = rows(
            (await somebody.get(f"{TRAIL}/tindakan/berkas?jenis=hub.enrolled&hub=51")).text
        )
        by_word = rows((await somebody.get(f"{TRAIL}/tindakan/berkas?kata=tuti")).text)
        nothing = rows((await somebody.get(f"{TRAIL}/tindakan/berkas?kata=%25")).text)
    assert "Akun dibuat" in listed
    assert [(it["what"], it["hub"]) for it in enrolled] == [("hub.enrolled", "51")]
    assert [it["what"] for it in by_word] == ["account.added"]
    assert nothing == []


async def test_the_pages_of_the_trail_can_be_read_by_everybody_who_uses_them(
    running: RunningCentre,
) -> None:
    await contest(running, await new_hub(running))
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.CURATOR)
        for path in (TRAIL, f"{TRAIL}?jenis=hub.retired", f"{TRAIL}/tindakan", f"{TRAIL}/2"):
            await page.goto(running.url + path)
            await assert_readable(page)
