from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central import cosigning, registry
from central.store import cosignatures
from protocol.errors import NoteRefused
from protocol.notes import parse_note
from tests.support.author import Author
from tests.support.centres import RunningCentre, running_centre


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RunningCentre]:
    async with running_centre(tmp_path / "pusat") as running:
        yield running


def national_note(running: RunningCentre) -> bytes:
    centre = running.centre
    note = centre.db.read_sync(
        lambda conn: centre.logs.latest_checkpoint(
            conn, centre.logs.open(conn, centre.national_origin)
        )
    )
    assert note is not None
    return note


def keep(running: RunningCentre, message: bytes) -> int:
    centre = running.centre
    return centre.db.run_sync(lambda conn: cosigning.keep_cosignatures(conn, centre, message))


def names(running: RunningCentre) -> list[str]:
    centre = running.centre
    note = centre.db.read_sync(lambda conn: cosigning.cosigned_checkpoint(conn, centre))
    return [] if note is None else [line.name for line in parse_note(note).signatures]


async def test_hubs_cosign_the_checkpoint_of_their_choice(centre: RunningCentre) -> None:
    bali, lan = Author(hub="51"), Author(hub="lan", seed=3)
    key = centre.centre.keys.national.verifier_key
    for author in (bali, lan):
        await centre.enrol(author)
    note = national_note(centre)
    for author in (lan, bali):
        assert keep(centre, author.cosignature(note, national_key=key)) == 1
    assert names(centre) == [key.name, bali.witness_key.name, lan.witness_key.name]


async def test_a_hub_that_cosigns_an_older_checkpoint_has_cosigned_the_newer_too(
    centre: RunningCentre,
) -> None:
    bali = Author(hub="51")
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    small = national_note(centre)
    await centre.enrol(Author(hub="lan", seed=3))
    for note in (national_note(centre), small):
        keep(centre, bali.cosignature(note, national_key=key))
    origin = centre.centre.national_origin
    sizes = centre.centre.db.read_sync(lambda conn: cosignatures.largest_sizes(conn, origin))
    assert sizes == {bali.witness_key.name: 2}


async def test_the_largest_cosigned_checkpoint_is_shown(centre: RunningCentre) -> None:
    bali, lan = Author(hub="51"), Author(hub="lan", seed=3)
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    small = national_note(centre)
    await centre.enrol(lan)
    keep(centre, lan.cosignature(national_note(centre), national_key=key))
    keep(centre, bali.cosignature(small, national_key=key))
    assert names(centre) == [key.name, lan.witness_key.name]


async def test_a_witness_that_cosigns_again_counts_once(centre: RunningCentre) -> None:
    bali = Author(hub="51")
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    for timestamp in (1, 2):
        message = bali.cosignature(national_note(centre), national_key=key, timestamp=timestamp)
        keep(centre, message)
    assert names(centre) == [key.name, bali.witness_key.name]


async def test_a_revoked_hub_is_no_witness(centre: RunningCentre) -> None:
    bali = Author(hub="51")
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    message = bali.cosignature(national_note(centre), national_key=key)
    centre.centre.db.run_sync(
        lambda conn: registry.revoke(conn, centre.centre, "51", "hilang", by="rina")
    )
    with pytest.raises(NoteRefused):
        keep(centre, message)


async def test_one_bad_line_spoils_the_message(centre: RunningCentre) -> None:
    bali, lan = Author(hub="51"), Author(hub="lan", seed=3)
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    note = national_note(centre)
    good = bali.cosignature(note, national_key=key)
    bad = lan.cosignature(note, national_key=key).split(b"\n", 1)[1]
    with pytest.raises(NoteRefused):
        keep(centre, good + bad)
    assert names(centre) == []


async def test_an_older_cosignature_does_not_replace_a_newer(centre: RunningCentre) -> None:
    bali = Author(hub="51")
    key = centre.centre.keys.national.verifier_key
    await centre.enrol(bali)
    note = national_note(centre)
    for timestamp in (2000, 1000):
        keep(centre, bali.cosignature(note, national_key=key, timestamp=timestamp))
    kept = centre.centre.db.read_sync(
        lambda conn: cosignatures.of_size(conn, centre.centre.national_origin, 1)
    )
    assert [it.timestamp for it in kept] == [2000]
