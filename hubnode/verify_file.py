"""Proving a file, offline: a `.tlog-proof`, or evidence about a record or a dispute.

The keys in a file are not believed: whoever checks brings the key of the national log. Under the
name of an earlier or later epoch it is the same key, so files of any epoch can be checked with it.
"""

from collections.abc import Sequence

from protocol.canonical import Json, parse
from protocol.checkpoints import Checkpoint, peek_origin
from protocol.disputes import TYPE as DISPUTE
from protocol.disputes import Dispute, check_dispute
from protocol.entries.decisions import kind_of, outcome_of, source_of
from protocol.errors import MalformedProofFile
from protocol.evidence import (
    RECORD,
    Judged,
    RecordEvidence,
    check_record_evidence,
    parse_evidence,
)
from protocol.keys import VerifierKey
from protocol.names import standing_origin
from protocol.quorum import NOBODY, Quorum, check_quorum
from protocol.tlog_proof import check_proof_file, parse_proof_file

_PROOF = "tlog-proof"
_EVIDENCE_BEGINS = b"{"


def verify_file(data: bytes, key: VerifierKey, quorum: Quorum = NOBODY) -> dict[str, Json]:
    """Verifies a file of any kind.

    Args:
        data: the file's bytes.
        key: of the national log, as the reader knows it.
        quorum: which witnesses must have cosigned the checkpoint that a file leads to. A dispute
            has two that contradict each other, so nobody is asked for there.

    Returns:
        `verified`: True, `kind`, and what the file shows.

    Raises:
        ProtocolError: the file, a signature or a proof in it does not hold.
    """
    if not data.lstrip().startswith(_EVIDENCE_BEGINS):
        return _verify_proof_file(data, key, quorum)
    evidence = parse_evidence(data)
    if isinstance(evidence, Dispute):
        return _verify_dispute(evidence, key)
    return _verify_record(evidence, key, quorum)


def _verify_proof_file(data: bytes, key: VerifierKey, quorum: Quorum) -> dict[str, Json]:
    """A decision stands in the log; it is in the file's `extra` line."""
    file = parse_proof_file(data)
    extra = parse(file.extra) if file.extra else None
    entry = extra.get("entry") if isinstance(extra, dict) else None
    if not isinstance(entry, str):
        raise MalformedProofFile("no entry in the extra line")
    key = _in_epoch(key, peek_origin(file.checkpoint))
    checkpoint, _ = check_proof_file(
        file, entry=entry.encode(), origin=key.name, keys=[key], witnesses=quorum.witnesses
    )
    return {
        "verified": True,
        "kind": _PROOF,
        "origin": key.name,
        "index": file.index,
        "size": checkpoint.tree.size,
        "witnesses": list(check_quorum(checkpoint, quorum)),
        "decision": parse(entry.encode()),
    }


def _in_epoch(key: VerifierKey, origin: str) -> VerifierKey:
    """The reader's key under the name of the national log of `origin`, if that is of its centre."""
    return key.renamed(origin) if standing_origin(origin, key.name) == key.name else key


def _verify_record(evidence: RecordEvidence, key: VerifierKey, quorum: Quorum) -> dict[str, Json]:
    keys = [_in_epoch(key, evidence.national.origin)]
    found = check_record_evidence(evidence, keys, witnesses=quorum.witnesses)
    return {
        "verified": True,
        "kind": RECORD,
        "record": found.record,
        "origin": found.checkpoint.origin,
        "size": found.checkpoint.tree.size,
        "witnesses": list(check_quorum(found.checkpoint, quorum)),
        "faithful": found.is_faithful,
        "decisions": [_judged(it) for it in found.decisions],
    }


def _judged(it: Judged) -> dict[str, Json]:
    source = source_of(it.decision)
    return {
        "place": it.place,
        "at": it.decision.at,
        "kind": kind_of(it.decision),
        "outcome": outcome_of(it.decision),
        "author": getattr(it.decision, "author", "centre"),
        "source": f"{source.origin} {source.index}" if source else None,
        "faithful": it.is_faithful,
    }


def _verify_dispute(dispute: Dispute, key: VerifierKey) -> dict[str, Json]:
    named = dispute.enrolment.origin if dispute.enrolment else dispute.origin
    sides: Sequence[Checkpoint] = check_dispute(dispute, [_in_epoch(key, named)])
    return {
        "verified": True,
        "kind": DISPUTE,
        "origin": dispute.origin,
        "checkpoints": [{"size": it.tree.size, "root": it.tree.root.hex()} for it in sides],
    }
