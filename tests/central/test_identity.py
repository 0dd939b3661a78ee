"""What people decide about a pair of records: same, replication, distinct, and undo."""

import pytest
from sqlalchemy import Connection

from central import national, past, rebuild
from central.casework import identity
from central.casework.conflicts import CaseRefused, curate
from central.casework.person import Person
from central.centre import Centre
from central.public_text import TextRefused
from central.store import decisions as index
from protocol.catalogue import conflicts, shown_record, standing_of
from protocol.entries.record_decisions import RecordLinked, RecordMerged
from protocol.record_state import RecordState
from tests.support.author import Author
from tests.support.rooms import VALID, Room

RINA = Person(by="rina", agency="panrb", reason="Diperiksa lewat telepon")
AUTHOR = Author(hub="51")
ONE, OTHER, THIRD = (AUTHOR.record(number) for number in (1, 2, 3))


@pytest.fixture
def room(room: Room) -> Room:
    """Three records of hub 51 that the centre has decided about."""
    author = Author(hub="51")
    room.enrol(author)
    author.put(1, {**VALID, "summary": "Ringkasan pertama", "trial_started": "2022"})
    author.put(
        2, {**VALID, "title": "Antrean Daring Puskesmas", "short_name": "ANDAL", "started": "2020"}
    )
    author.put(3, {**VALID, "title": "Perizinan satu pintu"})
    room.submit(author)
    room.decide_now()
    return room


def merge(room: Room, *take: str, record: str = ONE, absorbed: str = OTHER) -> tuple[str, ...]:
    return room.write(
        lambda conn, it: identity.merge(
            conn, it, record=record, absorbed=absorbed, take=take, person=RINA
        )
    )


def unmerge(room: Room, absorbed: str = OTHER) -> tuple[str, tuple[str, ...]]:
    return room.write(lambda conn, it: identity.unmerge(conn, it, absorbed=absorbed, person=RINA))


def link(room: Room, record: str, original: str) -> None:
    room.write(
        lambda conn, it: identity.link(conn, it, record=record, original=original, person=RINA)
    )


def keep_apart(room: Room, record: str, other: str) -> None:
    room.write(
        lambda conn, it: identity.keep_apart(conn, it, record=record, other=other, person=RINA)
    )


def reopen(room: Room, record: str, other: str) -> None:
    room.write(lambda conn, it: identity.reopen(conn, it, record=record, other=other, person=RINA))


def shown(room: Room, record: str) -> dict[str, object]:
    return {**shown_record(room.state(record))}


def refused(code: str) -> "pytest.RaisesExc[CaseRefused]":
    return pytest.raises(CaseRefused, check=lambda error: error.code == code)


def test_a_merge_takes_the_fields_that_a_person_chose(room: Room) -> None:
    assert merge(room, "short_name", "title") == ("short_name", "title")
    assert shown(room, ONE)["short_name"] == "ANDAL"
    assert shown(room, ONE)["summary"] == "Ringkasan pertama"
    assert standing_of(room.state(OTHER)) == "merged"


def test_a_field_that_the_other_does_not_have_cannot_be_taken(room: Room) -> None:
    """It would only erase what the survivor says, and nobody asked for that."""
    size = room.national.size
    with refused("field_absent"):
        merge(room, "title", "summary")
    assert room.national.size == size
    assert "summary" in shown(room, ONE)


def test_undoing_a_merge_gives_both_back_as_they_were(room: Room) -> None:
    before = [shown(room, it) for it in (ONE, OTHER)]
    merge(room, "short_name", "title")
    assert unmerge(room) == (ONE, ("short_name", "title"))
    assert [shown(room, it) for it in (ONE, OTHER)] == before
    assert standing_of(room.state(OTHER)) == "active"


def test_undoing_a_merge_leaves_what_was_written_since(room: Room) -> None:
    merge(room, "title", "short_name")
    room.write(
        lambda conn, it: curate(
            conn, it, record=ONE, set_={"title": "Judul baru"}, by="rina", agency="panrb"
        )
    )
    assert unmerge(room) == (ONE, ("short_name",))
    assert shown(room, ONE)["title"] == "Judul baru"


def test_a_merge_that_would_leave_an_invalid_record_is_refused(room: Room) -> None:
    with refused("schema_invalid"):
        merge(room, "started")


def test_a_field_in_conflict_is_resolved_before_a_merge_takes_it(room: Room) -> None:
    author, size = Author(hub="51"), room.national.size
    room.write(
        lambda conn, it: curate(
            conn, it, record=ONE, set_={"short_name": "PUSAT"}, by="rina", agency="panrb"
        )
    )
    author.entries = room.read(
        lambda conn, it: list(it.logs.entries(conn, it.logs.open(conn, author.origin), 0, 4))
    )
    author.put(1, {"short_name": "PENDEK"}, national=size)
    room.submit(author, start=4)
    room.decide_now()
    assert conflicts(room.state(ONE)).keys() == {"short_name"}
    with refused("field_contested"):
        merge(room, "short_name")
    merge(room, "title")
    assert unmerge(room) == (ONE, ("title",))
    assert conflicts(room.state(ONE)).keys() == {"short_name"}


