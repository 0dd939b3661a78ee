"""Evidence files out of this node: what was decided about a record, and the changes of this hub."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import hubs, receipts
from hubnode.store.identity import Identity
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.entries.decisions import (
    Decision,
    Outcome,
    Ruling,
    decode_decision,
)
from protocol.evidence import RecordEvidence, is_about
from protocol.excerpts import Excerpt
from protocol.limits import PACKAGE_ENTRIES
from protocol.membership import names_key_of
from runtime.log_excerpts import excerpt_of
from runtime.logstore import LogRow

_NAMES_KEYS = (b'"type":"hub.enrolled"', b'"type":"hub.key_rotated"')


def record_evidence(
    conn: Connection, node: Node, who: Identity, record: str
) -> RecordEvidence | None:
    """Everything that this node can show about a record, or None where nothing was decided.

    Changes of other hubs are not in it: their logs are at the centre.
    """
    checkpoint = covered_checkpoint(conn, node, who)
    if checkpoint is None:
        return None
    log = node.logs.open(conn, who.national)
    found = _decisions(conn, node, log, (record.encode(),), checkpoint.tree.size)
    places = [place for place, made in found if is_about(made, record)]
    return evidence_of(conn, node, who, record, places) if places else None


def evidence_of(
    conn: Connection, node: Node, who: Identity, record: str, places: list[int]
) -> RecordEvidence:
    """The decisions at these places with the changes of this hub behind them; there is one."""
    checkpoint = covered_checkpoint(conn, node, who)
    if checkpoint is None:
        raise LookupError(who.national)
    log = node.logs.open(conn, who.national)
    size = checkpoint.tree.size
    entries = [node.logs.entries(conn, log, it, it + 1)[0] for it in places]
    own = sorted(_own_indexes(who, map(decode_decision, entries)))
    enrolments = _enrolments(conn, node, who, log, size) if own else []
    national = excerpt_of(
        conn, node.logs, log, [*enrolments, *places], checkpoint=checkpoint.note, size=size
    )
    return RecordEvidence(
        record=record,
        national=national,
        logs=(_own_excerpt(conn, node, who, own),) if own else (),
        verifier_keys=tuple(_verifier_keys(conn, who)),
    )


def covered_checkpoint(conn: Connection, node: Node, who: Identity) -> Checkpoint | None:
    """The newest national checkpoint of which every entry is here, with its cosignatures."""
    log = node.logs.open(conn, who.national)
    note = node.logs.checkpoint_at(conn, log, log.tree.size)
    if note is None:
        note = next(reversed(node.logs.checkpoints(conn, log, 0, log.tree.size)), None)
    if note is None:
        return None
    return open_checkpoint(note, origin=who.national, keys=[who.national_verifier])


def enrolment_excerpt(conn: Connection, node: Node, who: Identity) -> Excerpt | None:
    """The decisions that name the keys of the own log, as far as this node has them."""
    checkpoint = covered_checkpoint(conn, node, who)
    if checkpoint is None:
        return None
    log, size = node.logs.open(conn, who.national), checkpoint.tree.size
    places = _enrolments(conn, node, who, log, size)
    if not places:
        return None
    return excerpt_of(conn, node.logs, log, places, checkpoint=checkpoint.note, size=size)


def _own_indexes(who: Identity, decisions: Iterator[Decision]) -> set[int]:
    changes = (it for it in decisions if isinstance(it, Outcome | Ruling))
    return {it.source.index for it in changes if it.source.origin == who.origin}


def _own_excerpt(conn: Connection, node: Node, who: Identity, indexes: list[int]) -> Excerpt:
    """With the centre's receipt on it where there is one that covers them all.

    The first such: a later one may be signed by a key that is not decided about yet.
    """
    log = node.logs.open(conn, who.origin)
    receipt = receipts.covering(conn, indexes[-1])
    if receipt is not None:
        note, size = receipt.note, receipt.size
    else:
        note, size = node.logs.latest_checkpoint(conn, log) or b"", log.tree.size
    return excerpt_of(conn, node.logs, log, indexes, checkpoint=note, size=size)


def _decisions(
    conn: Connection, node: Node, log: LogRow, needles: Sequence[bytes], size: int
) -> Iterator[tuple[int, Decision]]:
    """The decisions whose bytes have one of `needles` in them, with their places."""
    for start in range(0, size, PACKAGE_ENTRIES):
        end = min(size, start + PACKAGE_ENTRIES)
        for place, entry in enumerate(node.logs.entries(conn, log, start, end), start):
            if any(needle in entry for needle in needles):
                yield place, decode_decision(entry)


def _enrolments(conn: Connection, node: Node, who: Identity, log: LogRow, size: int) -> list[int]:
    """The places at which the keys of the own log are named."""
    found = _decisions(conn, node, log, _NAMES_KEYS, size)
    return [place for place, made in found if names_key_of(made, who.origin)]


def _verifier_keys(conn: Connection, who: Identity) -> Iterator[str]:
    yield from (who.national_key, who.mirror_key)
    for hub in hubs.active(conn):
        yield hub.witness_key
        if hub.origin == who.origin:
            yield hub.log_key
