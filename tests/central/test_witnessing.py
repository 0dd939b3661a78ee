"""The centre and its witnesses: each is brought up to date, and none is waited for."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from central import cosigning, projection
from central.settings import CentralSettings
from central.store.cosignatures import COSIGNATURE, COSIGNER
from central.witness.watch import Witness
from central.witnessing import Submitter, WitnessRefused
from protocol.checkpoints import known_cosignatures, open_checkpoint, sign_checkpoint
from protocol.courier import decode_courier_file
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree
from protocol.mirror import AddCheckpoint
from protocol.tlog_proof import parse_proof_file
from runtime.ports import Unreachable
from runtime.settings import SettingsRefused, make_settings
from tests.support.author import Author
from tests.support.rooms import VALID, Room
from tests.support.sticks import from_centre
from tests.support.witnesses import NearWitness, new_witness


@pytest.fixture
def near(room: Room, tmp_path: Path) -> NearWitness:
    key = room.centre.keys.national.verifier_key
    return NearWitness(new_witness(tmp_path / "saksi", "kemendagri", key, clock=room.clock))


@pytest.fixture
def watched(room: Room, near: NearWitness) -> Room:
    """The same centre, which this witness is configured at."""
    return replace(room, centre=replace(room.centre, witnesses=(near.witness.key.verifier_key,)))


def submitter(room: Room, near: NearWitness) -> Submitter:
    return Submitter(room.centre, near.address, near)


def published(room: Room) -> tuple[int, list[str]]:
    """Size of the checkpoint that readers get, and the agencies on it."""
    origin, key = room.centre.national_origin, room.centre.keys.national.verifier_key
    note = room.read(lambda conn, it: cosigning.published_checkpoint(conn, it, origin))
    checkpoint = open_checkpoint(note or b"", origin=origin, keys=[key])
    found = known_cosignatures(checkpoint, room.centre.witnesses)
    return checkpoint.tree.size, [it.name for it in found]


NAME = "jippnas.test/witness/kemendagri"


async def test_each_new_checkpoint_is_cosigned_once(watched: Room, near: NearWitness) -> None:
    submitting = submitter(watched, near)
    assert not await submitting.submit_newest()
    for size, hub in enumerate(("51", "35", "73"), 1):
        watched.enrol(Author(hub=hub, seed=size))
        assert published(watched) == (size, [])
        assert await submitting.submit_newest()
        assert published(watched) == (size, [NAME])
        assert not await submitting.submit_newest()
    assert len(near.requests) == 3


async def test_a_witness_that_is_away_changes_nothing_and_is_brought_up_later(
    watched: Room, near: NearWitness
) -> None:
    submitting = submitter(watched, near)
    watched.enrol(Author(hub="51"))
    await submitting.submit_newest()
    near.is_away = True
    for hub, seed in (("35", 2), ("73", 3)):
        watched.enrol(Author(hub=hub, seed=seed))
        with pytest.raises(Unreachable):
            await submitting.submit_newest()
    assert published(watched) == (3, [])
    near.is_away = False
    await submitting.submit_newest()
    assert published(watched) == (3, [NAME])


async def test_an_answer_that_was_lost_is_asked_for_again(watched: Room, near: NearWitness) -> None:
    watched.enrol(Author(hub="51"))
    near.lose_answers = True
    with pytest.raises(Unreachable):
        await submitter(watched, near).submit_newest()
    near.lose_answers = False
    watched.enrol(Author(hub="35", seed=2))
    assert await submitter(watched, near).submit_newest()
    assert published(watched) == (2, [NAME])


async def test_a_centre_that_forgot_what_was_cosigned_learns_it_from_the_witness(
    watched: Room, near: NearWitness
) -> None:
    watched.enrol(Author(hub="51"))
    await submitter(watched, near).submit_newest()
    for table in (COSIGNATURE, COSIGNER):
        watched.write(lambda conn, _: conn.execute(delete(table)))  # noqa: B023
    assert await submitter(watched, near).submit_newest()
    assert published(watched) == (1, [NAME])


async def test_a_witness_that_has_seen_more_is_no_witness_of_this_log(
    watched: Room, near: NearWitness
) -> None:
    watched.enrol(Author(hub="51"))
    key = watched.centre.keys.national
    more = sign_checkpoint(key.name, Tree(9, bytes(32)), key).note
    near.witness.observe(AddCheckpoint(old_size=0, proof=(), checkpoint=more))
    with pytest.raises(WitnessRefused, match="another history"):
        await submitter(watched, near).submit_newest()
    assert published(watched) == (1, [])


async def test_a_witness_with_another_key_than_the_configured_one_does_not_count(
    watched: Room, near: NearWitness
) -> None:
    watched.enrol(Author(hub="51"))
    submitting = submitter(watched, near)
    other = SigningKey(name=NAME, type=SignatureType.COSIGNATURE, seed=b"o" * 32)
    near.witness = Witness(
        folder=near.witness.folder, key=other, logs=near.witness.logs, clock=watched.clock
    )
    with pytest.raises(WitnessRefused, match="configured key"):
        await submitting.submit_newest()


async def test_a_proof_file_is_of_a_checkpoint_that_the_witness_saw(
    watched: Room, near: NearWitness
) -> None:
    bali = Author(hub="51")
    watched.enrol(bali)
    bali.put(1, VALID)
    watched.submit(bali)
    await watched.decide()
    await submitter(watched, near).submit_newest()
    watched.enrol(Author(hub="35", seed=2))
    data = watched.read(lambda conn, it: projection.proof(conn, it, bali.record(1)))
    origin, keys = watched.centre.national_origin, [watched.centre.keys.national.verifier_key]
    note = parse_proof_file(data or b"").checkpoint
    checkpoint = open_checkpoint(note, origin=origin, keys=keys)
    assert [it.name for it in known_cosignatures(checkpoint, watched.centre.witnesses)] == [NAME]
    assert checkpoint.tree.size == watched.national.size - 1


@pytest.mark.parametrize(
    "entry",
    [
        {"url": "saksi.test", "key": "KEY"},
        {"url": "https://saksi.test/?a=1", "key": "KEY"},
        {"url": "https://saksi.test", "key": "kemendagri"},
        {"url": "https://saksi.test", "key": "LOG"},
        {"url": "https://saksi.test"},
        {"url": "https://saksi.test", "key": "KEY", "name": "kemendagri"},
    ],
)
def test_a_witness_is_configured_with_an_address_and_its_key(
    near: NearWitness, room: Room, entry: dict[str, str]
) -> None:
    keys = {
        "KEY": near.witness.key.verifier_key.text,
        "LOG": room.centre.keys.national.verifier_key.text,
    }
    good = {"url": "https://saksi.test/a", "key": keys["KEY"]}
    made = make_settings(CentralSettings, {"authority": "a.test", "witnesses": [good]})
    assert made.witnesses[0].verifier == near.witness.key.verifier_key
    bad = {name: keys.get(value, value) for name, value in entry.items()}
    with pytest.raises(SettingsRefused) as refused:
        make_settings(CentralSettings, {"authority": "a.test", "witnesses": [bad]})
    assert refused.value.faults[0].startswith("witnesses.0.")


async def test_a_courier_file_has_the_cosignatures_that_readers_get(
    watched: Room, near: NearWitness, tmp_path: Path
) -> None:
    watched.enrol(Author(hub="51"))
    assert await submitter(watched, near).submit_newest()
    [file] = from_centre(watched.centre, "51", tmp_path)
    [note] = decode_courier_file(file).bodies("log/national/1/checkpoint")
    key = watched.centre.keys.national.verifier_key
    checkpoint = open_checkpoint(note, origin=watched.centre.national_origin, keys=[key])
    assert [it.name for it in known_cosignatures(checkpoint, watched.centre.witnesses)] == [NAME]
