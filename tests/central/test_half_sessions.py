"""Whoever has typed the password and not yet a code begins anew where the account changed."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from central import second_factor, staff
from central.agency import Agency
from central.centre import Centre
from central.store import accounts
from central.store.accounts import ACCOUNTS
from central.web.rights import Role
from tests.support.desk import employ
from tests.support.rooms import Room

TOKEN = "token"
Work = Callable[[Connection, Centre], None]


@pytest.fixture
def rina(room: Room) -> str:
    """An account that has typed its password and is asked for a code."""
    employ(room.centre, "tuti", Role.ADMINISTRATOR)
    employ(room.centre, "rina", Role.CURATOR)
    now = room.clock.now()
    room.write(lambda conn, _: accounts.begin_half(conn, token=TOKEN, account="rina", now=now))
    return "rina"


def may_go_on(room: Room) -> bool:
    now = room.clock.now()
    return room.write(lambda conn, _: accounts.try_half(conn, TOKEN, now=now)) is not None


def switched(conn: Connection, centre: Centre, *, is_active: bool) -> None:
    staff.change(
        conn, centre, "rina", role="curator", agency=Agency.LAN, is_active=is_active, by="tuti"
    )


def with_a_new_password(conn: Connection, _: Centre) -> None:
    ACCOUNTS.change(conn, "rina", password="x")


def without_second_factor(conn: Connection, centre: Centre) -> None:
    second_factor.give_up(conn, centre, "rina", by="tuti")


def switched_off_and_on(conn: Connection, centre: Centre) -> None:
    switched(conn, centre, is_active=False)
    switched(conn, centre, is_active=True)


@pytest.mark.usefixtures("rina")
def test_whoever_typed_the_password_is_asked_for_the_code(room: Room) -> None:
    assert may_go_on(room)


@pytest.mark.usefixtures("rina")
@pytest.mark.parametrize("work", [with_a_new_password, without_second_factor, switched_off_and_on])
def test_a_change_of_the_account_ends_what_was_half_done(room: Room, work: Work) -> None:
    room.write(work)
    assert not may_go_on(room)


def test_an_account_that_is_switched_off_does_not_go_on(room: Room, rina: str) -> None:
    room.write(lambda conn, it: switched(conn, it, is_active=False))
    now = room.clock.now()
    room.write(lambda conn, _: accounts.begin_half(conn, token=TOKEN, account=rina, now=now))
    assert not may_go_on(room)


@pytest.mark.usefixtures("rina")
def test_a_change_of_another_account_ends_nothing(room: Room) -> None:
    room.write(lambda conn, _: ACCOUNTS.change(conn, "tuti", password="x"))
    assert may_go_on(room)
