"""Held changes of this hub: for whom each waits (docs/decisions/0036).

That a change is held is decided once, and stays in the log. Whether anybody still has something to
do about it is asked here, of what the hub has said since.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import orjson
from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.own_entries import undecided
from hubnode.replica import applied_size
from hubnode.store import outbox, outcomes, records
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OwnOutcome
from hubnode.store.records import LastEdit
from protocol.catalogue import STATE
from protocol.record_state import decode_record_state
from runtime.database import DatabaseDamaged

AT_CENTRE = frozenset({"flood", "decision_failed", "schema_unknown", "key_revoked"})
"""Codes for which nothing can be mended here: a person at the centre looks, and rules."""

ENTRIES_AT_ONCE = 500
_QUESTION = "held_changes"


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


def held_changes(conn: Connection, node: Node, who: Identity) -> Sequence[Held]:
    """All of them, the oldest first.

    Every page asks, and after a flood there are tens of thousands; so the answer is kept until the
    log, its outcomes, the queue or the replica go on.
    """
    state = (
        node.logs.open(conn, who.origin),
        outcomes.decided_size(conn),
        outcomes.count_held(conn),
        outbox.newest(conn),
        applied_size(conn, node, who),
    )
    asked, kept = node.answers.get(_QUESTION, (None, ()))
    if asked == state:
        answer: Sequence[Held] = kept
        return answer
    with suppress(DatabaseDamaged):  # told elsewhere; until it is mended, all of it waits here
        answer = _asked(conn, node, who)
        node.answers[_QUESTION] = (state, answer)
        return answer
    return [Held(it, _waits(it, is_replaced=False)) for it in outcomes.held(conn)]


def _asked(conn: Connection, node: Node, who: Identity) -> Sequence[Held]:
    held = outcomes.held(conn)
    named = sorted({it.record for it in held if it.record})
    edits = records.last_edits(conn, named)
    latest = _latest(conn, node, who, named) if named else {}
    doubtful = [it for it in held if _may_be_replaced(it, edits, latest)]
    replaced = _replaced(conn, node, who, doubtful, edits) if doubtful else frozenset[int]()
    return [Held(it, _waits(it, is_replaced=it.number in replaced)) for it in held]


def _waits(it: OwnOutcome, *, is_replaced: bool) -> Waits:
    if is_replaced:
        return Waits.NOBODY
    return Waits.CENTRE if it.code in AT_CENTRE else Waits.HERE


def _latest(conn: Connection, node: Node, who: Identity, ids: Sequence[str]) -> dict[str, int]:
    """By record, the number of the last own change about it; those that wait come after all."""
    found = outcomes.latest(conn, ids)
    size = node.logs.open(conn, who.origin).tree.size
    found |= dict.fromkeys(outbox.records_among(conn, ids), size)
    for number, entry in undecided(conn, node, who):
        said = _said_in(entry)
        if said is not None:
            found[said.record] = max(number, found.get(said.record, number))
    return found


def _may_be_replaced(
    it: OwnOutcome, edits: Mapping[str, LastEdit], latest: Mapping[str, int]
) -> bool:
    """Whether there is something later about its record: only then its entry has to be read."""
    if it.record is None or it.record not in edits:
        return True
    return latest.get(it.record, it.number) > it.number or edits[it.record].withdrawn


@dataclass(frozen=True, slots=True)
class _Said:
    """What a change of a record says something of, without what it says.

    Attributes:
        names: fields, `STATE`, and what has no name of its own behind a slash.
        is_put: whether it writes the whole of a record that is not there yet.
    """

    record: str
    names: frozenset[str]
    is_put: bool


def _replaced(
    conn: Connection,
    node: Node,
    who: Identity,
    doubtful: Sequence[OwnOutcome],
    edits: Mapping[str, LastEdit],
) -> frozenset[int]:
    """Numbers of those of which nothing is left to wish for."""
    held = _said_at(conn, node, who, [it.number for it in doubtful])
    first: dict[str, int] = {}
    for number, it in sorted(held.items(), reverse=True):
        first[it.record] = number
    counting = _counting(conn, node, who, first)
    later = {
        number: [other for at, other in counting.get(it.record, ()) if at > number]
        for number, it in held.items()
    }
    covered = {
        number
        for number, it in held.items()
        if it.names <= frozenset().union(*(other.names for other in later[number]))
    }
    left = {number: it for number, it in held.items() if number not in covered}
    known = node.documents.known(conn, sorted({it.record for it in left.values()}))
    put_later = {number for number in left if any(other.is_put for other in later[number])}
    made = _made_at(conn, node, who, sorted({left[it].record for it in put_later} & known))
    for number, it in left.items():
        is_known = it.record in known
        is_dropped = it.record in edits and edits[it.record].withdrawn and not is_known
        was_whole = number in put_later and (not is_known or made[it.record] > number)
        if is_dropped or was_whole:
            covered.add(number)
    return frozenset(covered)


def _counting(
    conn: Connection, node: Node, who: Identity, first: Mapping[str, int]
) -> dict[str, list[tuple[int, _Said]]]:
    """By record, own changes behind a number that were neither refused nor void, with theirs."""
    size, ids = node.logs.open(conn, who.origin).tree.size, sorted(first)
    waiting = [
        *undecided(conn, node, who),
        *((size + it.id, it.entry) for it in outbox.of_records(conn, ids)),
    ]
    read = ((number, _said_in(entry)) for number, entry in waiting)
    decided = outcomes.counting(conn, ids)
    numbered = _said_at(conn, node, who, [it for it, of in decided if it > first[of]])
    numbered |= {number: said for number, said in read if said is not None}
    found: dict[str, list[tuple[int, _Said]]] = {it: [] for it in ids}
    for number, said in numbered.items():
        if said.record in found:
            found[said.record].append((number, said))
    return found


def _made_at(conn: Connection, node: Node, who: Identity, ids: Sequence[str]) -> dict[str, int]:
    """By record of the catalogue, the number of the own change that made it; -1 of another's."""
    states = map(decode_record_state, node.documents.get_many(conn, ids).values())
    return {it.id: it.creation.number if it.creation.origin == who.origin else -1 for it in states}


def _said_at(
    conn: Connection, node: Node, who: Identity, numbers: Collection[int]
) -> dict[int, _Said]:
    """What the changes at these numbers of the own log speak of; redacted ones are left out."""
    log, asked = node.logs.open(conn, who.origin), sorted(numbers)
    found: dict[int, _Said] = {}
    for start in range(0, len(asked), ENTRIES_AT_ONCE):
        entries = node.logs.entries_at(conn, log, asked[start : start + ENTRIES_AT_ONCE])
        read = ((number, _said_in(entry)) for number, entry in entries.items())
        found |= {number: said for number, said in read if said is not None}
    return found


def _said_in(entry: bytes) -> _Said | None:
    """None of an entry that is about no record, or whose bytes are gone.

    Only the names are read, of an entry that this node wrote: every page asks, about every change
    that was ever held, and to judge all of them anew takes ten times as long.
    """
    try:
        members = orjson.loads(entry)
    except orjson.JSONDecodeError:
        return None
    if "record" not in members:
        return None
    match members["type"]:
        case "record.put":
            names = {*members["set"], *members.get("unset", ())}
        case "record.withdraw" | "record.restore":
            names = {STATE}
        case other:
            names = {f"/{other}/{members.get('replication', '')}/{members.get('step', '')}"}
    is_put = members["type"] == "record.put"
    return _Said(record=members["record"], names=frozenset(names), is_put=is_put)
