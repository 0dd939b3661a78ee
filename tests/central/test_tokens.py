from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from central import tokens
from central.casework.person import Person
from central.public_text import TextRefused
from central.scope import Scope
from central.store import tokens as store
from central.store.audit import AUDIT
from central.store.tokens import TokenRow
from central.tokens import TokenRefused
from tests.support.rooms import Room
from tests.support.tokens import RINA


def made(
    room: Room, *scopes: Scope, days: int = 30, name: str = "Dasbor", person: Person = RINA
) -> tuple[TokenRow, str]:
    return room.write(
        lambda conn, centre: tokens.create(
            conn, centre, name=name, scopes=scopes, days=days, person=person
        )
    )


def held(room: Room, text: str) -> TokenRow | None:
    now = room.clock.now()
    return room.read(lambda conn, _: tokens.holder(conn, text, now=now))


def revoked(room: Room, token: str) -> TokenRow:
    return room.write(lambda conn, centre: tokens.revoke(conn, centre, token, RINA))


def audited(room: Room) -> list[tuple[str, str]]:
    rows = select(AUDIT.c.what, AUDIT.c.detail).order_by(AUDIT.c.id)
    return [(row.what, row.detail) for row in room.read(lambda conn, _: conn.execute(rows).all())]


def test_a_token_is_known_by_its_text(room: Room) -> None:
    row, text = made(room, Scope.CASES_READ, Scope.HUBS_READ)
    found = held(room, text)
    assert found is not None
    assert (found.id, tokens.scopes_of(found)) == (
        row.id,
        frozenset({Scope.CASES_READ, Scope.HUBS_READ}),
    )


def test_the_text_is_nowhere_kept(room: Room) -> None:
    row, text = made(room, Scope.CASES_READ)
    kept = " ".join(str(value) for value in row.model_dump().values())
    assert text not in kept
    assert text not in str(audited(room))
    assert len(row.secret_hash) == 32


def test_two_tokens_of_one_name_are_two(room: Room) -> None:
    assert made(room, Scope.HUBS_READ)[1] != made(room, Scope.HUBS_READ)[1]


def test_a_token_ends_when_it_expires(room: Room) -> None:
    _, text = made(room, Scope.HUBS_READ, days=1)
    room.clock.advance(timedelta(days=1).total_seconds() - 1)
    assert held(room, text) is not None
    room.clock.advance(1)
    assert held(room, text) is None


def test_a_revoked_token_counts_no_more_and_stays_listed(room: Room) -> None:
    row, text = made(room, Scope.HUBS_READ)
    revoked(room, row.id)
    assert held(room, text) is None
    [listed] = room.read(lambda conn, _: store.everyone(conn))
    assert tokens.state_of(listed, now=room.clock.now()) == "revoked"


def test_making_and_revoking_are_audited_once_each(room: Room) -> None:
    row, _ = made(room, Scope.HUBS_READ)
    revoked(room, row.id)
    revoked(room, row.id)
    assert audited(room) == [
        ("token.created", f"{row.id} Dasbor: hubs:read, by panrb/rina"),
        ("token.revoked", f"{row.id} Dasbor, by panrb/rina"),
    ]


def test_a_token_that_there_is_not_cannot_be_revoked(room: Room) -> None:
    with pytest.raises(TokenRefused) as refused:
        revoked(room, "00000000")
    assert refused.value.code == "token_unknown"


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "a\u202eb"])
def test_a_name_is_one_line_that_can_be_read(room: Room, name: str) -> None:
    with pytest.raises(TokenRefused):
        made(room, Scope.HUBS_READ, name=name)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_a_year_at_most(room: Room, days: int) -> None:
    with pytest.raises(TokenRefused):
        made(room, Scope.HUBS_READ, days=days)


def test_a_token_is_for_something(room: Room) -> None:
    with pytest.raises(TokenRefused):
        made(room)


def test_a_name_holds_no_personal_data(room: Room) -> None:
    with pytest.raises(TextRefused):
        made(room, Scope.HUBS_READ, name="rina@panrb.go.id")


@given(st.binary(min_size=32, max_size=32))
def test_every_text_has_the_form_that_a_scanner_looks_for(secret: bytes) -> None:
    text = tokens.format_token(secret)
    assert text.startswith("jipp_")
    assert (len(text), tokens.is_well_formed(text)) == (63, True)


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(5, 62),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"),
)
def test_a_text_with_one_wrong_character_is_none(secret: bytes, place: int, typed: str) -> None:
    text = tokens.format_token(secret)
    mistyped = text[:place] + typed + text[place + 1 :]
    assert tokens.is_well_formed(mistyped) is (mistyped == text)


@given(st.text(max_size=80))
def test_no_other_text_is_a_token(text: str) -> None:
    assert not tokens.is_well_formed(text)


def test_a_use_is_written_down_every_few_minutes(room: Room) -> None:
    row, _ = made(room, Scope.HUBS_READ)
    now = room.clock.now()
    assert tokens.is_use_news(row, now=now)
    used = row.model_copy(update={"last_used_at": now})
    assert not tokens.is_use_news(used, now=now + timedelta(minutes=5))
    assert tokens.is_use_news(used, now=now + timedelta(minutes=6))
