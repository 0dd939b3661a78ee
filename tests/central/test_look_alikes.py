"""A new record that is a near copy of another hub's waits for a person, on both databases."""

import pytest

from central.casework import holds, rehearsal
from central.casework.rehearsal import Policy
from central.rebuild import rebuild
from central.store import look_alikes
from protocol.canonical import Json
from protocol.catalogue import standing_of
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.decisions import ChangeApplied, ChangeHeld
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.rooms import VALID, Room

TEXT = " ".join(f"kata{number}" for number in range(40))
RECORD: dict[str, Json] = {**VALID, "summary": TEXT}
OTHER: dict[str, Json] = {**RECORD, "title": "Perizinan satu pintu"}
LOOK_ALIKE = "look_alike"


@pytest.fixture
def copier(room: Room, hub: Author) -> Author:
    """Hub 52; hub 51 has published a record."""
    publish(room, hub, RECORD)
    author = Author(hub="52", seed=2)
    room.enrol(author)
    return author


def publish(room: Room, author: Author, *records: dict[str, Json]) -> list[str]:
    """Publishes new records in one batch; "" or the code with which each is held."""
    start, before = len(author.entries) if author.hub in known_hubs(room) else 0, room.national.size
    for fields in records:
        author.put(len(author.entries), fields)
    room.submit(author, start=start)
    room.decide_now()
    made = [it for it in room.decisions()[before:] if isinstance(it, ChangeHeld | ChangeApplied)]
    return [getattr(it, "code", "") for it in made if it.record is not None]


def known_hubs(room: Room) -> set[str]:
    """Hubs with a decision about an entry of theirs."""
    return {it.author for it in room.decisions() if isinstance(it, ChangeHeld | ChangeApplied)}


def row_count(room: Room) -> int:
    table = look_alikes.LOOK_ALIKE_KEY
    return room.read(lambda conn, _: len(conn.execute(table.select()).all()))


def release_all(room: Room, hub: str) -> int:
    places = room.read(lambda conn, _: holds.places_of(conn, hub, LOOK_ALIKE))
    return room.write(
        lambda conn, it: holds.release_many(conn, it, places, by="rina", agency="panrb")
    ).released


def test_a_copy_of_anothers_record_waits_and_says_of_which(
    room: Room, hub: Author, copier: Author
) -> None:
    assert publish(room, copier, RECORD) == [LOOK_ALIKE]
    [waiting] = room.read(lambda conn, _: holds.list_waiting(conn))
    case = room.read(lambda conn, it: holds.look(conn, it, waiting.place))
    assert hub.record(1) in case.errors[0]["message"]


def test_every_copy_of_one_batch_waits(room: Room, copier: Author) -> None:
    assert publish(room, copier, RECORD, OTHER, RECORD) == [LOOK_ALIKE, "", LOOK_ALIKE]


def test_the_same_title_in_other_words_waits_for_nobody(room: Room, copier: Author) -> None:
    words = " ".join(f"sendiri{number}" for number in range(40))
    assert publish(room, copier, {**RECORD, "summary": words}) == [""]


def test_a_hub_may_copy_its_own(room: Room, hub: Author) -> None:
    assert publish(room, hub, RECORD, RECORD) == ["", ""]
    assert publish(room, hub, RECORD) == [""]


def test_a_copy_of_what_is_hidden_does_not_wait(room: Room, hub: Author, copier: Author) -> None:
    withdrawn = RecordWithdraw(
        salt="0" * 32,
        at=AT,
        by="operator",
        seen=Seen(national=room.national.size, own=len(hub.entries)),
        record=hub.record(1),
        reason="Pindah ke hub 52",
    )
    hub.entries.append(encode_change(withdrawn))
    room.submit(hub, start=len(hub.entries) - 1)
    room.decide_now()
    assert standing_of(room.state(hub.record(1))) == "withdrawn"
    assert publish(room, copier, RECORD) == [""]


def test_a_record_is_found_by_what_it_is_called_today(
    room: Room, hub: Author, copier: Author
) -> None:
    start = len(hub.entries)
    hub.put(1, {"title": OTHER["title"]}, national=room.national.size)
    room.submit(hub, start=start)
    room.decide_now()
    assert publish(room, copier, RECORD, OTHER) == ["", LOOK_ALIKE]
    assert row_count(room) == 2


def test_an_equal_number_is_found_under_any_title(room: Room, hub: Author, copier: Author) -> None:
    number: list[Json] = [{"system": "sinovik", "value": "2019-7"}]
    assert publish(room, hub, {**OTHER, "external_ids": number}) == [""]
    other: dict[str, Json] = {**VALID, "title": "Judul lain", "external_ids": number}
    assert publish(room, copier, other) == [LOOK_ALIKE]


def test_released_copies_count(room: Room, copier: Author) -> None:
    publish(room, copier, RECORD, RECORD)
    assert release_all(room, "52") == 2
    assert room.state(copier.record(1)).owner == "52"


def test_a_rebuild_finds_every_row_as_it_was(room: Room, copier: Author) -> None:
    publish(room, copier, RECORD, OTHER)
    release_all(room, "52")
    report = rebuild(room.centre)
    assert report.identical
    assert row_count(room) == 3


def test_a_rehearsal_of_the_rules_of_today_changes_nothing(room: Room, copier: Author) -> None:
    publish(room, copier, RECORD, OTHER)
    found = room.read(lambda conn, it: rehearsal.rehearse(conn, it, Policy()))
    assert (found.otherwise, found.fields) == ((), ())


def test_a_rehearsal_says_which_copies_would_count(room: Room, copier: Author) -> None:
    publish(room, copier, RECORD, OTHER)
    policy = Policy(without=frozenset({LOOK_ALIKE}))
    found = room.read(lambda conn, it: rehearsal.rehearse(conn, it, policy))
    assert [(it.hub, it.was, it.would) for it in found.otherwise] == [
        ("52", "held (look_alike)", "applied")
    ]
