"""What an operator reviews: outcomes of own changes, and conflicts on own records."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from hubnode.held import Waits, held_changes
from hubnode.node import Node
from hubnode.own_entries import undecided
from hubnode.proposals import proposals_to
from hubnode.replica import applied_size
from hubnode.store import outbox, outcomes
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OWN_OUTCOME, OwnOutcome, Standing
from protocol.canonical import parse
from protocol.catalogue import STATE, conflicts
from protocol.entries.changes import (
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    decode_change,
    record_change_in,
    type_of,
)
from protocol.entries.decisions import Decision, decode_decision, source_of
from protocol.entries.record_decisions import other_record
from protocol.history import history_row
from protocol.reconcile import prepare
from protocol.record_state import decode_record_state
from runtime.logstore import GONE


def recent_outcomes(conn: Connection, *, outcome: str | None, limit: int) -> list[dict[str, Any]]:
    """Outcomes of own changes, the newest first."""
    query = select(OWN_OUTCOME).order_by(OWN_OUTCOME.c.number.desc()).limit(limit)
    if outcome is not None:
        query = query.where(OWN_OUTCOME.c.outcome == outcome)
    return [
        {
            "number": row.number,
            "place": row.place,
            "record": row.record,
            "outcome": row.outcome,
            "standing": str(row.standing),
            "code": row.code,
            "errors": parse(row.errors),
        }
        for row in conn.execute(query)
    ]


def record_history(
    conn: Connection, node: Node, identity: Identity, record: str
) -> list[dict[str, Any]]:
    """Every own change of one record, what became of it, and what others decided; oldest first.

    `number`, its index in the own log, is None of what others wrote and of a change that waits to
    be signed; `standing` is "pending" of that, and "sent" until the centre has decided. Of a person
    at the centre `by` is `agency/account`, of a change by another hub that hub's id; `says` is what
    else a decision says: to whom the record went, its number.
    """
    rows = list(_decisions_of_others(conn, node, identity, record))
    for it, entry in _decided(conn, node, identity, record):
        became = {"place": it.place, "outcome": it.outcome, "standing": str(it.standing)}
        rows.append({"number": it.number, **_change(entry), **became, "code": it.code, **_SILENT})
    rows.sort(key=itemgetter("place"))
    for number, entry in undecided(conn, node, identity):
        if prepare(entry).record == record:
            rows.append({"number": number, **_change(entry), **_OPEN, "standing": "sent"})
    for waiting in outbox.of_record(conn, record):
        row = {"number": None, **_change(waiting.entry), **_OPEN, "standing": "pending"}
        rows.append(row)
    return rows


_SILENT: dict[str, Any] = {"says": None}
_OPEN = {"place": None, "outcome": None, "standing": "", "code": "", **_SILENT}
_SAYINGS = ("other", "giver", "to", "number", "scheme", "year", "standing", "state")
PAGE_ENTRIES = 2_048


def _decisions_of_others(
    conn: Connection, node: Node, identity: Identity, record: str
) -> Iterator[dict[str, Any]]:
    """What the centre decided about a record, aside from the outcomes of own changes."""
    for place, decision in _decisions_that_name(conn, node, identity, record):
        source = source_of(decision)
        is_own = source is not None and source.origin == identity.origin
        named = {getattr(decision, name, None) for name in ("record", "result")}
        if is_own or record not in named | {other_record(decision)}:
            continue
        said = history_row(place, decision)
        yield {
            "number": None,
            "at": said["at"],
            "by": said.get("author"),
            "change": said.get("change", said["kind"]),
            "fields": said.get("fields", []),
            "reason": said.get("reason"),
            "place": place,
            "outcome": said["outcome"],
            "standing": "",
            "code": said.get("code", ""),
            "says": {n: said[n] for n in _SAYINGS if said.get(n) is not None} or None,
        }


def _decisions_that_name(
    conn: Connection, node: Node, identity: Identity, record: str
) -> Iterator[tuple[int, Decision]]:
    """Decisions of the replica with the record's id in them; no table here leads to them."""
    log, end = node.logs.open(conn, identity.national), applied_size(conn, node, identity)
    for start in range(0, end, PAGE_ENTRIES):
        entries = node.logs.entries(conn, log, start, min(start + PAGE_ENTRIES, end))
        for place, entry in enumerate(entries, start):
            if record.encode() in entry:
                yield place, decode_decision(entry)


