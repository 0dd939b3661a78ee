"""After a redaction: histories, proofs, files and backups know of it."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from central import evidence, past, projection
from central.casework import rehearsal, revert
from central.casework.rehearsal import Policy
from central.centre import Centre
from central.opening import opened_centre
from central.settings import CentralSettings
from central.store.tables import LOG_TABLES
from central.verifying import verify_logs
from protocol.courier import decode_courier_file
from protocol.tiles import decode_bundle
from tests.support.author import Author
from tests.support.author_files import hub_file
from tests.support.redacting import (
    PLACE,
    PRIVATE,
    amend,
    assert_sound,
    entry_at,
    filled,
    is_anywhere,
    redact,
)
from tests.support.rooms import AUTHORITY, VALID, Room
from tests.support.sticks import from_centre, into_centre


@pytest.fixture
def author(room: Room, hub: Author) -> Author:
    return filled(room, hub)


def test_the_history_shows_that_it_was_there_and_by_whom_it_was_redacted(
    room: Room, author: Author
) -> None:
    redact(room, author)
    record = author.record(1)
    said, gone = room.read(lambda conn, it: projection.history(conn, it, record))
    assert gone == {
        "place": PLACE,
        "at": gone["at"],
        "kind": "change.applied",
        "outcome": "applied",
        "source": {"origin": author.origin, "index": 1},
        "redacted": True,
    }
    assert (said["kind"], said["author"], said["second_by"], said["ground"], said["reason"]) == (
        "entry.redacted",
        "panrb/rina",
        "budi",
        "UU 27/2022 pasal 8",
        "Permohonan warga",
    )


def test_a_page_of_the_history_knows_of_a_redaction_that_stands_on_another(
    room: Room, author: Author
) -> None:
    redact(room, author)
    record = author.record(1)
    [newest] = room.read(lambda conn, it: projection.history(conn, it, record, limit=1))
    assert newest["kind"] == "entry.redacted"
    before = int(str(newest["place"]))
    [gone] = room.read(lambda conn, it: projection.history(conn, it, record, before=before))
    assert (gone["place"], gone["redacted"]) == (PLACE, True)


def test_what_has_no_bytes_has_no_proof_and_what_stands_has_one(room: Room, author: Author) -> None:
    redact(room, author)
    assert room.read(lambda conn, it: projection.proof_of_place(conn, it, PLACE)) is None
    assert room.read(lambda conn, it: projection.proof(conn, it, author.record(1))) is not None


def test_evidence_about_the_record_has_the_redaction_and_not_what_is_gone(
    room: Room, author: Author
) -> None:
    redact(room, author)
    found = room.read(lambda conn, it: evidence.record_evidence(conn, it, author.record(1)))
    assert found is not None
    assert [it.index for it in found.national.entries] == [room.national.size - 1]


def test_a_hub_is_not_reverted_to_a_past_that_nobody_knows(room: Room, author: Author) -> None:
    place = room.national.size
    amend(room, author, {**VALID, "title": "Judul lain"})
    redact(room, author)
    amend(room, author, {**VALID, "title": "Judul ketiga"})
    after = room.national.size - 1
    records = [author.record(1)]

    def planned(at: int) -> int:
        plan = room.read(lambda conn, it: revert.plan(conn, it, "51", at, records))
        return len(plan.reversals)

    assert (planned(place), planned(after)) == (0, 1)


def test_a_moment_is_found_where_the_decision_has_no_bytes(room: Room, author: Author) -> None:
    redact(room, author)
    assert room.read(lambda conn, it: past.place_at(conn, it, "2000-01-01T00:00:00Z")) == 0
    assert room.read(lambda conn, it: past.place_at(conn, it, "2100-01-01T00:00:00Z")) == (
        room.national.size
    )


def test_a_rehearsal_takes_what_was_decided_about_it_as_it_was(room: Room, author: Author) -> None:
    redact(room, author)
    found = room.read(lambda conn, it: rehearsal.rehearse(conn, it, Policy()))
    assert (found.otherwise, found.fields) == ((), ())


def test_a_hub_that_sends_it_again_is_taken_with_or_without_the_bytes(
    room: Room, author: Author
) -> None:
    redact(room, author)
    author.put(3, {**VALID, "title": "Jemput bola"})
    into_centre(room.centre, hub_file(author, old=(3,), start=0))
    room.decide_now()
    assert not is_anywhere(room)
    assert_sound(room)


def test_a_courier_file_has_the_leaf_hashes_of_a_bundle_with_a_hole(
    room: Room, author: Author, tmp_path: Path
) -> None:
    redact(room, author)
    [data] = from_centre(room.centre, "51", tmp_path, since=0)
    file = decode_courier_file(data)
    assert PRIVATE.encode() not in data
    size = room.national.size
    (bundle,) = file.bodies(f"log/national/1/tile/entries/000.p/{size}")
    assert decode_bundle(bundle)[PLACE] == b""
    assert len(file.bodies(f"log/national/1/tile/0/000.p/{size}")) == 1


def test_bytes_that_no_decision_redacted_are_missed(room: Room, author: Author) -> None:
    table = LOG_TABLES.entry
    room.write(
        lambda conn, _: conn.execute(update(table).where(table.c.index == 2).values(bytes=b""))
    )
    sentences = {it.sentence for it in room.read(lambda conn, it: list(verify_logs(conn, it)))}
    assert sentences == {"The bytes of entries are gone that no decision has redacted."}
    assert author.entries


def test_what_a_backup_brings_back_is_destroyed_when_the_centre_is_opened(
    room: Room, author: Author
) -> None:
    before = entry_at(room, author.origin, 1)
    redact(room, author)
    table, centre = LOG_TABLES.entry, room.centre

    def put_back(conn: Connection, centre: Centre) -> None:
        log = centre.logs.open(conn, author.origin)
        is_it = (table.c.log_id == log.id) & (table.c.index == 1)
        conn.execute(update(table).where(is_it).values(bytes=before))

    room.write(put_back)
    assert is_anywhere(room)
    url = centre.db._writer.url.render_as_string(hide_password=False)
    url = url.replace("postgresql+psycopg:", "postgresql:")
    settings = CentralSettings(authority=AUTHORITY, database_url=url)
    with opened_centre(centre.folder, settings):
        assert not is_anywhere(room)
