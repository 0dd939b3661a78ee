"""Who vouches for a decision: exactly those whose lines the proof file carries."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from central import cosigning, projection
from central.centre import Centre
from central.provenance import Provenance, provenance_of
from central.store import cosignatures
from protocol.checkpoints import cosign, open_checkpoint
from protocol.notes import parse_note
from protocol.tlog_proof import parse_proof_file
from tests.support.author import Author
from tests.support.casework import with_records
from tests.support.rooms import Room
from tests.support.witnesses import new_witness


def newest(conn: Connection, centre: Centre) -> bytes:
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    assert note is not None
    return note


def vouched(conn: Connection, centre: Centre, record: str) -> Provenance:
    places = projection.history(conn, centre, record, limit=1)
    found = provenance_of(conn, centre, int(str(places[0]["place"])))
    assert found is not None
    return found


def test_hubs_are_named_that_cosigned_the_checkpoint_of_the_file(room: Room, hub: Author) -> None:
    (record,) = with_records(room, hub, {})
    key = room.centre.keys.national.verifier_key
    message = hub.cosignature(room.read(newest), national_key=key, timestamp=1_795_000_000)
    room.write(lambda conn, centre: cosigning.keep_cosignatures(conn, centre, message))
    found = room.read(lambda conn, centre: vouched(conn, centre, record))
    proof = room.read(lambda conn, centre: projection.proof(conn, centre, record))
    assert proof is not None
    lines = parse_note(parse_proof_file(proof).checkpoint).signatures
    assert [it.name for it in lines] == [key.name, hub.witness_key.name]
    assert [(it.party, int(it.at.timestamp())) for it in found.hubs] == [("51", 1_795_000_000)]
    assert found.agencies == ()


def test_an_agency_is_named_by_its_id(room: Room, hub: Author, tmp_path: Path) -> None:
    (record,) = with_records(room, hub, {})
    national = room.centre.keys.national.verifier_key
    witness = new_witness(tmp_path / "saksi", "panrb", national)
    centre = replace(room.centre, witnesses=(witness.key.verifier_key,))

    def work(conn: Connection) -> Provenance:
        note = newest(conn, centre)
        opened = open_checkpoint(note, origin=centre.national_origin, keys=[national])
        line = cosign(opened, witness.key, timestamp=1_795_000_000)
        cosignatures.keep(conn, centre.national_origin, opened.tree.size, [line])
        return vouched(conn, centre, record)

    found = centre.db.run_sync(work)
    assert [it.party for it in found.agencies] == ["panrb"]
    assert found.hubs == ()


def test_what_no_checkpoint_covers_has_nobody_to_vouch(room: Room, hub: Author) -> None:
    with_records(room, hub, {})
    size = room.national.size
    assert room.read(lambda conn, centre: provenance_of(conn, centre, size)) is None


def test_whoever_checks_is_told_the_key_and_the_words(room: Room, hub: Author) -> None:
    (record,) = with_records(room, hub, {})
    found = room.read(lambda conn, centre: vouched(conn, centre, record))
    assert found.key == room.centre.keys.national.verifier_key
    assert found.words == room.centre.fingerprint_words
