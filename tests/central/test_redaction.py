"""Redaction at the centre: what goes, what stays, and what is refused."""

from typing import Any

import pytest

from central.casework import holds, identity
from central.casework.conflicts import curate
from central.casework.person import Person
from protocol.catalogue import is_withdrawn, shown_record
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen, Source
from tests.support.author import AT, Author
from tests.support.redacting import (
    PLACE,
    PRIVATE,
    RINA,
    amend,
    assert_sound,
    entry_at,
    filled,
    is_anywhere,
    redact,
    refused,
)
from tests.support.rooms import VALID, Room


@pytest.fixture
def author(room: Room, hub: Author) -> Author:
    return filled(room, hub)


def test_the_text_is_in_no_table_afterwards(room: Room, author: Author) -> None:
    assert is_anywhere(room)
    redact(room, author)
    assert not is_anywhere(room)


def test_the_bytes_of_the_hubs_entry_and_of_its_decision_are_gone(
    room: Room, author: Author
) -> None:
    (decision,) = redact(room, author)
    national = room.centre.national_origin
    assert [(it.origin, it.index) for it in decision.entries] == [
        (author.origin, 1),
        (national, PLACE),
    ]
    assert entry_at(room, author.origin, 1) == entry_at(room, national, PLACE) == b""
    assert entry_at(room, author.origin, 2) == author.entries[2]


def test_every_log_still_holds_and_a_rebuild_finds_the_same(room: Room, author: Author) -> None:
    redact(room, author)
    assert_sound(room)


def test_all_else_that_the_entry_wrote_stays(room: Room, author: Author) -> None:
    before = shown_record(room.state(author.record(1)))
    redact(room, author)
    after = shown_record(room.state(author.record(1)))
    assert after == {name: value for name, value in before.items() if name != "summary"}


def test_an_accent_behind_a_line_break_does_not_keep_a_record_from_being_redacted(
    room: Room, hub: Author
) -> None:
    hub.put(1, {**VALID, "summary": PRIVATE, "objective": "baris satu\n\u0301baris dua"})
    room.submit(hub)
    room.decide_now()
    redact(room, hub)
    assert not is_anywhere(room)
    assert shown_record(room.state(hub.record(1)))["objective"] == "baris satu\n\u0301baris dua"
    assert_sound(room)


def test_without_a_field_all_that_the_entry_wrote_goes(room: Room, author: Author) -> None:
    redact(room, author, fields=())
    assert shown_record(room.state(author.record(1))) == {"id": author.record(1), "hub": "51"}
    assert_sound(room)


def test_it_is_found_by_the_hubs_entry_too(room: Room, author: Author) -> None:
    source = Source(origin=author.origin, index=1)
    redact(room, author, place=None, source=source)
    assert not is_anywhere(room)


def test_whoever_wrote_the_text_again_loses_it_too(room: Room, author: Author) -> None:
    amend(room, author, {**VALID, "summary": "Ringkas"})
    record = author.record(1)
    room.write(
        lambda conn, it: curate(
            conn, it, record=record, set_={"summary": PRIVATE}, by="rina", agency="panrb"
        )
    )
    redact(room, author)
    assert not is_anywhere(room)
    assert_sound(room)


def test_a_survivor_that_took_the_text_over_loses_it_and_the_merge_stays(
    room: Room, author: Author
) -> None:
    one, other = author.record(1), author.record(2)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=other, absorbed=one, take=["summary"], person=RINA
        )
    )
    decisions = redact(room, author)
    assert [it.record for it in decisions] == [one, other]
    assert not is_anywhere(room)
    assert "summary" not in shown_record(room.state(other))
    assert room.state(one).facts == {"merged_into": other}
    assert_sound(room)


def test_a_survivors_hub_that_wrote_the_text_again_loses_it_too(room: Room, author: Author) -> None:
    one, other = author.record(1), author.record(2)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=other, absorbed=one, take=["summary"], person=RINA
        )
    )
    amend(room, author, {"title": "Antrean", "summary": PRIVATE}, number=2)
    redact(room, author)
    assert not is_anywhere(room)
    after = shown_record(room.state(other))
    assert (after.get("summary"), after["title"]) == (None, "Antrean")
    assert_sound(room)


def test_the_record_from_which_a_merge_took_the_text_loses_it_too(
    room: Room, author: Author
) -> None:
    one, other = author.record(1), author.record(2)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=other, absorbed=one, take=["summary"], person=RINA
        )
    )
    redact(room, author, record=other, place=room.national.size - 1)
    assert not is_anywhere(room)
    assert shown_record(room.state(one))["objective"] == "Antrean singkat"
    assert_sound(room)


def test_what_a_merge_did_not_hand_on_stays_on_the_other_record(room: Room, author: Author) -> None:
    one, other = author.record(1), author.record(2)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=other, absorbed=one, take=["summary"], person=RINA
        )
    )
    redact(room, author, fields=())
    after = shown_record(room.state(other))
    assert (after["region"], after["title"]) == (VALID["region"], "Perizinan satu pintu")
    assert_sound(room)


