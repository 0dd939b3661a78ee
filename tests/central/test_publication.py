"""What the centre keeps from readers, and shows again."""

import pytest
from sqlalchemy import Connection

from central import projection
from central.casework import publication
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.public_text import TextRefused
from central.rebuild import rebuild
from protocol.catalogue import public_record
from tests.support.author import Author
from tests.support.casework import PRIVATE, RINA, with_records
from tests.support.rooms import VALID, Room


@pytest.fixture
def record(room: Room, hub: Author) -> str:
    """A record that readers see."""
    return with_records(room, hub, {})[0]


def set_to(room: Room, record: str, state: str, person: Person = RINA) -> bool:
    return room.write(lambda conn, it: publication.set_publication(conn, it, record, state, person))


def found(room: Room) -> int:
    def search(conn: Connection, centre: Centre) -> int:
        page = projection.search(conn, centre, query="antrean", filters={}, limit=1, after=None)
        return page.total

    return room.read(search)


def test_a_hidden_record_is_not_found_and_shows_no_content(room: Room, record: str) -> None:
    assert found(room) == 1
    assert set_to(room, record, "hidden")
    assert found(room) == 0
    shown = public_record(room.state(record))
    assert (shown["state"], shown["record"]) == ("hidden", {})


def test_a_published_record_is_as_it_was(room: Room, record: str) -> None:
    set_to(room, record, "hidden")
    assert set_to(room, record, "public")
    assert found(room) == 1
    shown = public_record(room.state(record))["record"]
    assert isinstance(shown, dict)
    assert shown["title"] == VALID["title"]


@pytest.mark.parametrize("state", ["hidden", "public"])
def test_a_record_that_is_so_already_is_no_decision(room: Room, record: str, state: str) -> None:
    if state == "hidden":
        set_to(room, record, "hidden")
    before = room.national
    assert not set_to(room, record, state)
    assert room.national == before


def test_its_hub_may_go_on_editing_it(room: Room, hub: Author, record: str) -> None:
    set_to(room, record, "hidden")
    hub.put(1, {"title": "Judul baru"}, record=record, national=room.national.size)
    room.submit(hub, start=2)
    room.decide_now()
    set_to(room, record, "public")
    shown = public_record(room.state(record))["record"]
    assert isinstance(shown, dict)
    assert shown["title"] == "Judul baru"


def test_who_hid_it_and_why_stands_in_the_history(room: Room, record: str) -> None:
    set_to(room, record, "hidden")
    row, *_ = room.read(lambda conn, it: projection.history(conn, it, record))
    assert [row[name] for name in ("kind", "state", "author", "reason")] == [
        "publication.set",
        "hidden",
        "panrb/rina",
        "UU 15/2022",
    ]


def test_a_rebuild_hides_it_again(room: Room, record: str) -> None:
    set_to(room, record, "hidden")
    assert rebuild(room.centre).identical
    assert found(room) == 0


def test_a_record_that_there_is_not_cannot_be_hidden(room: Room, hub: Author) -> None:
    with pytest.raises(CaseRefused) as refused:
        set_to(room, hub.record(404), "hidden")
    assert refused.value.code == "unknown_record"


def test_a_reason_holds_no_personal_data(room: Room, record: str) -> None:
    with pytest.raises(TextRefused):
        set_to(room, record, "hidden", PRIVATE)
    assert found(room) == 1
