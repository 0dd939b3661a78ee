"""Evidence files out of the centre: about a record with everybody's changes, and about a dispute.

Both lead to the national log's key alone: a hub's keys are shown by its enrolment and rotations.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from central import cosigning, logs_of_hubs
from central.centre import Centre
from central.store import decisions as index
from central.store import hub_keys, hubs, mirrors
from central.store.hubs import HubRow
from protocol.checkpoints import Checkpoint, open_checkpoint, peek_size
from protocol.disputes import Dispute, check_dispute
from protocol.entries.decisions import (
    Decision,
    Outcome,
    Ruling,
    read_decisions,
)
from protocol.errors import EvidenceRefused, ProtocolError
from protocol.evidence import RecordEvidence
from protocol.excerpts import Excerpt
from protocol.membership import names_key_of
from runtime.log_excerpts import excerpt_of


def record_evidence(conn: Connection, centre: Centre, record: str) -> RecordEvidence | None:
    """The decisions about a record and every change behind them, or None where there is none.

    Those whose bytes are gone are not in it; the decision that redacted them is.
    """
    redacted = centre.logs.redacted(conn, centre.national_origin)
    places = [it for it in index.of_record(conn, record) if it not in redacted]
    if not places:
        return None
    sources = [
        it.source for it in _decisions(conn, centre, places) if isinstance(it, Outcome | Ruling)
    ]
    origins = sorted({it.origin for it in sources})
    national = _national(conn, centre, [*_enrolments(conn, centre, origins), *places])
    by_log = {
        origin: sorted({it.index for it in sources if it.origin == origin}) for origin in origins
    }
    return RecordEvidence(
        record=record,
        national=national,
        logs=tuple(_of_hub(conn, centre, origin, it) for origin, it in by_log.items()),
        verifier_keys=tuple(_verifier_keys(conn, centre, origins)),
    )


def disputes_of(conn: Connection, centre: Centre, hub: HubRow) -> list[Dispute]:
    """The contradictions of a hub's logs as files, the oldest log first; none in good times."""
    made = (
        _dispute(conn, centre, log.origin, ours, theirs)
        for log in logs_of_hubs.of_hub(conn, hub.hub)
        for ours, theirs in mirrors.evidence_of(conn, log.origin)
    )
    return [it for it in made if it is not None]


def _dispute(
    conn: Connection, centre: Centre, origin: str, ours: bytes | None, theirs: bytes
) -> Dispute | None:
    """None where what is held cannot show it, because it is not signed that far."""
    log = centre.logs.open(conn, origin)
    note = ours or centre.logs.latest_checkpoint(conn, log)
    if note is None:
        return None
    held, other = (_opened(conn, origin, it) for it in (note, theirs))
    size = other.tree.size
    is_of_one_size = held.tree.size == size
    if not is_of_one_size and not size < held.tree.size <= log.tree.size:
        return None
    prove = centre.logs.prove_consistency
    dispute = Dispute(
        origin=origin,
        checkpoints=(theirs, note),
        prefix=None if is_of_one_size else centre.logs.tree_at(conn, log, size).root,
        proof=() if is_of_one_size else prove(conn, log, size, held.tree.size),
        enrolment=_national(conn, centre, _enrolments(conn, centre, [origin])),
        verifier_keys=tuple(_verifier_keys(conn, centre, [origin])),
    )
    try:
        check_dispute(dispute, [centre.keys.national.verifier_key])
    except ProtocolError:
        return None
    return dispute


def _opened(conn: Connection, origin: str, note: bytes) -> Checkpoint:
    key = hub_keys.signer(conn, origin, peek_size(note))
    return open_checkpoint(note, origin=origin, keys=[key])


def _national(conn: Connection, centre: Centre, places: Sequence[int]) -> Excerpt:
    checkpoint = cosigning.best_checkpoint(conn, centre, place=max(places))
    if checkpoint is None:
        raise LookupError(centre.national_origin)
    log = centre.logs.open(conn, centre.national_origin)
    size = checkpoint.tree.size
    return excerpt_of(conn, centre.logs, log, places, checkpoint=checkpoint.note, size=size)


def _of_hub(conn: Connection, centre: Centre, origin: str, indexes: Sequence[int]) -> Excerpt:
    """Changes of one hub under its mirror checkpoint, or under the newest that it offered.

    The first that covers them: a later one may be signed by a key that is not decided about yet.
    """
    log = centre.logs.open(conn, origin)
    covering = centre.logs.checkpoints(conn, log, indexes[-1], log.tree.size)
    note = covering[0] if covering else _offered(conn, origin, log.tree.size)
    return excerpt_of(conn, centre.logs, log, indexes, checkpoint=note, size=peek_size(note))


def _offered(conn: Connection, origin: str, size: int) -> bytes:
    """A checkpoint that the hub offered and whose entries are all here.

    Raises:
        EvidenceRefused: an upload is under way, and no checkpoint covers what came of it so far.
    """
    pending = mirrors.pending_at(conn, origin, size)
    if pending is None:
        raise EvidenceRefused(f"an upload of {origin} is under way; try again when it has ended")
    return pending[1]


def _enrolments(conn: Connection, centre: Centre, origins: Sequence[str]) -> list[int]:
    """Where the keys of these logs are named."""
    places = index.of_kinds(conn, ("hub.enrolled", "hub.key_rotated"))
    named = zip(places, _decisions(conn, centre, places), strict=True)
    return [place for place, it in named if any(names_key_of(it, origin) for origin in origins)]


def _decisions(conn: Connection, centre: Centre, places: Iterable[int]) -> Iterator[Decision]:
    log = centre.logs.open(conn, centre.national_origin)
    for place in places:
        entries = centre.logs.entries(conn, log, place, place + 1)
        yield from (decision for _, decision in read_decisions(entries))


def _verifier_keys(conn: Connection, centre: Centre, origins: Sequence[str]) -> Iterator[str]:
    yield centre.keys.national.verifier_key.text
    yield centre.keys.mirror.verifier_key.text
    for hub in hubs.everyone(conn):
        yield hub.witness_key
    for origin in origins:
        yield from hub_keys.of_log(conn, origin)
