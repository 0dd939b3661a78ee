"""A node that stays while its keys go: what its database carries into the hub's next log.

Two admins have closed the hub's log and invited it again (`central hub reinvite`). The catalogue
and the own records stay. What waits is sent in the new log; what was signed and never receipted in
the old one is sent again. The own numbers begin anew, so every claim to have seen them does too.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from hubnode.keys import KEY_FILE, KEY_NAMES
from hubnode.node import Node
from hubnode.store import outbox, outcomes, receipts, records
from hubnode.store.identity import Identity
from protocol.entries.changes import RecordChange, encode_change, record_change_in
from protocol.keys import SEED_BYTES
from runtime.keyfile import load_notes, replace_keys
from runtime.ports import Entropy

FIRST_OWN = 1
"""Number of the first change of a log; 0 opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carried:
    """A change on its way into the next log; `number` is its index in the old one."""

    number: int
    change: RecordChange
    created_at: datetime


def renew_keys(
    folder: Path, entropy: Entropy, *, generation: int, passphrase: str | None = None
) -> None:
    """Makes the keys of a generation, once; keys of an earlier one are put aside, not removed.

    Whoever is killed before the centre has answered goes on with the same keys.
    """
    path, note = folder / KEY_FILE, f"generation {generation}"
    if path.exists():
        if note in load_notes(path):
            return
        path.rename(folder / f"keys.generation-{generation - 1}.pem")
    seeds = {name: entropy.bytes(SEED_BYTES) for name in KEY_NAMES}
    replace_keys(path, seeds, passphrase=passphrase, notes=[note])


def carry_over(conn: Connection, node: Node, before: Identity) -> None:
    """Turns what the old log has not brought to the centre into pending changes of the next.

    Args:
        conn: the transaction that keeps the new enrolment.
        node: whose database it is.
        before: its enrolment until now.
    """
    carried = [*_unsent(conn, node, before), *_pending(conn, node, before)]
    olds = [it.number for it in carried]
    waiting = outbox.pending(conn, outbox.count(conn))
    outbox.remove(conn, [change.id for change in waiting])
    for it in carried:
        own = FIRST_OWN + bisect_left(olds, it.change.seen.own)
        change = replace(it.change, seen=replace(it.change.seen, own=own))
        entry, record = encode_change(change), change.record
        outbox.add(conn, entry=entry, record=record, created_at=it.created_at)
    receipts.clear(conn)
    outcomes.clear(conn)
    records.renumber(conn, {old: FIRST_OWN + new for new, old in enumerate(olds)})


def _unsent(conn: Connection, node: Node, before: Identity) -> list[_Carried]:
    """Entries of the old log that the centre gave no receipt for."""
    log = node.logs.open(conn, before.origin)
    start = min(receipts.largest_size(conn), log.tree.size)
    entries = node.logs.entries(conn, log, start, log.tree.size)
    now = node.clock.now()
    found = ((number, record_change_in(entry)) for number, entry in enumerate(entries, start))
    return [
        _Carried(number=number, change=change, created_at=now)
        for number, change in found
        if change is not None
    ]


def _pending(conn: Connection, node: Node, before: Identity) -> list[_Carried]:
    size = max(FIRST_OWN, node.logs.open(conn, before.origin).tree.size)
    waiting = outbox.pending(conn, outbox.count(conn))
    return [
        _Carried(number=number, change=change, created_at=it.created_at)
        for number, it in enumerate(waiting, size)
        if (change := record_change_in(it.entry)) is not None
    ]
