"""Intake: what is authentic is kept, what is kept has a receipt, and nothing else has one."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from central import intake, registry
from central.centre import Centre
from central.intake import (
    EXCESS_ENTRIES_MAX,
    HubRefused,
    NoPendingCheckpoint,
    PackageRefused,
    UnknownOrigin,
    Upload,
    UploadConflict,
)
from central.store.mirrors import PENDING, PENDING_KEPT
from protocol.checkpoints import open_checkpoint, open_cosignature
from protocol.errors import NoteRefused
from protocol.merkle import EMPTY_TREE, Tree, leaf_hash
from protocol.mirror import (
    EntriesDecoder,
    EntriesHeader,
    MirrorInfo,
    Package,
    decode_add_checkpoint,
)
from protocol.notes import parse_signature_lines
from protocol.witness import BadOldSize, SizeConflict
from tests.support.author import Author
from tests.support.rooms import VALID, Room


@pytest.fixture
def offered(room: Room, hub: Author) -> Author:
    """A hub with a pending checkpoint over entries that were not sent yet."""
    hub.grow(6)
    room.add_checkpoint(hub)
    return hub


def mirrored(room: Room, author: Author) -> Tree:
    """The tree of what the centre holds of a hub's log."""
    return room.read(lambda conn, centre: centre.logs.open(conn, author.origin).tree)


def stored(room: Room, author: Author) -> list[bytes]:
    """The entries that the centre holds of a hub's log."""

    def read(conn: Connection, centre: Centre) -> list[bytes]:
        log = centre.logs.open(conn, author.origin)
        return list(centre.logs.entries(conn, log, 0, log.tree.size))

    return room.read(read)


def begin(room: Room, author: Author, start: int, end: int) -> Upload:
    header = EntriesHeader(origin=author.origin, start=start, end=end, ticket=b"")
    return room.write(lambda conn, centre: intake.begin_entries(conn, centre, header))


def packages(author: Author, start: int = 0, end: int | None = None) -> list[Package]:
    values = EntriesDecoder().feed(author.add_entries(start, end))
    return [value for value in values if isinstance(value, Package)]


def revoke(room: Room) -> None:
    room.write(lambda conn, centre: registry.revoke(conn, centre, "51", "hilang", by="rina"))


def is_receipt(room: Room, author: Author, answer: bytes | MirrorInfo) -> bool:
    """Whether the answer is the mirror's cosignature on the author's newest checkpoint."""
    assert isinstance(answer, bytes)
    key = author.log_key.verifier_key
    checkpoint = open_checkpoint(author.checkpoint(), origin=author.origin, keys=[key])
    [line] = parse_signature_lines(answer)
    opened = open_cosignature(line, checkpoint, room.centre.keys.mirror.verifier_key)
    return opened.timestamp == int(room.clock.now().timestamp())


def test_an_upload_is_kept_byte_for_byte_and_answered_with_a_receipt(
    room: Room, hub: Author
) -> None:
    hub.grow(300)
    room.add_checkpoint(hub)
    assert is_receipt(room, hub, room.upload(hub))
    assert stored(room, hub) == hub.entries
    assert mirrored(room, hub) == hub.tree()


def test_what_was_received_is_not_yet_decided(room: Room, hub: Author) -> None:
    before = room.national
    room.submit(hub)
    assert room.national == before


def test_a_checkpoint_alone_stores_no_entry(room: Room, hub: Author) -> None:
    room.add_checkpoint(hub)
    assert mirrored(room, hub) == EMPTY_TREE


def test_hearing_a_checkpoint_is_hearing_of_the_hub(room: Room, hub: Author) -> None:
    room.add_checkpoint(hub)
    row = room.read(lambda conn, _: registry.get_hub(conn, hub.hub))
    assert row.last_seen_at == room.clock.now()


def test_a_log_that_nobody_enrolled_is_unknown(room: Room) -> None:
    with pytest.raises(UnknownOrigin):
        room.add_checkpoint(Author(hub="52"))


def test_entries_of_a_log_that_nobody_enrolled_are_unknown(room: Room) -> None:
    with pytest.raises(UnknownOrigin):
        begin(room, Author(hub="52"), 0, 1)


@pytest.mark.usefixtures("hub")
def test_a_checkpoint_of_another_key_moves_nothing(room: Room) -> None:
    with pytest.raises(NoteRefused):
        room.add_checkpoint(Author(hub="51", seed=2))
    assert room.read(lambda conn, _: conn.execute(select(PENDING)).all()) == []


def test_a_revoked_hub_sends_no_checkpoint_and_no_entries(room: Room, hub: Author) -> None:
    room.submit(hub)
    revoke(room)
    hub.grow(1)
    with pytest.raises(HubRefused):
        room.add_checkpoint(hub, old=1)
    with pytest.raises(HubRefused):
        begin(room, hub, 1, 2)
    assert stored(room, hub) == hub.entries[:1]