def test_what_is_merged_is_in_no_further_pair(room: Room) -> None:
    merge(room)
    for again in (lambda: merge(room), lambda: link(room, OTHER, THIRD)):
        with refused("merged_already"):
            again()


def test_only_what_is_merged_can_be_unmerged(room: Room) -> None:
    with refused("not_merged"):
        unmerge(room)


def test_a_merge_can_be_made_again_after_it_was_undone(room: Room) -> None:
    merge(room, "title")
    unmerge(room)
    assert merge(room, "title") == ("title",)
    assert unmerge(room) == (ONE, ("title",))


def test_a_replication_names_its_original(room: Room) -> None:
    link(room, OTHER, ONE)
    assert room.state(OTHER).facts == {"original": ONE}
    with refused("decided_already"):
        link(room, OTHER, ONE)


def test_nothing_replicates_itself_in_a_circle(room: Room) -> None:
    link(room, OTHER, ONE)
    link(room, THIRD, OTHER)
    with refused("replicates_itself"):
        link(room, ONE, THIRD)


def test_a_circle_that_the_log_has_already_is_walked_once(room: Room) -> None:
    def linked(record: str, original: str) -> RecordLinked:
        return RecordLinked(**RINA.reasoned(room.centre), record=record, original=original)

    room.write(lambda conn, it: national.append(conn, it, [linked(ONE, OTHER), linked(OTHER, ONE)]))
    link(room, THIRD, ONE)
    assert room.state(THIRD).facts == {"original": ONE}


def test_a_pair_is_decided_once_until_it_is_reopened(room: Room) -> None:
    keep_apart(room, ONE, OTHER)
    with refused("decided_already"):
        keep_apart(room, OTHER, ONE)
    reopen(room, OTHER, ONE)
    with refused("not_decided"):
        reopen(room, ONE, OTHER)
    keep_apart(room, OTHER, ONE)


def test_a_link_is_reopened_from_either_side(room: Room) -> None:
    link(room, OTHER, ONE)
    reopen(room, ONE, OTHER)
    assert room.state(OTHER).facts == {}


def test_undo_takes_back_whatever_stands_about_a_pair(room: Room) -> None:
    def undo(one: str, other: str) -> tuple[str, tuple[str, ...]]:
        return room.write(
            lambda conn, it: identity.undo(conn, it, record=one, other=other, person=RINA)
        )

    merge(room, "title")
    assert undo(OTHER, ONE) == ("same", ("title",))
    link(room, OTHER, ONE)
    assert undo(ONE, OTHER) == ("replication", ())
    keep_apart(room, ONE, OTHER)
    assert undo(ONE, OTHER) == ("distinct", ())
    with refused("not_decided"):
        undo(ONE, OTHER)


def test_a_record_and_itself_are_no_pair(room: Room) -> None:
    with refused("same_record"):
        keep_apart(room, ONE, ONE)


def test_a_record_that_nobody_knows_is_said(room: Room) -> None:
    with refused("unknown_record"):
        keep_apart(room, ONE, AUTHOR.record(9))


def test_a_reason_with_personal_data_is_refused(room: Room) -> None:
    person = Person(by="rina", agency="panrb", reason="Tanya siti@contoh.go.id")
    with pytest.raises(TextRefused):
        room.write(
            lambda conn, it: identity.keep_apart(conn, it, record=ONE, other=OTHER, person=person)
        )


def test_a_decision_about_two_records_is_in_the_history_of_both(room: Room) -> None:
    merge(room)
    for record in (ONE, OTHER):
        place = room.read(lambda conn, _: index.of_record(conn, record)[0])  # noqa: B023  # at once
        assert isinstance(room.decisions()[place], RecordMerged)


def test_the_past_of_a_record_is_folded_from_its_decisions_alone(room: Room) -> None:
    before = room.state(ONE)
    merge(room, "title")
    unmerge(room)

    def past_state(conn: Connection, centre: Centre) -> RecordState | None:
        return past.state_before(conn, centre, ONE, room.national.size - 2)

    assert room.read(past_state) == before


def test_a_rebuild_finds_the_same_after_all_of_them(room: Room) -> None:
    merge(room, "title")
    unmerge(room)
    link(room, OTHER, ONE)
    keep_apart(room, ONE, THIRD)
    reopen(room, ONE, THIRD)
    assert rebuild.rebuild(room.centre).identical
