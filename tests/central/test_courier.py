"""A hub's file at the centre: kept as what comes over the network, and the answer to it."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.intake import HubRefused, PackageRefused, UnknownOrigin
from central.store import mirrors
from protocol.checkpoints import open_checkpoint, open_cosignature
from protocol.courier import (
    ADD_CHECKPOINT,
    Part,
    decode_courier_file,
    encode_courier_file,
)
from protocol.errors import CourierRefused, NoteRefused, ProofRefused, ProtocolError
from protocol.merkle import Tree
from protocol.notes import parse_note
from protocol.witness import SizeConflict
from tests.support.author import Author
from tests.support.author_files import cosigned, hub_file
from tests.support.rooms import Room
from tests.support.sticks import changed, from_centre, into_centre, relabelled


def stored(room: Room, author: Author) -> tuple[Tree, Tree, bytes | None]:
    """What the centre has of a log: its entries' tree, the pending one, the mirror checkpoint."""

    def read(conn: Connection, centre: Centre) -> tuple[Tree, Tree, bytes | None]:
        log = centre.logs.open(conn, author.origin)
        note = centre.logs.latest_checkpoint(conn, log)
        return log.tree, mirrors.latest_pending(conn, author.origin), note

    return room.read(read)


def refusal(room: Room, author: Author, data: bytes) -> str:
    """The code with which a file is refused; nothing of it is kept."""
    before = stored(room, author)
    with pytest.raises(ProtocolError) as refused:
        into_centre(room.centre, data)
    assert stored(room, author) == before
    return refused.value.code


def test_a_file_is_kept_and_gets_a_receipt(room: Room, hub: Author) -> None:
    hub.grow(3)
    taken = into_centre(room.centre, hub_file(hub))
    assert (taken.kept_count, taken.mirrored_size, taken.undecided_count) == (4, 4, 4)
    tree, pending, note = stored(room, hub)
    assert tree == pending == hub.tree()
    assert note is not None
    mirrored = open_checkpoint(note, origin=hub.origin, keys=[hub.log_key.verifier_key])
    mirror_key = room.centre.keys.mirror.verifier_key
    [line] = [it for it in parse_note(note).signatures if it.name == mirror_key.name]
    assert open_cosignature(line, mirrored, mirror_key).timestamp > 0
    assert room.decide_now() == 4


def test_the_same_file_again_changes_nothing(room: Room, hub: Author) -> None:
    file = hub_file(hub)
    into_centre(room.centre, file)
    before = stored(room, hub)
    room.clock.advance(60)
    assert into_centre(room.centre, file).kept_count == 0
    assert stored(room, hub) == before


def test_a_file_follows_on_any_size_that_it_proves_itself_from(room: Room, hub: Author) -> None:
    hub.grow(5)
    for size, old in ((2, (0,)), (4, (0, 2)), (6, (0, 2, 4))):
        into_centre(room.centre, hub_file(hub, old=old, size=size))
    assert stored(room, hub)[0] == hub.tree()


def test_an_older_file_changes_nothing(room: Room, hub: Author) -> None:
    hub.grow(5)
    into_centre(room.centre, hub_file(hub))
    before = stored(room, hub)
    assert into_centre(room.centre, hub_file(hub, size=3)).kept_count == 0
    assert stored(room, hub) == before


def test_an_older_file_still_brings_what_a_cut_upload_lacks(room: Room, hub: Author) -> None:
    hub.grow(5)
    room.add_checkpoint(hub, size=3)
    room.add_checkpoint(hub, old=3)
    assert into_centre(room.centre, hub_file(hub, size=3)).kept_count == 3


def test_a_file_that_begins_beyond_what_is_here_says_what_to_ask_for(
    room: Room, hub: Author
) -> None:
    hub.grow(5)
    file = hub_file(hub, start=2)
    with pytest.raises(CourierRefused, match="hubnode courier export --full"):
        into_centre(room.centre, file)
    assert refusal(room, hub, file) == "courier_volume_missing"


def test_a_later_volume_names_the_one_before_it(room: Room, hub: Author) -> None:
    hub.grow(5)
    file = relabelled(hub_file(hub, start=2), volume=2, volumes=3, sequence=7)
    with pytest.raises(CourierRefused, match="volume 1 of 3 of file 7 first"):
        into_centre(room.centre, file)


def test_a_file_without_a_proof_from_what_is_pending_is_refused(room: Room, hub: Author) -> None:
    hub.grow(5)
    into_centre(room.centre, hub_file(hub, size=3))
    with pytest.raises(SizeConflict) as refused:
        into_centre(room.centre, hub_file(hub, old=(0,)))
    assert refused.value.code == "size_conflict"


def test_two_histories_are_kept_as_evidence(room: Room, hub: Author) -> None:
    hub.grow(3)
    into_centre(room.centre, hub_file(hub))
    twin = Author(hub="51")
    twin.put(7, {"title": "Dari mesin kembar"})
    twin.grow(2)
    assert refusal(room, hub, hub_file(twin, old=(0, 4))) == "equivocation"
    assert room.read(lambda conn, _: mirrors.evidence_sizes(conn, hub.origin)) == [4]