def _decided(
    conn: Connection, node: Node, identity: Identity, record: str
) -> Iterator[tuple[OwnOutcome, bytes]]:
    """Own changes of the record with their outcomes; of some only the change says its record."""
    log = node.logs.open(conn, identity.origin)
    for it in outcomes.of_record_or_none(conn, record):
        (entry,) = node.logs.entries(conn, log, it.number, it.number + 1)
        is_about = it.record if entry == GONE else prepare(entry).record
        if is_about == record:
            yield it, entry


def _change(entry: bytes) -> dict[str, Any]:
    """What a change says of itself: when, by whom, what it touched and why."""
    if entry == GONE:
        return {"at": "", "by": "", "change": "redacted", "fields": [], "reason": None}
    change = decode_change(entry)
    fields = sorted({*change.set, *change.unset}) if isinstance(change, RecordPut) else []
    return {
        "at": change.at,
        "by": change.by,
        "change": type_of(change),
        "fields": fields,
        "reason": getattr(change, "reason", getattr(change, "details", None)),
    }


def contested_fields(conn: Connection, node: Node, record: str) -> frozenset[str]:
    """The fields of a record on which several values stand, as far as this replica knows."""
    body = node.documents.get(conn, record)
    return frozenset(conflicts(decode_record_state(body))) if body is not None else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the centre's decisions leave to be done.

    Attributes:
        cases: for a person: contested fields of own records that this hub has not answered, held
            changes that can be mended here, and proposals, both those of this hub and those of
            others about its records.
        at_centre: held changes on which only the centre can rule.
    """

    cases: int
    at_centre: int


def count_waiting(conn: Connection, node: Node, identity: Identity) -> Waiting:
    """Counts it."""
    contested = list(contested_of_own(conn, node, identity).values()).count(False)
    held = Counter(it.waits for it in held_changes(conn, node, identity))
    proposed = outcomes.count_by_standing(conn).get(Standing.PROPOSED, 0)
    return Waiting(
        cases=contested + held[Waits.HERE] + proposed + len(proposals_to(conn)),
        at_centre=held[Waits.CENTRE],
    )


def contested_of_own(
    conn: Connection, node: Node, identity: Identity
) -> dict[tuple[str, str], bool]:
    """The contested fields of own records, by record and field; true of those that are answered.

    Answered is a field that this hub has written since, and the centre has not decided: nobody
    here has to look at it again.
    """
    bodies = node.documents.contested(conn, owner=identity.hub)
    found = [(it.id, sorted(conflicts(it))) for it in map(decode_record_state, bodies)]
    answered = fields_signed(conn, node, identity, [record for record, _ in found])
    return {
        (record, field): (record, field) in answered for record, names in found for field in names
    }


def fields_signed(
    conn: Connection, node: Node, identity: Identity, records: Sequence[str]
) -> set[tuple[str, str]]:
    """What this hub has written of these records, by record and field, and nobody has decided."""
    if not records:
        return set()
    entries = [entry for _, entry in undecided(conn, node, identity)]
    entries += [it.entry for it in outbox.of_records(conn, records)]
    found: set[tuple[str, str]] = set()
    for change in (record_change_in(it) for it in entries):
        if isinstance(change, RecordPut):
            found |= {(change.record, name) for name in (*change.set, *change.unset)}
        elif isinstance(change, RecordWithdraw | RecordRestore):
            found.add((change.record, STATE))
    among = frozenset(records)
    return {(record, field) for record, field in found if record in among}


def open_conflicts(conn: Connection, node: Node, identity: Identity) -> list[dict[str, Any]]:
    """Every head of every contested field of the hub's own records, from the replica."""
    bodies = node.documents.contested(conn, owner=identity.hub)
    return [
        {
            "record": state.id,
            "field": field,
            "author": head.stamp.author,
            "place": head.stamp.place,
            "value": head.value,
        }
        for state in map(decode_record_state, bodies)
        for field, heads in sorted(conflicts(state).items())
        for head in heads
    ]
