"""Evidence files: all that a third party needs to judge one record, or one dispute, offline.

A file about a record has the decisions about it and the changes behind them, as excerpts of the
national log and of the hubs' logs, with the checkpoints, the cosignatures known and the verifier
keys. Whoever checks one brings the key of the national log that he trusts: the keys of hubs are
taken from their enrolments and rotations, which are decisions of that log. A hub's checkpoint is
signed by the key of its last entry.

A file shows that what it holds was decided and signed. That nothing else was decided about the
record, no file can show: only a replica of the whole national log does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from protocol.canonical import Json, canonicalise, parse
from protocol.checkpoints import Checkpoint, Cosignature, known_cosignatures, peek_size
from protocol.disputes import TYPE as DISPUTE
from protocol.disputes import Dispute, read_dispute
from protocol.entries.decisions import (
    Decision,
    Outcome,
    Ruling,
    decode_decision,
)
from protocol.entries.hub_decisions import HubEnrolled, HubKeyRotated
from protocol.entries.members import Source
from protocol.entries.record_decisions import other_record
from protocol.errors import EvidenceRefused, MalformedEvidence, MalformedJson
from protocol.excerpts import (
    Excerpt,
    excerpt_object,
    open_excerpt,
    read_excerpt,
    read_list,
    read_object,
    read_text,
)
from protocol.faithful import is_faithful, record_of
from protocol.keys import VerifierKey
from protocol.limits import EVIDENCE_BYTES_MAX
from protocol.membership import signer

RECORD = "evidence.record"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence:
    """The parts of a file about a record, unverified.

    Attributes:
        record: its id.
        national: enrolments and rotations of the hubs concerned, and the decisions about the
            record.
        logs: the changes behind them, a log of a hub each.
        verifier_keys: as text, so that the file can be read alone; believed by nobody.
    """

    record: str
    national: Excerpt
    logs: tuple[Excerpt, ...]
    verifier_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One decision about the record, shown to stand in the national log.

    Attributes:
        place: its index there.
        decision: what was decided.
        entry: the change behind it, shown to stand in the hub's log; None where there is none, or
            where the file has not got it.
        is_faithful: whether the decision says what the change says; None without one.
    """

    place: int
    decision: Decision
    entry: bytes | None
    is_faithful: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFindings:
    """What a file about a record shows.

    Attributes:
        record: its id.
        checkpoint: of the national log.
        cosignatures: of the witnesses that the reader named, on that checkpoint.
        decisions: in order of their places.
    """

    record: str
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]
    decisions: tuple[Judged, ...]

    @property
    def is_faithful(self) -> bool:
        """Whether no decision says something else than the change behind it."""
        return all(it.is_faithful is not False for it in self.decisions)


def is_about(decision: Decision, record: str) -> bool:
    """Whether a decision names a record: as its own, or as the second of the two that it joins."""
    named = (getattr(decision, name, None) for name in ("record", "result"))
    return record in (*named, other_record(decision))


def record_object(evidence: RecordEvidence) -> dict[str, Json]:
    """The members of a file about a record."""
    return {
        "v": VERSION,
        "type": RECORD,
        "record": evidence.record,
        "national": excerpt_object(evidence.national),
        "logs": [excerpt_object(it) for it in evidence.logs],
        "verifier_keys": list(evidence.verifier_keys),
    }


def encode_record_evidence(evidence: RecordEvidence) -> bytes:
    """The bytes of a file about a record."""
    return canonicalise(record_object(evidence))


def parse_evidence(data: bytes) -> RecordEvidence | Dispute:
    """The parts of an evidence file of either kind; members that are not known are ignored.

    Raises:
        MalformedEvidence: it is none.
    """
    try:
        value = parse(data, size_max=EVIDENCE_BYTES_MAX)
    except MalformedJson as error:
        raise MalformedEvidence(error.message) from error
    members = read_object(value)
    if members.get("type") == DISPUTE:
        return read_dispute(value)
    if (members.get("v"), members.get("type")) != (VERSION, RECORD):
        raise MalformedEvidence("of no type or version that is known")
    keys = read_list(members, "verifier_keys")
    if not all(isinstance(it, str) for it in keys):
        raise MalformedEvidence("verifier keys are text")
    return RecordEvidence(
        record=read_text(members, "record"),
        national=read_excerpt(members.get("national")),
        logs=tuple(read_excerpt(it) for it in read_list(members, "logs")),
        verifier_keys=tuple(cast("list[str]", keys)),
    )


def check_record_evidence(
    evidence: RecordEvidence,
    keys: Sequence[VerifierKey],
    *,
    witnesses: Sequence[VerifierKey] = (),
) -> RecordFindings:
    """Accepts when every entry stands in its log; says what was decided, on what, and who saw it.

    Args:
        evidence: the file's parts.
        keys: of the national logs that the reader trusts.
        witnesses: whose cosignatures are looked for; how many are enough is the reader's policy.

    Raises:
        EvidenceRefused: an entry that has nothing to do with the record, or no decision at all.
        VoidEntry: a decision that this version does not understand.
        MalformedNote, MalformedCheckpoint, NoteRefused, ProofRefused: a part does not hold.
    """
    checkpoint = open_excerpt(evidence.national, keys)
    entries = sorted(evidence.national.entries, key=lambda it: it.index)
    decided = {it.index: decode_decision(it.entry) for it in entries}
    changes = dict(_changes(evidence.logs, list(decided.values())))
    judged = tuple(
        _judged(place, decision, changes)
        for place, decision in decided.items()
        if not isinstance(decision, HubEnrolled | HubKeyRotated)
    )
    _refuse_foreign(evidence.record, judged, changes)
    return RecordFindings(
        record=evidence.record,
        checkpoint=checkpoint,
        cosignatures=known_cosignatures(checkpoint, witnesses),
        decisions=judged,
    )


def _changes(
    logs: Sequence[Excerpt], decided: Sequence[Decision]
) -> Iterator[tuple[Source, bytes]]:
    """Every change of the file, shown to stand in the log of an enrolled hub."""
    for log in logs:
        key = signer(decided, log.origin, peek_size(log.checkpoint))
        if key is None:
            raise EvidenceRefused(f"no enrolment of {log.origin}")
        open_excerpt(log, [key])
        for it in log.entries:
            yield Source(origin=log.origin, index=it.index), it.entry


def _judged(place: int, decision: Decision, changes: Mapping[Source, bytes]) -> Judged:
    if not isinstance(decision, Outcome | Ruling):
        return Judged(place=place, decision=decision, entry=None, is_faithful=None)
    entry = changes.get(decision.source)
    faithful = None if entry is None else is_faithful(decision, entry)
    return Judged(place=place, decision=decision, entry=entry, is_faithful=faithful)


def _refuse_foreign(record: str, judged: Sequence[Judged], changes: Mapping[Source, bytes]) -> None:
    if not judged:
        raise EvidenceRefused(f"no decision about {record}")
    for it in judged:
        is_of_change = it.entry is not None and record_of(it.entry) == record
        if not (is_of_change or is_about(it.decision, record)):
            raise EvidenceRefused(f"the decision at {it.place} is not about {record}")
    sources = {it.decision.source for it in judged if isinstance(it.decision, Outcome | Ruling)}
    if changes.keys() - sources:
        raise EvidenceRefused("a change that no decision of the file is about")
