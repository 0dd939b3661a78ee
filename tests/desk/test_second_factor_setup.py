"""A second factor is set up in time, and in the session alone whose holder gave the password."""

from dataclasses import replace

import aiohttp
import pytest

from central import second_factor
from central.store.accounts import keep_member, member
from central.web.rights import Role
from tests.support.centres import RunningCentre
from tests.support.desk import PASSWORD, code_now, cookie_of, employ
from tests.support.page_http import Somebody

NAME = "rina"
PAGE = "/pusat/saya/faktor-kedua"


@pytest.fixture
def centre(running_on_either: RunningCentre) -> RunningCentre:
    """A centre with an account that has a second factor."""
    employ(running_on_either.centre, NAME, Role.CURATOR)
    return running_on_either


def browser(running: RunningCentre) -> Somebody:
    """Another session of the account."""
    headers = cookie_of(running.centre, running.url, NAME)
    return Somebody(url=running.url, http=aiohttp.ClientSession(headers=headers))


def pending_code(running: RunningCentre) -> str:
    """What a phone shows that has read the secret which waits, whoever began it."""
    it = running.centre
    kept = it.db.read_sync(lambda conn: member(conn, NAME))
    assert kept is not None
    session = kept.pending_session or ""
    secret = it.db.read_sync(lambda conn: second_factor.pending(conn, it, NAME, session=session))
    assert secret is not None
    return code_now(it, secret)


def let_pass(running: RunningCentre) -> None:
    """As if it had been begun longer ago than it may wait."""
    db = running.centre.db
    kept = db.read_sync(lambda conn: member(conn, NAME))
    assert kept is not None
    assert kept.pending_at is not None
    old = replace(kept, pending_at=kept.pending_at - second_factor.PENDING_LIFETIME * 1.1)
    db.run_sync(lambda conn: keep_member(conn, old))


def is_shown(text: str) -> bool:
    return "<svg" in text


async def test_what_one_session_began_no_other_sees_or_confirms(centre: RunningCentre) -> None:
    first, other = browser(centre), browser(centre)
    async with first.http, other.http:
        await first.post(PAGE, own=PASSWORD)
        assert is_shown((await first.get(PAGE)).text)
        assert not is_shown((await other.get(PAGE)).text)
        code = pending_code(centre)
        refused = await other.post(f"{PAGE}/kode", code=code)
        taken = await first.post(f"{PAGE}/kode", code=code)
    assert (refused.status, "Mulai lagi" in refused.text) == (422, True)
    assert taken.status == 200


async def test_what_was_abandoned_is_neither_shown_nor_confirmed(centre: RunningCentre) -> None:
    somebody = browser(centre)
    async with somebody.http:
        await somebody.post(PAGE, own=PASSWORD)
        code = pending_code(centre)
        let_pass(centre)
        page = await somebody.get(PAGE)
        refused = await somebody.post(f"{PAGE}/kode", code=code)
        await somebody.post(PAGE, own=PASSWORD)
        again = await somebody.get(PAGE)
    assert not is_shown(page.text)
    assert (refused.status, "Mulai lagi" in refused.text) == (422, True)
    assert is_shown(again.text)