def test_a_revocation_between_two_packages_stops_the_receipt_not_the_bytes(
    room: Room, hub: Author
) -> None:
    hub.grow(300)
    room.add_checkpoint(hub)
    upload = begin(room, hub, 0, 301)
    first, _ = packages(hub)
    room.keep(upload, first)
    revoke(room)
    assert stored(room, hub) == hub.entries[:256]


def test_an_old_size_beyond_the_checkpoint_is_refused(room: Room, hub: Author) -> None:
    body = hub.add_checkpoint().replace(b"old 0\n", b"old 9\n")
    with pytest.raises(BadOldSize):
        room.write(
            lambda conn, centre: intake.add_checkpoint(conn, centre, decode_add_checkpoint(body))
        )


@pytest.mark.parametrize("old", [0, 2, 4])
def test_an_old_size_that_is_not_the_pending_one_is_told_it(
    room: Room, hub: Author, old: int
) -> None:
    hub.grow(4)
    room.add_checkpoint(hub, size=3)
    with pytest.raises(SizeConflict) as caught:
        room.add_checkpoint(hub, old=old)
    assert caught.value.size == 3


def test_the_same_checkpoint_again_changes_nothing(room: Room, hub: Author) -> None:
    hub.grow(2)
    room.add_checkpoint(hub)
    room.add_checkpoint(hub, old=3)
    assert len(room.read(lambda conn, _: conn.execute(select(PENDING)).all())) == 1


def test_what_arrives_after_a_revocation_is_not_kept(room: Room, offered: Author) -> None:
    upload = begin(room, offered, 0, 7)
    revoke(room)
    [package] = packages(offered)
    with pytest.raises(HubRefused):
        room.keep(upload, package)
    assert mirrored(room, offered).size == 0


def test_entries_wait_for_a_checkpoint(room: Room, hub: Author) -> None:
    with pytest.raises(NoPendingCheckpoint):
        begin(room, hub, 0, 1)


def test_an_end_that_nobody_signed_is_told_the_pending_size(room: Room, hub: Author) -> None:
    hub.grow(5)
    room.add_checkpoint(hub)
    with pytest.raises(UploadConflict) as caught:
        begin(room, hub, 0, 4)
    assert caught.value.info == MirrorInfo(size=6, next_entry=0)


def test_a_start_beyond_what_is_held_is_told_the_next_entry(room: Room, hub: Author) -> None:
    hub.grow(5)
    room.submit(hub)
    hub.grow(5)
    room.add_checkpoint(hub, old=6)
    with pytest.raises(UploadConflict) as caught:
        begin(room, hub, 8, 11)
    assert caught.value.info == MirrorInfo(size=11, next_entry=6)


def test_an_older_checkpoint_may_still_be_uploaded_to(room: Room, hub: Author) -> None:
    hub.grow(5)
    room.add_checkpoint(hub, size=3)
    room.add_checkpoint(hub, old=3)
    assert isinstance(room.upload(hub, 0, 3), bytes)
    assert stored(room, hub) == hub.entries[:3]


def test_checkpoints_beyond_the_kept_ones_are_forgotten(room: Room, hub: Author) -> None:
    hub.grow(PENDING_KEPT)
    for size in range(1, PENDING_KEPT + 2):
        room.add_checkpoint(hub, old=size - 1, size=size)
    assert isinstance(begin(room, hub, 0, 2), Upload)
    with pytest.raises(UploadConflict):
        begin(room, hub, 0, 1)


def test_an_upload_may_not_end_before_the_last_receipt(room: Room, hub: Author) -> None:
    hub.grow(4)
    room.add_checkpoint(hub, size=3)
    room.add_checkpoint(hub, old=3)
    room.upload(hub)
    with pytest.raises(UploadConflict) as caught:
        begin(room, hub, 0, 3)
    assert caught.value.info == MirrorInfo(size=5, next_entry=5)


