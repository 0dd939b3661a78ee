"""Held changes of this hub: for whom each waits (docs/decisions/0036).

That a change is held is decided once, and stays in the log. Whether anybody still has something to
do about it is asked here, of what the hub has said since.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.own_entries import undecided
from hubnode.store import outbox, outcomes, records
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OwnOutcome
from hubnode.store.records import LastEdit
from protocol.catalogue import STATE
from protocol.entries.changes import (
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    ReplicationStep,
    record_change_in,
)
from protocol.record_state import decode_record_state
from runtime.database import DatabaseDamaged

AT_CENTRE = frozenset({"flood"})
"""Codes for which nothing can be mended here: a person at the centre looks, and rules."""

ENTRIES_AT_ONCE = 500


class Waits(StrEnum):
    """For whom a held change waits."""

    HERE = "here"
    CENTRE = "centre"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Held:
    """A held change.

    Attributes:
        waits: for the hub, which mends it; for the centre, which rules on it; for nobody, because a
            later change of the hub has taken its place.
    """

    outcome: OwnOutcome
    waits: Waits


def held_changes(conn: Connection, node: Node, who: Identity) -> list[Held]:
    """All of them, the oldest first."""
    held = outcomes.held(conn)
    edits = records.last_edits(conn, sorted({it.record for it in held if it.record}))
    doubtful = [it for it in held if _may_be_replaced(it, edits)]
    replaced = frozenset[int]()
    if doubtful:
        with suppress(DatabaseDamaged):  # told elsewhere; until it is mended, all of it waits here
            replaced = _replaced(conn, node, who, doubtful, edits)
    return [Held(it, _waits(it, is_replaced=it.number in replaced)) for it in held]


def _waits(it: OwnOutcome, *, is_replaced: bool) -> Waits:
    if is_replaced:
        return Waits.NOBODY
    return Waits.CENTRE if it.code in AT_CENTRE else Waits.HERE


def _may_be_replaced(it: OwnOutcome, edits: Mapping[str, LastEdit]) -> bool:
    """Whether there is something later about its record: only then its entry has to be read."""
    if it.record is None or it.record not in edits:
        return True
    edit = edits[it.record]
    return edit.last_own > it.number or edit.withdrawn


def _replaced(
    conn: Connection,
    node: Node,
    who: Identity,
    doubtful: Sequence[OwnOutcome],
    edits: Mapping[str, LastEdit],
) -> frozenset[int]:
    changes = _changes_at(conn, node, who, [it.number for it in doubtful])
    ids = sorted({it.record for it in changes.values()})
    later = _counting(conn, node, who, ids)
    made = _made_at(conn, node, who, ids)
    return frozenset(
        number
        for number, it in changes.items()
        if _is_replaced(
            it,
            [other for at, other in later.get(it.record, ()) if at > number],
            is_shown=it.record in made and made[it.record] < number,
            is_dropped=it.record not in made and it.record in edits and edits[it.record].withdrawn,
        )
    )


def _is_replaced(
    change: RecordChange, later: Sequence[RecordChange], *, is_shown: bool, is_dropped: bool
) -> bool:
    """Whether nothing is left of a held change to wish for.

    Args:
        change: the held one.
        later: changes of this hub about the same record that count, or may come to.
        is_shown: whether the catalogue had the record before the change; of one that it had not,
            every later put is the whole.
        is_dropped: whether the catalogue has no such record, and the hub has withdrawn it.
    """
    if is_dropped:
        return True
    if not is_shown and any(isinstance(it, RecordPut) for it in later):
        return True
    said = _said(change)
    return said <= frozenset().union(*(_said(it) for it in later))


def _said(change: RecordChange) -> frozenset[str]:
    """What a change says something of."""
    match change:
        case RecordPut():
            return frozenset({*change.set, *change.unset})
        case RecordWithdraw() | RecordRestore():
            return frozenset({STATE})
        case RecordAttest():
            return frozenset({"/attested"})
        case ReplicationStep():
            return frozenset({f"/{change.replication}/{change.step}"})


def _counting(
    conn: Connection, node: Node, who: Identity, ids: Sequence[str]
) -> dict[str, list[tuple[int, RecordChange]]]:
    """By record, own changes that were neither refused nor void, with their numbers, in order."""
    decided = _changes_at(conn, node, who, outcomes.counting(conn, ids))
    numbered = list(decided.items())
    size = node.logs.open(conn, who.origin).tree.size
    waiting = [
        *undecided(conn, node, who),
        *((size + it.id, it.entry) for it in outbox.of_records(conn, ids)),
    ]
    wanted = frozenset(ids)
    for number, entry in waiting:
        change = record_change_in(entry)
        if change is not None and change.record in wanted:
            numbered.append((number, change))
    found: dict[str, list[tuple[int, RecordChange]]] = {}
    for number, change in numbered:
        found.setdefault(change.record, []).append((number, change))
    return found


def _made_at(conn: Connection, node: Node, who: Identity, ids: Sequence[str]) -> dict[str, int]:
    """By record of the catalogue, the number of the own change that made it; -1 of another's."""
    states = map(decode_record_state, node.documents.get_many(conn, ids).values())
    return {it.id: it.creation.number if it.creation.origin == who.origin else -1 for it in states}


def _changes_at(
    conn: Connection, node: Node, who: Identity, numbers: Collection[int]
) -> dict[int, RecordChange]:
    """The changes of records at these numbers of the own log; redacted ones are left out."""
    log, asked = node.logs.open(conn, who.origin), sorted(numbers)
    found: dict[int, RecordChange] = {}
    for start in range(0, len(asked), ENTRIES_AT_ONCE):
        entries = node.logs.entries_at(conn, log, asked[start : start + ENTRIES_AT_ONCE])
        read = ((number, record_change_in(entry)) for number, entry in sorted(entries.items()))
        found |= {number: change for number, change in read if change is not None}
    return found
