"""Disputes: two checkpoints of one log that cannot both be true (equivocation), in one file.

Both are signed by the log's key, and a log must not sign two inconsistent trees (C2SP
tlog-checkpoint, "Signatures"). Of one size they contradict each other where their roots differ. Of
two sizes the file also has the root that the larger tree gives its own first entries (`prefix`),
with its consistency proof: where that is not the smaller checkpoint's root, one of them was
rewritten. Nobody but the holder of the key can make such a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from protocol.canonical import Json, canonicalise
from protocol.checkpoints import Checkpoint, open_checkpoint, peek_size
from protocol.entries.decisions import Decision, decode_decision
from protocol.errors import EvidenceRefused, MalformedEvidence
from protocol.excerpts import (
    Excerpt,
    encode_hash,
    excerpt_object,
    open_excerpt,
    read_excerpt,
    read_hash,
    read_list,
    read_object,
    read_text,
)
from protocol.keys import VerifierKey
from protocol.membership import signer
from protocol.merkle import Tree
from protocol.merkle_proofs import check_consistency

TYPE = "evidence.dispute"
VERSION = 1
_SIDES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A dispute file's parts, unverified.

    Attributes:
        origin: of the log.
        checkpoints: the two notes, the smaller size first.
        prefix: the root of the larger tree's first entries, as many as the smaller one has; None
            where both have one size.
        proof: consistency proof from there to the larger tree.
        enrolment: of a hub's log, the decisions of the national log that name its keys.
        verifier_keys: as text, so that the file can be read alone; believed by nobody.
    """

    origin: str
    checkpoints: tuple[bytes, bytes]
    prefix: bytes | None = None
    proof: tuple[bytes, ...] = ()
    enrolment: Excerpt | None = None
    verifier_keys: tuple[str, ...] = ()


def dispute_object(dispute: Dispute) -> dict[str, Json]:
    """The members of a dispute file."""
    members: dict[str, Json] = {
        "v": VERSION,
        "type": TYPE,
        "origin": dispute.origin,
        "checkpoints": [note.decode() for note in dispute.checkpoints],
        "verifier_keys": list(dispute.verifier_keys),
    }
    if dispute.prefix is not None:
        proof: list[Json] = [encode_hash(value) for value in dispute.proof]
        members |= {"prefix": encode_hash(dispute.prefix), "proof": proof}
    if dispute.enrolment is not None:
        members["enrolment"] = excerpt_object(dispute.enrolment)
    return members


def encode_dispute(dispute: Dispute) -> bytes:
    """The bytes of a dispute file."""
    return canonicalise(dispute_object(dispute))


def read_dispute(value: Json) -> Dispute:
    """The parts of a dispute file; members that are not known are ignored.

    Raises:
        MalformedEvidence: not such an object.
    """
    members = read_object(value)
    if (members.get("v"), members.get("type")) != (VERSION, TYPE):
        raise MalformedEvidence(f"not a file of {TYPE}, version {VERSION}")
    notes, keys = read_list(members, "checkpoints"), read_list(members, "verifier_keys")
    if len(notes) != _SIDES or not all(isinstance(it, str) for it in (*notes, *keys)):
        raise MalformedEvidence("a dispute has two checkpoints, and keys as text")
    first, second = (str(note).encode() for note in notes)
    is_of_two_sizes = "prefix" in members
    proof = read_list(members, "proof") if is_of_two_sizes else []
    return Dispute(
        origin=read_text(members, "origin"),
        checkpoints=(first, second),
        prefix=read_hash(members["prefix"]) if is_of_two_sizes else None,
        proof=tuple(read_hash(it) for it in proof),
        enrolment=read_excerpt(members["enrolment"]) if "enrolment" in members else None,
        verifier_keys=tuple(cast("list[str]", keys)),
    )


def check_dispute(dispute: Dispute, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, Checkpoint]:
    """Accepts when the two checkpoints contradict each other; returns them, opened.

    Args:
        dispute: the file's parts.
        keys: those of national logs that the reader trusts. A hub's keys are taken from its
            enrolment and rotations, which must stand in a national log under one of them.

    Raises:
        EvidenceRefused: they may both be true.
        MalformedNote, MalformedCheckpoint, NoteRefused, ProofRefused: a part does not hold.
    """
    named = _enrolment(dispute, keys)
    first, second = (_opened(dispute.origin, note, keys, named) for note in dispute.checkpoints)
    if not _contradict(first.tree, second.tree, dispute):
        raise EvidenceRefused("both checkpoints may be true")
    return first, second


def _contradict(first: Tree, second: Tree, dispute: Dispute) -> bool:
    if first.size == second.size:
        return first.root != second.root
    if dispute.prefix is None or not 0 < first.size < second.size:
        return False
    prefix = Tree(first.size, dispute.prefix)
    check_consistency(old=prefix, new=second, proof=dispute.proof)
    return prefix != first


def _enrolment(dispute: Dispute, keys: Sequence[VerifierKey]) -> list[Decision]:
    """The decisions that name the keys of a hub's log, shown to stand in a national log."""
    if dispute.enrolment is None:
        return []
    open_excerpt(dispute.enrolment, keys)
    return [decode_decision(it.entry) for it in dispute.enrolment.entries]


def _opened(
    origin: str, note: bytes, keys: Sequence[VerifierKey], named: Sequence[Decision]
) -> Checkpoint:
    hub_key = signer(named, origin, peek_size(note))
    trusted = [*keys, hub_key] if hub_key else keys
    return open_checkpoint(note, origin=origin, keys=trusted)
