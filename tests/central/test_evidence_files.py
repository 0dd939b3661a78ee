"""Evidence out of the centre, judged with the national key alone."""

from sqlalchemy import text

from central import evidence, intake, registry
from protocol.canonical import parse
from protocol.disputes import Dispute, check_dispute, encode_dispute
from protocol.evidence import (
    RecordEvidence,
    RecordFindings,
    check_record_evidence,
    encode_record_evidence,
    parse_evidence,
)
from protocol.mirror import decode_add_checkpoint
from tests.support.author import Author
from tests.support.rooms import VALID, Room


def judged(room: Room, record: str) -> RecordFindings:
    made = room.read(lambda conn, centre: evidence.record_evidence(conn, centre, record))
    assert made is not None
    file = parse_evidence(encode_record_evidence(made))
    assert isinstance(file, RecordEvidence)
    return check_record_evidence(file, [room.centre.keys.national.verifier_key])


def disputes(room: Room) -> list[Dispute]:
    row = room.read(lambda conn, _: registry.get_hub(conn, "51"))
    return room.read(lambda conn, centre: evidence.disputes_of(conn, centre, row))


def contradict(room: Room, author: Author, old: int) -> None:
    message = decode_add_checkpoint(author.add_checkpoint(old=old))
    room.write(lambda conn, centre: intake.keep_equivocation(conn, centre, message))


def test_a_record_comes_with_every_hubs_changes(room: Room, hub: Author) -> None:
    lan = Author(hub="lan", seed=3)
    room.enrol(lan)
    hub.put(1, VALID)
    room.submit(hub)
    room.decide_now()
    lan.put(1, {"title": "Judul dari hub lain"}, record=hub.record(1), national=room.national.size)
    room.submit(lan)
    room.decide_now()
    found = judged(room, hub.record(1))
    assert [it.entry for it in found.decisions] == [hub.entries[1], lan.entries[1]]
    assert found.is_faithful


def test_a_record_that_nobody_knows_has_no_file(room: Room, hub: Author) -> None:
    assert room.read(lambda conn, it: evidence.record_evidence(conn, it, hub.record(1))) is None


def test_a_change_that_was_altered_at_the_centre_makes_no_file_that_holds(
    room: Room, hub: Author
) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    room.decide_now()
    other = hub.entries[1].replace(b"Antrean", b"Antrian")
    room.write(
        lambda conn, _: conn.execute(
            text("UPDATE log_entry SET bytes = :other WHERE bytes = :mine"),
            {"other": other, "mine": hub.entries[1]},
        )
    )
    made = room.read(lambda conn, it: evidence.record_evidence(conn, it, hub.record(1)))
    assert made is not None
    assert other.decode() in str(parse(encode_record_evidence(made)))


def test_two_histories_of_one_size_make_a_file(room: Room, hub: Author) -> None:
    other = Author(hub="51")
    hub.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    room.add_checkpoint(hub)
    contradict(room, other, old=2)
    [dispute] = disputes(room)
    sides = check_dispute(dispute, [room.centre.keys.national.verifier_key])
    assert {it.note for it in sides} == {hub.checkpoint(), other.checkpoint()}


def test_another_history_of_what_is_long_mirrored_makes_a_file_too(room: Room, hub: Author) -> None:
    hub.grow(20)
    room.submit(hub)
    other = Author(hub="51")
    other.put(1, {"title": "Antrean luring"})
    contradict(room, other, old=2)
    [dispute] = disputes(room)
    again = parse_evidence(encode_dispute(dispute))
    assert isinstance(again, Dispute)
    smaller, larger = check_dispute(again, [room.centre.keys.national.verifier_key])
    assert (smaller.tree.size, larger.tree.size) == (2, 21)


def test_an_honest_hub_has_no_dispute(room: Room, hub: Author) -> None:
    room.submit(hub)
    assert disputes(room) == []


def test_a_rotated_key_stands_behind_what_it_signed_and_no_more(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    hub.rotate(9)
    room.submit(hub, start=2)
    hub.put(1, {"title": "Antrean daring puskesmas"}, national=9)
    room.submit(hub, start=3)
    undecided = room.read(lambda conn, it: evidence.record_evidence(conn, it, hub.record(1)))
    assert undecided is None
    room.decide_now()
    found = judged(room, hub.record(1))
    assert [it.entry for it in found.decisions] == [hub.entries[1], hub.entries[3]]
    assert found.is_faithful


def test_what_is_decided_before_its_hubs_rotation_is_shown_meanwhile(
    room: Room, hub: Author
) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    room.decide_now()
    hub.rotate(9)
    room.submit(hub, start=2)
    hub.grow(1)
    room.submit(hub, start=3)
    assert judged(room, hub.record(1)).is_faithful


def test_two_histories_under_a_rotated_key_make_a_file(room: Room, hub: Author) -> None:
    other = Author(hub="51")
    for author in (hub, other):
        author.rotate(9)
    room.submit(hub)
    room.decide_now()
    hub.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    room.add_checkpoint(hub, old=2)
    contradict(room, other, old=2)
    [dispute] = disputes(room)
    sides = check_dispute(dispute, [room.centre.keys.national.verifier_key])
    assert {it.note for it in sides} == {hub.checkpoint(), other.checkpoint()}
