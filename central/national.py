"""Appending to the national log: decisions, their index, what they change, and the checkpoint.

The one way in which the catalogue changes. Everything happens in the caller's transaction.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from central import issued, projection
from central.centre import Centre
from central.store import decisions as index
from protocol.campaigns import Ledger
from protocol.catalogue import apply, touched
from protocol.checkpoints import sign_checkpoint
from protocol.entries.decisions import Decision, encode_decision
from protocol.names import national_origin
from protocol.record_state import RecordState, decode_record_state
from runtime.campaigns import standing_records
from runtime.redactions import redact


def append(conn: Connection, centre: Centre, decisions: Sequence[Decision]) -> None:
    """Appends decisions, folds them into the catalogue, and signs the new tree."""
    log = centre.logs.open(conn, centre.national_origin)
    changed, ledger = fold(conn, centre, list(enumerate(decisions, log.tree.size)))
    entries = [encode_decision(decision) for decision in decisions]
    write(conn, centre, decisions, entries, changed, ledger=ledger)


def fold(
    conn: Connection, centre: Centre, placed: Sequence[tuple[int, Decision]]
) -> tuple[dict[str, RecordState], Ledger]:
    """What decisions with their places make of the records and campaigns; keeps nothing."""
    records = [record for _, decision in placed for record in touched(decision)]
    states = load_states(conn, centre, records)
    ledger = centre.campaigns.open_ledger(conn, records)
    changed: dict[str, RecordState] = {}
    for place, decision in placed:
        after = apply({**states, **changed}, decision, place=place, origin=centre.national_origin)
        changed.update(after)
        standing = standing_records(conn, centre.documents, changed)
        ledger.fold(decision, place=place, after=after, standing=standing)
    return changed, ledger


def write(
    conn: Connection,
    centre: Centre,
    decisions: Sequence[Decision],
    entries: Sequence[bytes],
    changed: Mapping[str, RecordState],
    *,
    ledger: Ledger,
) -> None:
    """Appends decisions that the caller has encoded, to `entries`, and folded.

    Args:
        conn: an open transaction.
        centre: the centre.
        decisions: what is appended.
        entries: their bytes.
        changed: the records' states after them.
        ledger: the campaigns after them.

    Raises:
        HistoryLost: the database lacks what was published, so nothing may be signed on it.
    """
    log = centre.logs.open(conn, centre.national_origin)
    if not log.tree.size and is_of_another_epoch(conn, centre):
        raise issued.HistoryLost(f"the database holds no national log of epoch {centre.epoch}")
    tree = centre.logs.append(conn, log, entries)
    keep(conn, centre, list(enumerate(decisions, log.tree.size)), changed, ledger=ledger)
    issued.check(conn, centre)
    signed = sign_checkpoint(centre.national_origin, tree, centre.keys.national)
    log = centre.logs.open(conn, centre.national_origin)
    centre.logs.save_checkpoint(conn, log, tree.size, signed.note)


def keep(
    conn: Connection,
    centre: Centre,
    placed: Sequence[tuple[int, Decision]],
    changed: Mapping[str, RecordState],
    *,
    ledger: Ledger,
) -> None:
    """Keeps what decisions came to in the tables that are derived from the log.

    Args:
        conn: an open transaction, in which the log has their entries.
        centre: the centre.
        placed: the decisions with their places.
        changed: the records' states after them.
        ledger: the campaigns after them.
    """
    index.add_many(conn, placed)
    projection.put(conn, centre, changed.values())
    redact(conn, centre.logs, centre.documents, placed, national=centre.national_origin)
    centre.campaigns.keep(conn, ledger)
    centre.lineages.keep(conn, changed.values())


def load_states(conn: Connection, centre: Centre, records: Sequence[str]) -> dict[str, RecordState]:
    """The states of those records that exist, in one query."""
    found = centre.documents.get_many(conn, sorted(set(records)))
    return {record: decode_record_state(body) for record, body in found.items()}


def is_of_another_epoch(conn: Connection, centre: Centre) -> bool:
    """Whether the database holds a national log of this centre, and none of its epoch."""
    first = national_origin(centre.authority, 1).removesuffix("1")
    stored = centre.logs.origins(conn, beginning=first)
    return bool(stored) and centre.national_origin not in stored
