"""Two histories under one key: proof is kept once, and a wrong proof alone is none."""

import pytest
from sqlalchemy import select

from central import intake, registry
from central.store.audit import AUDIT
from central.store.mirrors import EVIDENCE, EVIDENCE_MAX, PENDING_KEPT
from protocol.errors import NoteRefused, ProofRefused
from protocol.mirror import decode_add_checkpoint
from tests.support.author import Author
from tests.support.rooms import Room


def keep_evidence(room: Room, author: Author, old: int) -> None:
    message = decode_add_checkpoint(author.add_checkpoint(old=old))
    room.write(lambda conn, centre: intake.keep_equivocation(conn, centre, message))


def test_another_history_is_refused_and_kept_as_evidence_with_ours(room: Room, hub: Author) -> None:
    other = Author(hub="51")
    hub.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    room.add_checkpoint(hub)
    with pytest.raises(ProofRefused):
        room.add_checkpoint(other, old=2)
    keep_evidence(room, other, old=2)
    [row] = room.read(lambda conn, _: conn.execute(select(EVIDENCE)).all())
    assert (row.origin, row.size) == (hub.origin, 2)
    assert (row.ours, row.theirs) == (hub.checkpoint(), other.checkpoint())
    assert row.at == room.clock.now()


def test_evidence_of_two_histories_is_kept_and_audited_once(room: Room, hub: Author) -> None:
    other = Author(hub="51")
    hub.put(1, {"title": "Antrean daring"})
    other.put(1, {"title": "Antrean luring"})
    room.add_checkpoint(hub)
    room.upload(hub)
    for size in range(3, 4 + PENDING_KEPT):
        hub.grow(1)
        room.add_checkpoint(hub, old=size - 1)
    for _ in range(2):
        keep_evidence(room, other, old=2)
    what = room.read(lambda conn, _: list(conn.execute(select(AUDIT.c.what)).scalars()))
    assert what.count("equivocation") == 1
    row = room.read(lambda conn, _: registry.get_hub(conn, "51"))
    assert room.read(lambda conn, _: intake.contradictions_of(conn, row)) == [2]


def test_a_wrong_proof_of_the_same_history_is_no_evidence(room: Room, hub: Author) -> None:
    room.add_checkpoint(hub)
    keep_evidence(room, hub, old=1)
    hub.grow(3)
    keep_evidence(room, hub, old=1)
    assert room.read(lambda conn, _: conn.execute(select(EVIDENCE)).all()) == []


@pytest.mark.usefixtures("hub")
def test_what_the_hub_did_not_sign_is_no_evidence(room: Room) -> None:
    with pytest.raises(NoteRefused):
        keep_evidence(room, Author(hub="51", seed=2), old=0)
    assert room.read(lambda conn, _: conn.execute(select(EVIDENCE)).all()) == []


def test_of_a_log_that_contradicts_itself_again_and_again_some_is_kept(
    room: Room, hub: Author
) -> None:
    hub.grow(EVIDENCE_MAX + 4)
    room.submit(hub)
    other = Author(hub="51")
    other.put(1, {"title": "Antrean luring"})
    for _ in range(EVIDENCE_MAX + 2):
        keep_evidence(room, other, old=1)
        other.grow(1)
    rows = room.read(lambda conn, _: conn.execute(select(EVIDENCE)).all())
    assert len(rows) == EVIDENCE_MAX