def test_an_upload_that_repeats_too_much_is_told_where_to_go_on(
    room: Room, hub: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert EXCESS_ENTRIES_MAX >= 256
    monkeypatch.setattr(intake, "EXCESS_ENTRIES_MAX", 4)
    hub.grow(9)
    room.submit(hub)
    assert isinstance(begin(room, hub, 6, 10), Upload)
    with pytest.raises(UploadConflict) as caught:
        begin(room, hub, 5, 10)
    assert caught.value.info.next_entry == 10


def test_a_repeated_upload_stores_nothing_twice(room: Room, hub: Author) -> None:
    hub.grow(300)
    room.submit(hub)
    assert is_receipt(room, hub, room.upload(hub, 100))
    assert stored(room, hub) == hub.entries


def test_a_package_that_overlaps_adds_only_what_is_new(room: Room, hub: Author) -> None:
    hub.grow(5)
    room.submit(hub)
    hub.grow(5)
    room.add_checkpoint(hub, old=6)
    assert is_receipt(room, hub, room.upload(hub, 3))
    assert stored(room, hub) == hub.entries


def test_a_package_beyond_the_next_entry_is_refused(room: Room, hub: Author) -> None:
    hub.grow(300)
    room.add_checkpoint(hub)
    upload = begin(room, hub, 0, 301)
    assert isinstance(room.keep(upload, packages(hub)[1]), PackageRefused)
    assert mirrored(room, hub) == EMPTY_TREE


def test_packages_that_are_kept_together_stand_one_behind_the_other(
    room: Room, hub: Author
) -> None:
    hub.grow(100)
    room.submit(hub)
    hub.grow(500)
    room.add_checkpoint(hub, old=101)
    upload = begin(room, hub, 50, 601)
    assert room.keep(upload, *packages(hub, 50)) is None
    assert stored(room, hub) == hub.entries


def test_what_stands_before_a_refused_package_is_kept(room: Room, hub: Author) -> None:
    hub.grow(600)
    room.add_checkpoint(hub)
    upload = begin(room, hub, 0, 601)
    first, second, third = packages(hub)
    damaged = replace(second, entries=(b"{}", *second.entries[1:]))
    assert isinstance(room.keep(upload, first, damaged, third), PackageRefused)
    assert stored(room, hub) == hub.entries[:256]


def test_a_prefix_is_kept_and_has_no_receipt(room: Room, hub: Author) -> None:
    hub.grow(300)
    room.add_checkpoint(hub)
    upload = begin(room, hub, 0, 301)
    room.keep(upload, packages(hub)[0])
    answer = room.write(lambda conn, centre: intake.finish(conn, centre, upload))
    assert answer == MirrorInfo(size=301, next_entry=256)


def test_the_mirrored_checkpoint_carries_both_signatures(room: Room, hub: Author) -> None:
    room.submit(hub)

    def latest(conn: Connection, centre: Centre) -> bytes | None:
        return centre.logs.latest_checkpoint(conn, centre.logs.open(conn, hub.origin))

    note = room.read(latest)
    assert note is not None
    assert note.startswith(hub.checkpoint())
    assert room.centre.keys.mirror.name.encode() in note


def test_the_view_of_a_hub_says_what_is_held_and_decided(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    view = room.read(lambda conn, centre: intake.hub_view(conn, centre, "51"))
    assert (view["size"], view["next_entry"], view["reconciled"]) == (2, 2, 0)
    assert (view["state"], view["outcomes"]) == ("active", {})


def test_there_is_no_view_of_a_hub_that_is_not_there(room: Room) -> None:
    with pytest.raises(UnknownOrigin):
        room.read(lambda conn, centre: intake.hub_view(conn, centre, "52"))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_changed_byte_of_an_entry_is_kept(
    room: Room, offered: Author, data: st.DataObject
) -> None:
    [package] = packages(offered)
    number = data.draw(st.integers(0, len(package.entries) - 1))
    entry = bytearray(package.entries[number])
    position = data.draw(st.integers(0, len(entry) - 1))
    entry[position] ^= data.draw(st.integers(1, 255))
    entries = (*package.entries[:number], bytes(entry), *package.entries[number + 1 :])
    forged = Package(start=package.start, end=package.end, entries=entries, proof=package.proof)
    upload = begin(room, offered, 0, package.end)
    assert isinstance(room.keep(upload, forged), PackageRefused)
    assert mirrored(room, offered) == EMPTY_TREE


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_however_a_log_grows_the_mirror_is_the_same_log(
    room: Room, offered: Author, cuts: list[int]
) -> None:
    for count in cuts:
        old = len(offered.entries)
        offered.grow(count)
        room.add_checkpoint(offered, old=old)
        assert is_receipt(room, offered, room.upload(offered, mirrored(room, offered).size))
    assert mirrored(room, offered) == offered.tree()
    assert stored(room, offered) == offered.entries


def test_an_entry_without_bytes_that_nobody_redacted_is_not_taken(room: Room, hub: Author) -> None:
    hub.grow(3)
    room.add_checkpoint(hub)
    upload = begin(room, hub, 0, len(hub.entries))
    [package] = packages(hub)
    *kept, last = package.entries
    hidden = replace(package, entries=(*kept, b""), gone=(leaf_hash(last),))
    assert isinstance(room.keep(upload, hidden), PackageRefused)
