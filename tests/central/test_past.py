"""A record as it stood at a place, and when nobody knows that any more."""

import pytest

from central import past
from central.casework import identity
from protocol.catalogue import shown_record
from tests.support.author import Author
from tests.support.redacting import PLACE, RINA, amend, filled, redact
from tests.support.rooms import VALID, Room


@pytest.fixture
def author(room: Room, hub: Author) -> Author:
    return filled(room, hub)


def is_known(room: Room, record: str, place: int) -> bool:
    return room.read(lambda conn, it: past.is_known(conn, it, record, place))


def test_several_places_are_one_fold(room: Room, author: Author) -> None:
    record, first = author.record(1), room.national.size
    amend(room, author, {**VALID, "title": "Judul kedua"})
    places = [PLACE, first, room.national.size]
    found = room.read(lambda conn, it: past.states_before(conn, it, record, places))
    states = [found[it] for it in places]
    titles = [None if it is None else shown_record(it)["title"] for it in states]
    assert titles == [None, VALID["title"], "Judul kedua"]


def test_a_past_that_was_redacted_since_is_not_known(room: Room, author: Author) -> None:
    place = room.national.size
    assert is_known(room, author.record(1), place)
    redact(room, author)
    assert not is_known(room, author.record(1), place)
    assert is_known(room, author.record(1), room.national.size)


def test_the_redaction_of_another_record_takes_no_past_away(room: Room, author: Author) -> None:
    redact(room, author)
    place = room.national.size
    redact(room, author, record=author.record(2), place=PLACE + 1, fields=("title",))
    assert is_known(room, author.record(1), place)


def test_a_merge_is_undone_though_another_record_was_redacted_since(
    room: Room, author: Author
) -> None:
    one, other = author.record(1), author.record(2)
    amend(room, author, {**VALID, "title": "Jemput bola", "summary": "Lain"}, number=3)
    redact(room, author)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=one, absorbed=other, take=("title",), person=RINA
        )
    )
    redact(room, author, record=author.record(3), place=4, fields=("summary",))
    room.write(lambda conn, it: identity.unmerge(conn, it, absorbed=other, person=RINA))
    assert shown_record(room.state(one))["title"] == VALID["title"]
