"""Excerpts of a stored log: entries with inclusion proofs, as `protocol.excerpts` has them."""

from collections.abc import Iterable

from sqlalchemy import Connection

from protocol.excerpts import Excerpt, ProvenEntry
from runtime.logstore import LogRow, LogStore


def excerpt_of(
    conn: Connection,
    logs: LogStore,
    log: LogRow,
    indexes: Iterable[int],
    *,
    checkpoint: bytes,
    size: int,
) -> Excerpt:
    """The entries at `indexes`, proven in the tree of a checkpoint of the log.

    Args:
        conn: an open transaction.
        logs: where the log is stored.
        log: as `logs.open` gave it.
        indexes: below `size`.
        checkpoint: the note.
        size: of its tree, at most that of the log.
    """
    entries = []
    for index in sorted(set(indexes)):
        (entry,) = logs.entries(conn, log, index, index + 1)
        proof = logs.prove_inclusion(conn, log, index, size)
        entries.append(ProvenEntry(index=index, entry=entry, proof=proof))
    return Excerpt(origin=log.origin, checkpoint=checkpoint, entries=tuple(entries))
