"""The centre's answer to one hub: what is in it, where it begins, and who may have it."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from central import registry
from central.centre import Centre
from central.registry import UnknownHub
from central.store import cosignatures, mirrors
from central.store.audit import AUDIT
from protocol.checkpoints import open_checkpoint, open_cosignature
from protocol.courier import (
    MIRROR,
    CourierFile,
    decode_courier_file,
)
from protocol.errors import CourierRefused
from protocol.merkle import Tree
from protocol.notes import parse_note
from tests.support.author import Author
from tests.support.author_files import cosigned, hub_file
from tests.support.rooms import Room
from tests.support.sticks import from_centre, into_centre


def stored(room: Room, author: Author) -> tuple[Tree, Tree, bytes | None]:
    """What the centre has of a log: its entries' tree, the pending one, the mirror checkpoint."""

    def read(conn: Connection, centre: Centre) -> tuple[Tree, Tree, bytes | None]:
        log = centre.logs.open(conn, author.origin)
        note = centre.logs.latest_checkpoint(conn, log)
        return log.tree, mirrors.latest_pending(conn, author.origin), note

    return room.read(read)


def answer(room: Room, folder: Path, **order: object) -> CourierFile:
    [data] = from_centre(room.centre, "51", folder, **order)  # type: ignore[arg-type]
    return decode_courier_file(data)


def test_the_answer_begins_at_the_bundle_of_what_the_hub_cosigned(
    room: Room, hub: Author, tmp_path: Path
) -> None:
    hub.grow(300)
    into_centre(room.centre, hub_file(hub))
    room.decide_now()
    said = cosigned(room, hub)
    assert (
        into_centre(room.centre, hub_file(hub, old=(301,), start=301, cosign=said)).cosigned_size
        == 302
    )
    label = answer(room, tmp_path).label
    assert (label.start, label.end, label.size) == (256, 302, 302)
    assert answer(room, tmp_path, since=0).label.start == 0
    assert answer(room, tmp_path, since=9_999).label.start == 256


def test_what_the_hub_has_is_what_it_said_last_by_its_own_clock(room: Room, hub: Author) -> None:
    small = {it: cosigned(room, hub, timestamp=it) for it in (7, 9)}
    into_centre(room.centre, hub_file(hub))
    room.decide_now()
    large, national = cosigned(room, hub, timestamp=8), room.centre.national_origin

    def size_after(said: bytes) -> int | None:
        into_centre(room.centre, hub_file(hub, old=(1,), start=1, cosign=said))
        name = hub.witness_key.name
        return room.read(lambda conn, _: cosignatures.latest_size(conn, national, name))

    assert [size_after(said) for said in (small[7], large, small[7])] == [1, 2, 2]
    assert size_after(small[9]) == 1  # it restored a backup, and has less than it had


def test_the_answer_holds_a_receipt_of_now_and_the_stored_one_stays(
    room: Room, hub: Author, tmp_path: Path
) -> None:
    into_centre(room.centre, hub_file(hub))
    before = stored(room, hub)
    room.clock.advance(3_600)
    [note] = answer(room, tmp_path).bodies(f"{MIRROR}/checkpoint")
    mirrored = open_checkpoint(note, origin=hub.origin, keys=[hub.log_key.verifier_key])
    key = room.centre.keys.mirror.verifier_key
    [line] = [it for it in parse_note(note).signatures if it.name == key.name]
    now = int(room.clock.now().timestamp())
    assert open_cosignature(line, mirrored, key).timestamp == now
    assert stored(room, hub) == before


def test_before_the_first_file_the_answer_has_no_receipt(
    room: Room, hub: Author, tmp_path: Path
) -> None:
    file = answer(room, tmp_path)
    assert file.bodies(f"{MIRROR}/checkpoint") == ()
    assert (file.label.state, file.label.size) == ("active", 1)
    assert hub.hub == file.label.hub


def test_the_own_log_comes_only_when_asked_for(room: Room, hub: Author, tmp_path: Path) -> None:
    hub.grow(300)
    into_centre(room.centre, hub_file(hub))
    names = [part.name for part in answer(room, tmp_path).parts]
    assert [name for name in names if name.startswith(f"{MIRROR}/tile")] == []
    asked = [part.name for part in answer(room, tmp_path, has_own_log=True).parts]
    assert [name.removeprefix(f"{MIRROR}/") for name in asked if name not in names] == [
        "tile/0/000",
        "tile/entries/000",
        "tile/0/001.p/45",
        "tile/entries/001.p/45",
    ]


def test_a_revoked_hub_is_told_that_it_is_and_nothing_of_its_log(
    room: Room, hub: Author, tmp_path: Path
) -> None:
    into_centre(room.centre, hub_file(hub))
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "laptop dicuri", by="rina"))
    file = answer(room, tmp_path, has_own_log=True)
    assert file.label.state == "revoked"
    assert [part.name for part in file.parts if part.name.startswith(MIRROR)] == []


def test_there_is_no_answer_for_a_hub_that_is_unknown(room: Room, tmp_path: Path) -> None:
    with pytest.raises(UnknownHub):
        from_centre(room.centre, "99", tmp_path / "stick")


def test_every_volume_can_be_verified_alone(room: Room, hub: Author, tmp_path: Path) -> None:
    hub.grow(600)
    into_centre(room.centre, hub_file(hub))
    room.decide_now()
    files = [
        decode_courier_file(data)
        for data in from_centre(room.centre, "51", tmp_path / "stick", volume_bytes=1)
    ]
    assert [(it.label.volume, it.label.start, it.label.end) for it in files] == [
        (1, 0, 256),
        (2, 256, 602),
    ]
    common = {"checkpoint", "tile/1/000.p/2", "tile/entries/002.p/90"}
    for file in files:
        names = {part.name.removeprefix("log/national/1/") for part in file.parts}
        assert common <= names


def test_each_act_of_a_person_is_written_down(room: Room, hub: Author, tmp_path: Path) -> None:
    into_centre(room.centre, hub_file(hub))
    with pytest.raises(CourierRefused):
        into_centre(room.centre, b"noise")
    for number in (1, 2):
        assert answer(room, tmp_path).label.sequence == number
    rows = room.read(lambda conn, _: conn.execute(select(AUDIT.c.what, AUDIT.c.hub)).all())
    acts = [(row.what, row.hub) for row in rows if row.what.startswith("courier")]
    assert acts == [
        ("courier.imported", "51"),
        ("courier.refused", None),
        ("courier.exported", "51"),
        ("courier.exported", "51"),
    ]
