"""A hub's new keys: taken with the entry that signs them in, decided later, kept for ever."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from central import intake, registry
from central.store import hub_keys
from central.store.audit import AUDIT
from central.store.hubs import HubRow
from central.verifying import verify_logs
from protocol.entries.changes import encode_change
from protocol.entries.decisions import ChangeApplied, ChangeVoid
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.errors import EnrolmentRefused, NoteRefused
from protocol.mirror import EntriesDecoder, EntriesHeader, MirrorInfo, Package
from protocol.reconcile import prepare
from protocol.rotation import Place, make_rotation
from tests.support.author import AT, Author
from tests.support.rooms import VALID, Room


@pytest.fixture
def author(room: Room) -> Author:
    """Hub 51 with two records, all of it at the centre."""
    author = Author(hub="51")
    room.enrol(author)
    publish(author)
    publish(author)
    room.submit(author)
    return author


def publish(author: Author) -> None:
    author.put(len(author.entries), VALID)


def row(room: Room) -> HubRow:
    return room.read(lambda conn, _: registry.get_hub(conn, "51"))


def key_of_size(room: Room, author: Author, size: int) -> bytes:
    return room.read(lambda conn, _: hub_keys.signer(conn, author.origin, size)).public_key


def audited(room: Room) -> list[str]:
    return room.read(lambda conn, _: list(conn.execute(select(AUDIT.c.what)).scalars()))


def test_new_keys_are_known_as_soon_as_their_entry_is_kept(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    assert row(room).log_key == author.log_key.verifier_key.text
    assert row(room).witness_key == author.witness_key.verifier_key.text
    assert row(room).former_key == author.former[0][1].verifier_key.text
    assert "key.rotated" in audited(room)


def test_the_next_checkpoint_is_the_new_keys(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    publish(author)
    room.submit(author, start=4)
    assert room.decide_now() == 5


def test_the_old_key_signs_nothing_beyond_its_last_entry(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    publish(author)
    author.log_key = author.former.pop()[1]
    with pytest.raises(NoteRefused):
        room.add_checkpoint(author, old=4)


def test_the_new_key_signs_nothing_before_the_centre_has_the_entry(
    room: Room, author: Author
) -> None:
    author.rotate(9)
    author.former.clear()
    with pytest.raises(NoteRefused):
        room.add_checkpoint(author, old=3)


def test_the_rotation_is_offered_again_under_the_old_key(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    room.add_checkpoint(author, old=4)
    assert isinstance(room.upload(author, 4), bytes)
    assert isinstance(room.upload(author, 3), bytes)


def test_every_entry_has_one_outcome_and_the_new_keys_follow_theirs(
    room: Room, author: Author
) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    publish(author)
    room.submit(author, start=4)
    assert room.decide_now() == 5
    *_, rotated, keys, edited = room.decisions()
    assert isinstance(rotated, ChangeApplied)
    assert isinstance(keys, HubKeyRotated)
    assert isinstance(edited, ChangeApplied)
    assert (rotated.change, rotated.outcome, rotated.record) == ("key.rotate", "applied", None)
    assert keys.source == rotated.source
    assert (keys.log_key, keys.witness_key) == (
        author.log_key.verifier_key.text,
        author.witness_key.verifier_key.text,
    )
    view = room.read(lambda conn, centre: intake.hub_view(conn, centre, "51"))
    assert view["outcomes"] == {"applied": 4, "noop": 1}
    assert (view["reconciled"], view["next_entry"]) == (5, 5)


def test_places_after_a_rotation_are_those_of_the_national_log(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    publish(author)
    room.submit(author, start=4)
    room.decide_now()
    assert room.state(author.record(4)).last_place == room.national.size - 1


def test_old_checkpoints_stay_checkable_and_so_do_new_ones(room: Room, author: Author) -> None:
    old = author.log_key.verifier_key.public_key
    author.rotate(9)
    room.submit(author, start=3)
    publish(author)
    room.submit(author, start=4)
    new = author.log_key.verifier_key.public_key
    signers = [key_of_size(room, author, size) for size in range(6)]
    assert signers == [old] * 5 + [new]
    assert all(check.is_ok for check in room.read(lambda conn, it: list(verify_logs(conn, it))))


def test_a_log_that_ends_with_its_rotation_verifies(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    assert all(check.is_ok for check in room.read(lambda conn, it: list(verify_logs(conn, it))))


def test_keys_are_rotated_again_and_again(room: Room, author: Author) -> None:
    for start, seed in ((3, 9), (4, 10), (5, 11)):
        author.rotate(seed)
        room.submit(author, start=start)
    publish(author)
    room.submit(author, start=6)
    assert room.decide_now() == 7
    known = room.read(lambda conn, _: hub_keys.log_keys(conn, "51"))
    assert [(first, last) for _, first, last in known] == [(0, 3), (4, 4), (5, 5), (6, None)]


def unproven(author: Author) -> None:
    author.rotate(9, index=7)


def with_own_old_key(author: Author) -> None:
    author.rotate(1)


def of_another_hub(author: Author) -> None:
    author.rotate(2)


def as_another_hub(author: Author) -> None:
    other = Author(hub="52", seed=9)
    rotation = make_rotation(
        Place(authority="jippnas.test", hub="52", origin=other.origin, index=3),
        log_key=other.log_key,
        witness_key=other.witness_key,
        salt="0" * 32,
        at=AT,
        by="operator",
    )
    author.entries.append(encode_change(rotation))


@pytest.mark.parametrize("wrong", [unproven, with_own_old_key, of_another_hub, as_another_hub])
def test_a_rotation_that_does_not_hold_is_void_and_changes_nothing(
    room: Room, author: Author, wrong: Callable[[Author], None]
) -> None:
    room.enrol(Author(hub="52", seed=2))
    before = row(room)
    key = author.log_key
    wrong(author)
    author.log_key = key
    author.former.clear()
    room.submit(author, start=3)
    publish(author)
    room.submit(author, start=4)
    assert room.decide_now() == 5
    *_, void, edited = room.decisions()
    assert isinstance(void, ChangeVoid)
    assert void.code == "rotation_refused"
    assert isinstance(edited, ChangeApplied)
    after = row(room)
    assert (after.log_key, after.witness_key, after.former_key) == (
        before.log_key,
        before.witness_key,
        None,
    )
    assert "key.rotation_refused" in audited(room)


def test_a_rotation_is_the_last_entry_under_its_checkpoint_or_void(
    room: Room, author: Author
) -> None:
    old = author.log_key
    author.rotate(9)
    author.log_key = old
    author.former.clear()
    publish(author)
    room.submit(author, start=3)
    assert room.decide_now() == 5
    void = next(it for it in room.decisions() if isinstance(it, ChangeVoid))
    assert (void.source.index, void.code) == (3, "rotation_refused")
    assert row(room).log_key == old.verifier_key.text


def test_larger_checkpoints_of_the_old_key_are_forgotten_with_it(
    room: Room, author: Author
) -> None:
    old, witness = author.log_key, author.witness_key
    author.rotate(9)
    room.add_checkpoint(author, old=3)
    author.log_key, author.former = old, []
    publish(author)
    room.add_checkpoint(author, old=4)
    header, package = EntriesDecoder().feed(author.add_entries(3, 5))
    assert isinstance(header, EntriesHeader)
    assert isinstance(package, Package)
    beyond = room.write(lambda conn, centre: intake.begin_entries(conn, centre, header))
    author.entries.pop()
    assert isinstance(room.upload(author, 3), bytes)
    assert row(room).former_key == old.verifier_key.text

    kept_count, refusal = room.write(
        lambda conn, it: intake.keep_packages(conn, it, beyond, [package])
    )
    assert (kept_count, "rotation" in str(refusal)) == (0, True)
    with pytest.raises(intake.UploadConflict) as conflict:
        room.write(lambda conn, centre: intake.begin_entries(conn, centre, header))
    assert conflict.value.info == MirrorInfo(size=4, next_entry=4)
    assert witness != author.witness_key


def test_the_same_rotation_again_changes_nothing(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    before = row(room)
    room.upload(author, 3)
    assert row(room).model_dump() == before.model_dump()
    assert audited(room).count("key.rotated") == 1


def test_a_rotation_beyond_the_last_good_entry_is_held_and_gives_no_keys(
    room: Room, author: Author
) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    room.write(
        lambda conn, it: registry.revoke(conn, it, "51", "dicuri", by="rina", last_good_index=2)
    )
    room.decide_now()
    kinds = [type(it).__name__ for it in room.decisions()]
    assert kinds[-1] == "ChangeHeld"
    assert "HubKeyRotated" not in kinds


def test_a_key_that_was_rotated_away_never_comes_back(room: Room, author: Author) -> None:
    author.rotate(9)
    room.submit(author, start=3)
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(Author(hub="52", seed=1))
    assert caught.value.code == "key_in_use"
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(Author(hub="53", seed=109))
    assert caught.value.code == "key_in_use"


def test_who_lost_the_database_enrols_again_with_the_new_keys(room: Room) -> None:
    author = Author(hub="51")
    invitation = room.invite("51")
    room.enrol(author, invitation)
    old = author.keys_of(1)
    room.submit(author)
    author.rotate(9)
    room.submit(author, start=1)
    assert room.enrol(author, invitation).state == "active"
    author.log_key, author.witness_key = old
    assert room.enrol(author, invitation).state == "active", "the hand-over is not over"


def test_a_rotation_is_an_entry_like_any_other_to_read(author: Author) -> None:
    author.rotate(9)
    assert prepare(author.entries[-1]).record is None
