"""Appending to the national log: log, index, catalogue and checkpoint move together."""

import pytest
from sqlalchemy import Connection, select

from central import national, projection
from central.centre import Centre
from central.store.decisions import DECISION
from protocol.catalogue import shown_record
from protocol.checkpoints import open_checkpoint
from protocol.entries.decisions import Decision, encode_decision
from protocol.merkle import EMPTY_TREE, Tree, leaf_hash, root_of
from tests.support import entries
from tests.support.rooms import Room

RECORD = entries.record_id(1)


def append(room: Room, *decisions: Decision) -> None:
    room.write(lambda conn, centre: national.append(conn, centre, decisions))


def signed(conn: Connection, centre: Centre) -> Tree:
    """The tree under the latest national checkpoint, its signature verified."""
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    assert note is not None
    keys = [centre.keys.national.verifier_key]
    return open_checkpoint(note, origin=centre.national_origin, keys=keys).tree


def test_a_centre_begins_with_an_empty_log_and_signs_nothing(room: Room) -> None:
    assert room.national == EMPTY_TREE
    log_note = room.read(
        lambda conn, it: it.logs.latest_checkpoint(conn, it.logs.open(conn, it.national_origin))
    )
    assert log_note is None


def test_a_decision_is_stored_as_its_canonical_bytes(room: Room) -> None:
    append(room, entries.applied())
    assert room.entries() == [encode_decision(entries.applied())]


def test_the_checkpoint_is_of_all_entries(room: Room) -> None:
    append(room, entries.applied())
    append(room, entries.applied({"title": "Kedua kali"}, index=2), entries.curated({"sdgs": [3]}))
    leaves = [leaf_hash(entry) for entry in room.entries()]
    assert room.read(signed) == Tree(3, root_of(leaves)) == room.national


def test_a_later_decision_of_one_batch_sees_the_earlier(room: Room) -> None:
    append(
        room,
        entries.applied(),
        entries.applied({"title": "Judul kedua"}, index=2, seen=entries.seen(own=2)),
    )
    state = room.state(RECORD)
    assert (state.revision, state.last_place) == (2, 1)
    assert shown_record(state)["title"] == "Judul kedua"


def test_a_later_batch_builds_on_what_is_stored(room: Room) -> None:
    append(room, entries.applied())
    append(room, entries.curated({"title": "Judul kurator"}, seen=entries.seen(national=1)))
    assert shown_record(room.state(RECORD))["title"] == "Judul kurator"


def test_the_index_says_which_decision_is_about_what(room: Room) -> None:
    append(room, entries.applied(), entries.curated({"title": "Judul kurator"}))
    rows = room.read(lambda conn, _: conn.execute(select(DECISION).order_by("place")).all())
    assert [(row.place, row.kind, row.record, row.outcome) for row in rows] == [
        (0, "change.applied", RECORD, "applied"),
        (1, "record.curated", RECORD, None),
    ]
    assert (rows[0].origin, rows[0].number) == (entries.ORIGIN, 1)


def test_a_decision_about_an_unknown_record_changes_no_catalogue(room: Room) -> None:
    append(room, entries.curated({"title": "Tanpa rekaman"}))
    assert room.national.size == 1
    assert room.read(lambda conn, it: it.documents.count(conn)) == 0


def test_a_transaction_that_fails_appends_nothing(room: Room) -> None:
    append(room, entries.applied())
    before = room.national, room.read(projection.catalogue_hash)

    def fails(conn: Connection, centre: Centre) -> None:
        national.append(conn, centre, [entries.curated({"title": "Judul kurator"})])
        raise LookupError

    with pytest.raises(LookupError):
        room.write(fails)
    assert (room.national, room.read(projection.catalogue_hash)) == before
    assert room.read(signed) == room.national


def test_only_the_states_that_are_asked_for_are_loaded(room: Room) -> None:
    append(room, entries.applied())
    unknown = entries.record_id(2)
    states = room.read(lambda conn, it: national.load_states(conn, it, [RECORD, unknown, RECORD]))
    assert list(states) == [RECORD]
