"""Pendaftaran: invitations made, shown once and withdrawn; keys in words; what became of keys."""

import html
import re

import pytest

from central import registry, reinviting
from central.reinviting import Wish
from central.store import audit
from central.web.rights import Role
from protocol.enrolment import encode_enrol_request, parse_invitation
from tests.support.author import Author
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.screens import assert_readable

ENROLMENT = "/pusat/pendaftaran"
FORM = {"hub": "51", "name": "Provinsi Bali", "hours": "24"}


def code_in(text: str) -> str:
    found = re.search(r'<pre id="undangan"[^>]*>([^<]+)</pre>', text)
    assert found is not None
    return html.unescape(found[1])


def invited(running: RunningCentre) -> list[str]:
    centre = running.centre
    rows = centre.db.read_sync(lambda conn: registry.open_invitations(conn, centre))
    return [it.hub for it in rows]


async def test_an_invitation_is_shown_once_and_a_hub_enrols_with_it(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN) as somebody:
        text = (await somebody.post(ENROLMENT, **FORM)).text
        code = code_in(text)
        assert parse_invitation(code).url == running.url
        later = (await somebody.get(ENROLMENT)).text
        assert "Provinsi Bali" in later
        assert code not in later
        body = encode_enrol_request(Author(hub="51").enrol_request(code))
        assert (await running.post("/sync/v1/enrol", body)).status == 201
        assert invited(running) == []
        assert "/pusat/hub/51" in (await somebody.get(ENROLMENT)).text


async def test_the_words_of_the_centre_stand_beside_the_code(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.post(ENROLMENT, **FORM)).text
    assert " ".join(running.centre.fingerprint_words) in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hub": "Bali!"}, "Id hub: 1 sampai 63 huruf kecil, angka, dan tanda hubung"),
        ({"hub": "Bali 51"}, "hub_id_malformed"),
        ({"hub": ""}, "hub_id_malformed"),
        ({"hub": "pusat/../x"}, "hub_id_malformed"),
        ({"name": ""}, "Tulis nama instansinya"),
        ({"name": "x" * 201}, "Nama instansi: satu baris"),
        ({"name": "Rina 0812-3456-7890"}, "privacy_finding"),
        ({"hours": "0"}, "dari 1 sampai 72"),
        ({"hours": "73"}, "dari 1 sampai 72"),
        ({"hours": "1e3"}, "dari 1 sampai 72"),
        ({"hours": "9" * 40}, "dari 1 sampai 72"),
    ],
)
async def test_what_cannot_be_an_invitation_is_said_beside_its_field(
    running: RunningCentre, changed: dict[str, str], said: str
) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        answer = await somebody.post(ENROLMENT, **{**FORM, **changed})
    [field] = changed
    summary = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert answer.status == 422
    assert said in summary
    assert f'<a href="#{field}">' in summary
    assert f'id="{field}-fault"' in answer.text
    assert invited(running) == []


async def test_a_hub_that_is_enrolled_is_not_invited_again(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url) as somebody:
        answer = await somebody.post(ENROLMENT, **FORM)
    assert answer.status == 422
    assert "Hub ini sudah terdaftar; tidak ada undangan yang dibuat." in answer.text
    assert 'id="hub-fault"' in answer.text
    assert "Terjadi kesalahan pada layanan" not in answer.text


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ("51", "id ini: Bali."),
        ("5171", "id ini: Kota Denpasar."),
        ("51-71", "id ini: Kota Denpasar."),
        ("5300", "Angka 5300 bukan kode provinsi"),
        ("99", "Angka 99 bukan kode provinsi"),
    ],
)
async def test_an_id_of_digits_says_its_region_or_that_it_is_of_none(
    running: RunningCentre, hub: str, said: str
) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        answer = await somebody.post(ENROLMENT, **{**FORM, "hub": hub})
    assert answer.status == 200
    assert said in answer.text
    assert invited(running) == [hub]


async def test_an_id_of_letters_is_taken_as_it_is(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        text = (await somebody.post(ENROLMENT, **{**FORM, "hub": "kemenkes"})).text
    assert "Kemendagri" not in text


async def test_an_invitation_is_withdrawn_and_written_down(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    code = running.invitation("51")
    async with signed_in(running.centre, running.url) as somebody:
        page = await somebody.get(ENROLMENT)
        seen = re.search(r'name="seen" value="(\w+)"', page.text)
        assert seen is not None
        said = await somebody.post(f"{ENROLMENT}/51/batal", seen=seen[1])
    assert (said.status, said.told, invited(running)) == (303, "invitation_withdrawn", [])
    body = encode_enrol_request(Author(hub="51").enrol_request(code))
    assert (await running.post("/sync/v1/enrol", body)).status == 403
    count = running.centre.db.read_sync(
        lambda conn: audit.count(conn, what="hub.invitation_withdrawn", hub="51")
    )
    assert count == 1


async def test_an_invitation_that_was_renewed_is_not_withdrawn_over_an_old_page(
    running: RunningCentre,
) -> None:
    running.invitation("51")
    async with signed_in(running.centre, running.url) as somebody:
        page = await somebody.get(ENROLMENT)
        seen = re.search(r'name="seen" value="(\w+)"', page.text)
        assert seen is not None
        await somebody.post(ENROLMENT, **FORM)
        said = await somebody.post(f"{ENROLMENT}/51/batal", seen=seen[1])
    assert (said.status, invited(running)) == (409, ["51"])


async def test_changes_of_keys_and_a_first_admin_who_waits_are_shown(
    running: RunningCentre,
) -> None:
    await running.enrol(Author(hub="51"))
    centre = running.centre
    wish = Wish(reason="Kebakaran", by="rina", agency="panrb")
    centre.db.run_sync(
        lambda conn: reinviting.reinvite(conn, centre, "51", wish, hours=1, url=running.url)
    )
    async with signed_in(centre, running.url, Role.VIEWER) as somebody:
        text = (await somebody.get(ENROLMENT)).text
    assert "Menunggu admin kedua" in text
    assert "Undangan ulang diminta" in text
    assert "rina" in text


async def test_a_viewer_sees_no_form(running: RunningCentre) -> None:
    running.invitation("51")
    async with signed_in(running.centre, running.url, Role.VIEWER) as somebody:
        text = (await somebody.get(ENROLMENT)).text
    assert 'action="/pusat/pendaftaran' not in text


async def test_it_reads_well_and_an_invitation_is_made_without_scripts(
    running: RunningCentre,
) -> None:
    running.invitation("52")
    await running.enrol(Author(hub="51"))
    async with open_page(has_scripts=False) as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN)
        await page.goto(running.url + ENROLMENT)
        await page.get_by_label("Id hub").fill("kemenkes")
        await page.get_by_label("Nama instansi").fill("Kementerian Kesehatan")
        await page.get_by_role("button", name="Buat undangan").click()
        assert "Undangan untuk Kementerian Kesehatan" in await page.locator("h1").inner_text()
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN, "lain")
        await page.goto(running.url + ENROLMENT)
        await assert_readable(page)