def test_a_merge_that_was_redacted_can_be_undone_and_gives_nothing_back(
    room: Room, author: Author
) -> None:
    one, other = author.record(1), author.record(2)
    room.write(
        lambda conn, it: identity.merge(
            conn, it, record=other, absorbed=one, take=["summary"], person=RINA
        )
    )
    redact(room, author)
    undone = room.write(lambda conn, it: identity.unmerge(conn, it, absorbed=one, person=RINA))
    assert undone == (other, ())
    assert room.state(one).facts == {}
    assert_sound(room)


def test_a_second_redaction_takes_what_the_first_one_carried(room: Room, author: Author) -> None:
    redact(room, author, fields=("objective",))
    assert is_anywhere(room)
    place = room.national.size - 1
    assert refused(room, author, fields=("summary",)) == "redacted_already"
    assert refused(room, author, place=place) == "not_redactable"


def test_a_text_that_an_earlier_redaction_carries_goes_with_its_own_entry(
    room: Room, author: Author
) -> None:
    amend(room, author, {**VALID, "short_name": "Sakit jantung"})
    later = room.national.size - 1
    redact(room, author)
    assert is_anywhere(room, "Sakit jantung")
    (decision,) = redact(room, author, place=later, fields=("short_name",))
    assert not is_anywhere(room, "Sakit jantung")
    assert {it.kind for it in decision.entries} == {None, "change.applied", "entry.redacted"}
    assert PLACE in {it.index for it in decision.entries}
    assert_sound(room)


def test_of_a_withdrawal_only_the_reason_goes(room: Room, author: Author) -> None:
    change = RecordWithdraw(
        salt="f" * 32,
        at=AT,
        by="operator",
        seen=Seen(national=room.national.size, own=3),
        record=author.record(2),
        reason=PRIVATE,
    )
    author.entries.append(encode_change(change))
    room.submit(author, start=3)
    room.decide_now()
    place = room.national.size - 1
    redact(room, author)
    redact(room, author, record=author.record(2), place=place, fields=())
    assert not is_anywhere(room)
    assert is_withdrawn(room.state(author.record(2)))
    assert_sound(room)


def test_a_held_change_is_refused_first(room: Room, author: Author) -> None:
    start = len(author.entries)
    author.put(3, {**VALID, "summary": f"{PRIVATE}, NIK 5171011503850001"})
    room.submit(author, start=start)
    room.decide_now()
    source = Source(origin=author.origin, index=start)
    third: dict[str, Any] = {
        "record": author.record(3),
        "place": None,
        "source": source,
        "fields": (),
    }
    assert refused(room, author, **third) == "still_waiting"
    (waits,) = room.read(lambda conn, _: holds.list_waiting(conn))
    room.write(
        lambda conn, it: holds.refuse_change(
            conn, it, place=waits.place, by="rina", agency="panrb", reason="Data pribadi"
        )
    )
    redact(room, author)
    (decision,) = redact(room, author, **third)
    assert (decision.state, set(decision.fields)) == (None, {"agency", "summary", *VALID})
    assert not is_anywhere(room, "5171011503850001")
    assert_sound(room)


@pytest.mark.parametrize("second", ["rina", "RINA ", " ", "rina  "])
def test_two_people_are_needed(room: Room, author: Author, second: str) -> None:
    assert refused(room, author, second_by=second) == "two_people_needed"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"fields": ("credit",)}, "not_written"),
        ({"place": 0}, "not_redactable"),
        ({"place": 1}, "not_redactable"),
        ({"place": PLACE + 1}, "not_redactable"),
        ({"place": 99}, "not_redactable"),
        ({"place": None, "source": Source(origin="x", index=1)}, "not_redactable"),
        ({"ground": "NIK 5171011503850001"}, "privacy_finding"),
        ({"second_by": "5171011503850001"}, "privacy_finding"),
    ],
)
def test_what_cannot_be_redacted_is_refused(
    room: Room, author: Author, members: dict[str, Any], code: str
) -> None:
    assert refused(room, author, **members) == code


def test_a_reason_with_personal_data_is_refused(room: Room, author: Author) -> None:
    person = Person(by="rina", agency="panrb", reason="NIK 5171011503850001")
    assert refused(room, author, person=person) == "privacy_finding"


def test_a_record_that_does_not_fit_into_an_entry_is_refused(room: Room, author: Author) -> None:
    long = '"' * 25_000
    amend(room, author, {**VALID, "implementation": long, "short_name": PRIVATE[:20]})
    place = room.national.size - 1
    code = refused(room, author, place=place, fields=("short_name",))
    assert code == "redaction_too_large"
    redact(room, author, place=place, fields=("short_name", "implementation"))
    assert_sound(room)