def test_an_old_file_of_two_histories_is_evidence_too(room: Room, hub: Author) -> None:
    hub.grow(3)
    into_centre(room.centre, hub_file(hub))
    twin = Author(hub="51")
    twin.put(7, {"title": "Dari mesin kembar"})
    assert refusal(room, hub, hub_file(twin)) == "equivocation"
    assert room.read(lambda conn, _: mirrors.evidence_sizes(conn, hub.origin)) == [2]


def test_a_proof_that_does_not_hold_is_refused(room: Room, hub: Author) -> None:
    hub.grow(5)
    into_centre(room.centre, hub_file(hub, size=3))
    body = hub.add_checkpoint(old=2).replace(b"old 2\n", b"old 3\n")
    with pytest.raises(ProofRefused):
        into_centre(room.centre, changed(hub_file(hub, old=(3,)), "add-checkpoint", body))


def test_entries_that_are_not_those_of_the_checkpoint_are_not_kept(room: Room, hub: Author) -> None:
    hub.grow(2)
    other = Author(hub="51")
    other.put(9, {"title": "Bukan entri ini"})
    other.grow(1)
    forged = changed(hub_file(hub), "add-entries", other.add_entries())
    with pytest.raises(PackageRefused):
        into_centre(room.centre, forged)
    assert stored(room, hub)[0].size == 0
    assert into_centre(room.centre, hub_file(hub)).kept_count == 3


def test_what_was_verified_before_a_bad_package_stays(room: Room, hub: Author) -> None:
    hub.grow(300)
    packages = hub.packages()
    bad = hub.header() + packages[0] + packages[1][:-1] + bytes([packages[1][-1] ^ 1])
    with pytest.raises(PackageRefused):
        into_centre(room.centre, changed(hub_file(hub), "add-entries", bad))
    assert stored(room, hub)[0].size == 256
    assert into_centre(room.centre, hub_file(hub)).kept_count == 45


def test_entries_that_end_within_a_package_are_refused(room: Room, hub: Author) -> None:
    cut = changed(hub_file(hub), "add-entries", hub.add_entries()[:-1])
    with pytest.raises(ProtocolError) as refused:
        into_centre(room.centre, cut)
    assert refused.value.code == "entries_malformed"
    assert stored(room, hub)[0].size == 0


def test_entries_of_another_log_are_refused(room: Room, hub: Author) -> None:
    other = Author(hub="52", seed=9)
    room.enrol(other)
    with pytest.raises(CourierRefused, match="another checkpoint"):
        into_centre(room.centre, changed(hub_file(hub), "add-entries", other.add_entries()))
    assert stored(room, other)[0].size == 0


def test_a_file_offers_one_checkpoint(room: Room, hub: Author) -> None:
    file = decode_courier_file(hub_file(hub))
    none = tuple(part for part in file.parts if part.name != ADD_CHECKPOINT)
    hub.grow(1)
    two = (*file.parts, Part(name=ADD_CHECKPOINT, body=hub.add_checkpoint()))
    for parts in (none, two):
        data = encode_courier_file(replace(file, parts=parts))
        assert refusal(room, hub, data) == "courier_malformed"


def test_a_hub_signs_for_itself_only(room: Room, hub: Author) -> None:
    assert refusal(room, hub, relabelled(hub_file(hub), hub="52")) == "courier_malformed"


@pytest.mark.parametrize("change", [{"authority": "lain.example"}])
def test_a_file_for_another_centre_is_refused(
    room: Room, hub: Author, change: dict[str, str]
) -> None:
    assert refusal(room, hub, relabelled(hub_file(hub), **change)) == "courier_foreign"


def test_the_centres_own_file_is_refused(room: Room, hub: Author, tmp_path: Path) -> None:
    [own] = from_centre(room.centre, "51", tmp_path / "stick")
    assert refusal(room, hub, own) == "courier_foreign"


def test_a_damaged_file_is_refused(room: Room, hub: Author) -> None:
    file = hub_file(hub)
    assert refusal(room, hub, file[:-1]) == "courier_truncated"
    assert refusal(room, hub, file[:-1] + bytes([file[-1] ^ 1])) == "courier_altered"


def test_a_hub_that_is_unknown_or_revoked_is_refused_as_over_the_network(
    room: Room, hub: Author
) -> None:
    with pytest.raises(UnknownOrigin):
        into_centre(room.centre, hub_file(Author(hub="99", seed=9)))
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "laptop dicuri", by="rina"))
    with pytest.raises(HubRefused):
        into_centre(room.centre, hub_file(hub))
    assert stored(room, hub)[0].size == 0


def test_a_checkpoint_under_another_key_is_refused(room: Room, hub: Author) -> None:
    thief = Author(hub="51", seed=10)
    assert refusal(room, hub, hub_file(thief)) == "signature_refused"


def test_a_cosignature_that_no_hub_made_is_refused_and_the_entries_stay(
    room: Room, hub: Author
) -> None:
    said = cosigned(room, Author(hub="51", seed=3))
    with pytest.raises(NoteRefused):
        into_centre(room.centre, hub_file(hub, cosign=said))
    assert stored(room, hub)[0].size == 1


def test_a_hub_that_has_seen_more_decisions_than_are_here_is_an_alarm(
    room: Room, hub: Author
) -> None:
    ahead = cosigned(room, hub).replace(b"1\n", b"999\n", 1)
    with pytest.raises(CourierRefused) as refused:
        into_centre(room.centre, hub_file(hub, cosign=ahead))
    assert refused.value.code == "courier_national_unknown"
    assert stored(room, hub)[0].size == 1
