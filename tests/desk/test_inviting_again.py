"""A hub is invited again: with its keys by one admin, without them by two."""

import html
import re

import pytest

from central import registry
from central.store.hubs import REVOKED
from central.web.rights import Role
from protocol.enrolment import encode_enrol_request, parse_invitation
from tests.support.author import Author
from tests.support.browsers import open_page
from tests.support.centres import RunningCentre
from tests.support.desk import enter, signed_in
from tests.support.page_http import Said, Somebody
from tests.support.screens import assert_readable

PAGE = "/pusat/hub/51/undang-ulang"
FORM = {"reason": "Kebakaran", "hours": "24", "again": "51", "last_good": ""}


@pytest.fixture
async def bali(running: RunningCentre) -> Author:
    """Hub 51, of which the centre has three entries."""
    author = Author(hub="51")
    await running.enrol(author)
    author.grow(2)
    await running.submit(author)
    await running.reconcile()
    return author


def code_in(text: str) -> str:
    found = re.search(r'<pre id="undangan"[^>]*>([^<]+)</pre>', text)
    assert found is not None
    return html.unescape(found[1])


def state(running: RunningCentre) -> str:
    return running.centre.db.read_sync(lambda conn: registry.get_hub(conn, "51")).state


async def wish(somebody: Somebody, **changed: str) -> Said:
    """Fills the form for new keys as its page is now."""
    seen = re.search(r'name="seen" value="(\w+)"', (await somebody.get(PAGE)).text)
    assert seen is not None
    return await somebody.post(PAGE, **{**FORM, "seen": seen[1], **changed})


async def test_a_hub_that_has_its_keys_is_invited_by_one_admin(
    running: RunningCentre, bali: Author
) -> None:
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN) as somebody:
        said = await somebody.post("/pusat/hub/51/undang-lagi", hours="24")
    request = bali.enrol_request(code_in(said.text))
    assert (await running.post("/sync/v1/enrol", encode_enrol_request(request))).status == 201
    assert state(running) == "active"


@pytest.mark.usefixtures("bali")
async def test_two_admins_close_the_log_and_the_second_gets_the_invitation(
    running: RunningCentre,
) -> None:
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN, "rina") as first:
        said = await wish(first)
        assert (said.status, said.told, state(running)) == (303, "reinvite_asked", "active")
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN, "budi") as second:
        assert "Sudah diminta oleh rina" in (await second.get(PAGE)).text
        said = await wish(second)
    assert parse_invitation(code_in(said.text)).generation == 2
    assert state(running) == REVOKED


@pytest.mark.usefixtures("bali")
async def test_one_admin_is_not_two(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN) as somebody:
        await wish(somebody)
        said = await wish(somebody)
    assert said.status == 422
    assert "second_admin_needed" in said.text
    assert state(running) == "active"


@pytest.mark.usefixtures("bali")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"again": "15"}, "again"),
        ({"hours": "100"}, "hours"),
        ({"last_good": "-1"}, "last_good"),
        ({"last_good": "x"}, "last_good"),
        ({"reason": "tulis ke rina@contoh.go.id"}, "reason"),
    ],
)
async def test_what_cannot_be_done_is_said_beside_its_field(
    running: RunningCentre, changed: dict[str, str], field: str
) -> None:
    async with signed_in(running.centre, running.url) as somebody:
        said = await wish(somebody, **changed)
    assert said.status == 422
    assert f'id="{field}-fault"' in said.text
    assert state(running) == "active"


@pytest.mark.usefixtures("bali")
async def test_a_wish_over_an_old_page_is_not_kept(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, Role.HUB_ADMIN, "budi") as second:
        seen = re.search(r'name="seen" value="(\w+)"', (await second.get(PAGE)).text)
        async with signed_in(running.centre, running.url, Role.HUB_ADMIN, "rina") as first:
            await wish(first)
        assert seen is not None
        said = await second.post(PAGE, **FORM, seen=seen[1])
    assert (said.status, state(running)) == (409, "active")


@pytest.mark.usefixtures("bali")
async def test_it_reads_well(running: RunningCentre) -> None:
    async with open_page() as page:
        await enter(page, running.centre, running.url, Role.HUB_ADMIN)
        await page.goto(running.url + PAGE)
        assert "Undang ulang" in await page.locator("h1").inner_text()
        await assert_readable(page)
