"""Redaction: the bytes of entries go everywhere, by the word of two people; their hashes stay.

What repeats the content goes too: every decision about the hub's entry, and every other decision
about the record that writes one of the values again. A merge hands a value on: there the decisions
about the other record are searched for it too (docs/decisions/0025).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from central import matching, national
from central.casework.conflicts import CaseRefused
from central.casework.person import Person, are_one
from central.centre import Centre
from central.past import decision_at
from central.public_text import refuse_private
from central.store import decisions as index
from protocol.canonical import Json
from protocol.catalogue import STATE
from protocol.entries.changes import RecordPut
from protocol.entries.decisions import ChangeHeld, ChangeRefused, Decision, encode_decision
from protocol.entries.members import Source
from protocol.entries.redaction import EntryRedacted, RedactedEntry
from protocol.errors import NotCanonical
from protocol.evidence import is_about
from protocol.reconcile import prepare
from protocol.redaction import (
    Erasure,
    Redactable,
    carries,
    companions,
    content_of,
    handed_on,
    hub_entries,
    make_redaction,
    redacted_entry,
    repeats,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionOrder:
    """What is to be redacted.

    Attributes:
        record: UUIDv7.
        place: of the decision in the national log that has the content; or None, and
        source: the entry of a hub's log that has it.
        fields: whose values go; empty for all that it wrote.
        ground: the legal basis.
        second_by: account of the second person.
    """

    record: str
    place: int | None = None
    source: Source | None = None
    fields: tuple[str, ...] = ()
    ground: str
    second_by: str


Placed = dict[int, Decision]
"""Decisions by their places."""


def plan(
    conn: Connection, centre: Centre, order: RedactionOrder, person: Person
) -> list[EntryRedacted]:
    """The decisions that redact it: one for the record, and one for each that was folded with it.

    Raises:
        CaseRefused: two_people_needed, not_redactable, redacted_already, not_written,
            still_waiting, or redaction_too_large.
        TextRefused: personal data in the reason, the ground or an account's name.
    """
    signed = _signed(centre, order, person)
    named = _named(conn, centre, order)
    values = _values(conn, centre, named, order.fields)
    gone, concerned = _spread(conn, centre, order.record, named, values)
    _refuse_waiting(conn, gone)
    later = [
        decision
        for record in sorted(concerned)
        for place, decision in _about(conn, centre, record).items()
        if place > min(gone)
    ]
    records = (order.record, *sorted(companions(order.record, later, gone.values())))
    fields = tuple(sorted(values))
    erasure = _erasure(conn, centre, records, gone, fields=fields, signed=signed)
    return [_decision(conn, centre, erasure, record) for record in records]


def redact(
    conn: Connection, centre: Centre, order: RedactionOrder, person: Person
) -> list[EntryRedacted]:
    """Appends them, and destroys the bytes in the same transaction; scrub the database afterwards.

    Raises:
        CaseRefused, TextRefused: as `plan`.
    """
    decisions = plan(conn, centre, order, person)
    national.append(conn, centre, decisions)
    matching.match_records(conn, centre, sorted(it.record for it in decisions))
    return decisions


def _signed(centre: Centre, order: RedactionOrder, person: Person) -> dict[str, str]:
    if not order.second_by.strip() or are_one(person.by, order.second_by):
        raise CaseRefused("a second person has to agree", code="two_people_needed")
    refuse_private({"ground": order.ground, "second_by": order.second_by})
    others = {"ground": order.ground, "second_by": order.second_by}
    return {**person.reasoned(centre), **others}


def _named(conn: Connection, centre: Centre, order: RedactionOrder) -> Placed:
    """The decision that was named, or those about the entry that was."""
    if order.place is not None:
        size = centre.logs.open(conn, centre.national_origin).tree.size
        places = [order.place] if order.place < size else []
    else:
        source = order.source or Source(origin="", index=0)
        places = index.places_of_source(conn, source.origin, source.index)
    if not places:
        raise CaseRefused("nothing was decided there", code="not_redactable")
    found = _read(conn, centre, places)
    if not found:
        raise CaseRefused("its bytes are gone already", code="redacted_already")
    for place, decision in found.items():
        if not isinstance(decision, Redactable) or not is_about(decision, order.record):
            sentence = f"the decision at {place} has no content of record {order.record}"
            raise CaseRefused(sentence, code="not_redactable")
    return found


def _values(
    conn: Connection, centre: Centre, named: Placed, fields: tuple[str, ...]
) -> dict[str, list[Json]]:
    """By field, the values that are to go."""
    written: dict[str, list[Json]] = {}
    for decision in named.values():
        for name, value in _content(conn, centre, decision).items():
            written.setdefault(name, []).append(value)
    for name in fields:
        if name not in written:
            wrote = ", ".join(sorted(written)) or "no field"
            raise CaseRefused(f"it did not write {name}; it wrote {wrote}", code="not_written")
    return {name: values for name, values in written.items() if not fields or name in fields}


def _content(conn: Connection, centre: Centre, decision: Decision) -> Mapping[str, Json]:
    """What a decision writes; of one that was held or refused, what its change would write."""
    if not isinstance(decision, ChangeHeld | ChangeRefused):
        return content_of(decision)
    source = decision.source
    log = centre.logs.open(conn, source.origin)
    (entry,) = centre.logs.entries(conn, log, source.index, source.index + 1)
    change = prepare(entry).change
    return {**dict.fromkeys(change.unset), **change.set} if isinstance(change, RecordPut) else {}


def _spread(
    conn: Connection,
    centre: Centre,
    record: str,
    named: Placed,
    values: Mapping[str, list[Json]],
) -> tuple[Placed, frozenset[str]]:
    """Every decision that repeats the values, and the records on which one of them wrote any.

    From a record they spread to those that a merge handed them on to, or had them from: there the
    same words in the same field are no accident, and may have been written again.
    """
    telling = {name: several for name, several in values.items() if name != STATE}
    gone = _with_sources(conn, centre, named)
    fields = {record: frozenset(telling)}
    todo = [record]
    while todo:
        current = todo.pop()
        sought = {name: telling[name] for name in fields[current]}
        gone = _with_sources(conn, centre, {**gone, **_repeating(conn, centre, current, sought)})
        for other, handed in handed_on(current, gone.values(), telling).items():
            wider = fields.get(other, frozenset()) | handed
            if wider != fields.get(other):
                fields[other] = wider
                todo.append(other)
    return gone, frozenset(fields)


def _repeating(
    conn: Connection, centre: Centre, record: str, values: Mapping[str, list[Json]]
) -> Placed:
    """The decisions about a record that write one of these values."""
    return {
        place: decision
        for place, decision in _about(conn, centre, record).items()
        if isinstance(decision, Redactable) and repeats(decision, values)
    }


def _with_sources(conn: Connection, centre: Centre, gone: Placed) -> Placed:
    """With every decision about the same entries of hubs."""
    sources = {(it.origin, it.index) for it in hub_entries(gone.values())}
    places = {it for source in sources for it in index.places_of_source(conn, *source)}
    return dict(sorted({**gone, **_read(conn, centre, places)}.items()))


def _refuse_waiting(conn: Connection, gone: Placed) -> None:
    waiting = {row.place for row in index.waiting(conn)} & gone.keys()
    if waiting:
        sentence = f"the change at {min(waiting)} still waits: refuse it first"
        raise CaseRefused(sentence, code="still_waiting")


def _erasure(
    conn: Connection,
    centre: Centre,
    records: Iterable[str],
    gone: Placed,
    *,
    fields: tuple[str, ...],
    signed: Mapping[str, str],
) -> Erasure:
    """With the earlier redactions that carry what is to go: the new one names their entries too."""
    places = frozenset(gone)
    earlier = {
        place: decision
        for record in records
        for place, decision in _about(conn, centre, record).items()
        if isinstance(decision, EntryRedacted) and carries(decision, places, fields)
    }
    entries: dict[tuple[str, int], RedactedEntry] = {}
    for it in _entries(centre, gone, earlier):
        entries.setdefault((it.origin, it.index), it)
    ordered = tuple(entries[position] for position in sorted(entries))
    return Erasure(entries=ordered, places=places, fields=fields, signed=signed)


def _entries(
    centre: Centre, gone: Placed, earlier: Mapping[int, EntryRedacted]
) -> Iterator[RedactedEntry]:
    yield from hub_entries(gone.values())
    for place, decision in {**gone, **earlier}.items():
        yield redacted_entry(decision, place=place, origin=centre.national_origin)
    for redaction in earlier.values():
        yield from redaction.entries


def _decision(conn: Connection, centre: Centre, erasure: Erasure, record: str) -> EntryRedacted:
    state = national.load_states(conn, centre, [record]).get(record)
    rows = centre.campaigns.standing(conn, record)
    decision = replace(make_redaction(erasure, record, state, rows), salt=centre.salt())
    try:
        encode_decision(decision)
    except NotCanonical as error:
        sentence = f"what is left of {record} does not fit into an entry: {error.message}"
        raise CaseRefused(sentence, code="redaction_too_large") from error
    return decision


def _about(conn: Connection, centre: Centre, record: str) -> Placed:
    return _read(conn, centre, reversed(index.of_record(conn, record)))


def _read(conn: Connection, centre: Centre, places: Iterable[int]) -> Placed:
    """Those of these decisions that have bytes."""
    found = ((place, decision_at(conn, centre, place)) for place in places)
    return {place: decision for place, decision in found if decision is not None}
