"""The national catalogue: what the decisions of the national log add up to.

`apply` folds one decision into the records it touches. It is total and deterministic: any decision
in any state gives a state, and every replica of one log holds the same bytes. A record's state
keeps every write of every field (`protocol.merge`), so that "who covers whom" can be answered for
as long as the log lasts; the values of covered writes are dropped.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from protocol.canonical import Json
from protocol.entries.decisions import ATTEST, NOOP, PUT, ChangeApplied, Decision
from protocol.entries.members import Seen
from protocol.entries.record_decisions import (
    HIDDEN,
    RecordCurated,
    RecordDecision,
    RecordMerged,
    RecordTransferred,
)
from protocol.facts import MERGED_INTO, PUBLICATION, Facts, claimed_awards, facts_after
from protocol.innovation.completeness import completeness
from protocol.merge import (
    CENTRE,
    Stamp,
    Write,
    add_write,
    contested,
    heads,
    is_same,
    shown,
    shown_set,
)

STATE = "state"
"""The field that withdrawals and restorations write."""

SET_FIELDS = frozenset({"sdgs", "tags"})
"""Fields that merge by element. A constant of the protocol: a schema must not change old merges."""

ACTIVE: dict[str, Json] = {"status": "active"}

_NOTHING = Seen(national=0, own=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """All that the national log says of one record.

    Attributes:
        id: UUIDv7.
        owner: hub id.
        revision: how many decisions changed the record, from 1; a noop is none of them.
        last_place: of the last of them.
        attested_at: claimed time of the last attestation, if there was one.
        creation: the stamp of the put that made the record.
        created: the values of the fields that only that put wrote.
        rewritten: every write of every other field, in order of their places.
        facts: what the centre alone says.
    """

    id: str
    owner: str
    revision: int
    last_place: int
    attested_at: str | None
    creation: Stamp
    created: Mapping[str, Json]
    rewritten: Mapping[str, tuple[Write, ...]]
    facts: Facts = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, tuple[Write, ...]]:
        """Every write of every field, in order of their places."""
        return {name: self.writes(name) for name in (*self.created, *self.rewritten)}

    def writes(self, name: str) -> tuple[Write, ...]:
        """Every write of one field, in order of their places; none where nobody wrote it."""
        if name in self.created:
            return (Write(self.creation, self.created[name]),)
        return self.rewritten.get(name, ())


def touched(decision: Decision) -> tuple[str, ...]:
    """Ids of the records whose states `apply` needs."""
    if isinstance(decision, RecordMerged):
        return (decision.record, decision.absorbed)
    if isinstance(decision, ChangeApplied | RecordDecision) and decision.record is not None:
        return (decision.record,)
    return ()


def apply(
    records: Mapping[str, RecordState], decision: Decision, *, place: int, origin: str
) -> dict[str, RecordState]:
    """The states that a decision changes.

    Of an unknown record, an applied put makes a state; everything else is ignored. A noop changes
    nothing that is shown, but its writes count: someone who has not seen them does not cover them.

    Args:
        records: states of the records that `touched` names, those that exist.
        decision: what is folded.
        place: its index in the national log.
        origin: of the national log.
    """
    if isinstance(decision, ChangeApplied) and decision.record is not None:
        record = decision.record
        after = _apply_change(records.get(record), record, decision, place)
        return {} if after is None else {record: after}
    if isinstance(decision, RecordDecision):
        return _apply_decision(records, decision, place=place, origin=origin)
    return {}


def writes_of(decision: ChangeApplied) -> dict[str, Json]:
    """The fields that an applied change writes; None empties."""
    match decision.change:
        case "record.put":
            return _written_by_put(decision.set or {}, decision.unset or ())
        case "record.withdraw":
            return {STATE: {"status": "withdrawn", "reason": decision.reason or ""}}
        case "record.restore":
            return {STATE: ACTIVE}
        case _:
            return {}


def shown_record(state: RecordState) -> dict[str, Json]:
    """The record as readers see it: id, hub and the shown value of every field that has one."""
    record: dict[str, Json] = {**state.created, "id": state.id, "hub": state.owner}
    for name in (SET_FIELDS & state.created.keys()) | state.rewritten.keys():
        record[name] = _shown_value(name, state.writes(name), state.owner)
    record.pop(STATE, None)
    return {name: value for name, value in record.items() if value is not None}


def conflicts(state: RecordState) -> dict[str, tuple[Write, ...]]:
    """The fields with several heads, each with them."""
    found = {name: field_heads(name, writes) for name, writes in state.rewritten.items()}
    return {name: several for name, several in found.items() if len(several) > 1}


def field_heads(name: str, writes: tuple[Write, ...]) -> tuple[Write, ...]:
    """The heads of a field; of a set-like one only the writes that disagree about an element."""
    return contested(writes) if name in SET_FIELDS else heads(writes)


def is_settled_as(state: RecordState, name: str, value: Json) -> bool:
    """Whether a field is in no conflict and holds `value`; a field nobody wrote holds None."""
    writes = state.writes(name)
    if len(writes) > 1 and len(field_heads(name, writes)) > 1:
        return False
    standing = _shown_value(name, writes, state.owner) if writes else None
    if name == STATE:
        return is_same(ACTIVE if standing is None else standing, value)
    if name in SET_FIELDS and isinstance(value, list) and isinstance(standing, list):
        return len(value) == len(standing) and all(_is_among(v, standing) for v in value)
    return is_same(standing, value)


def standing_of(state: RecordState) -> str:
    """How readers see the record: active, or why they do not: withdrawn, merged or hidden."""
    if MERGED_INTO in state.facts:
        return "merged"
    if is_withdrawn(state):
        return "withdrawn"
    return HIDDEN if is_hidden(state) else "active"


def is_hidden(state: RecordState) -> bool:
    """Whether the centre keeps the record from readers, whatever else it is."""
    return PUBLICATION in state.facts


def is_withdrawn(state: RecordState) -> bool:
    """Whether its hub has hidden the record."""
    writes = state.writes(STATE)
    standing = shown(writes, state.owner).value if writes else None
    return isinstance(standing, dict) and standing.get("status") == "withdrawn"


def public_record(state: RecordState) -> dict[str, Json]:
    """What the API and the catalogue screens show of a record; of a hidden one no content."""
    standing = standing_of(state)
    record = {} if is_hidden(state) else shown_record(state)
    found = completeness(record)
    groups: dict[str, Json] = {name: group.percent for name, group in found.groups.items()}
    return {
        "id": state.id,
        "hub": state.owner,
        "revision": state.revision,
        "state": standing,
        "conflicts": list[Json](sorted(conflicts(state))),
        "updated_place": state.last_place,
        "attested_at": state.attested_at,
        "completeness": {**groups, "complete": found.complete},
        "facts": dict(state.facts),
        "awards": list[Json](claimed_awards(record, state.facts)),
        "record": record,
    }


def encode_record_state(state: RecordState) -> bytes:
    """The canonical bytes of a state: what replicas store and compare.

    Logs and stamps stand once and are referred to by number, because a change writes many fields::

        {"logs": [[origin, author], ...], "stamps": [[place, log, number, national, own], ...],
         "created": {name: value}, "fields": {name: [write, ...]}, ...}

    `facts` is there only where there are some.

    The first stamp is the creation's, and `created` holds its values. In `fields` a write is
    `[stamp, value]`, one that is covered `[stamp]`, or `[stamp, value, 1]` where its value is kept.
    """
    stamps = {w.stamp.place: w.stamp for writes in state.rewritten.values() for w in writes}
    stamps[state.creation.place] = state.creation
    places = sorted(stamps)
    numbers = {place: number for number, place in enumerate(places)}
    logs: dict[tuple[str, str], int] = {}
    document: dict[str, Any] = {
        "id": state.id,
        "owner": state.owner,
        "revision": state.revision,
        "last_place": state.last_place,
        "attested_at": state.attested_at,
        "stamps": [_stamp_row(stamps[place], logs) for place in places],
        "logs": list(logs),
        "created": state.created,
        "fields": {
            name: [_write_row(w, numbers[w.stamp.place]) for w in writes]
            for name, writes in state.rewritten.items()
        },
    }
    if state.facts:
        document["facts"] = state.facts
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def decode_record_state(data: bytes) -> RecordState:
    """The state that `encode_record_state` encoded; for bytes of our own database only."""
    document = orjson.loads(data)
    logs = document["logs"]
    stamps = [
        Stamp(
            place=place,
            origin=logs[log][0],
            number=number,
            seen=Seen(national=national, own=own),
            author=logs[log][1],
        )
        for place, log, number, national, own in document["stamps"]
    ]
    return RecordState(
        id=document["id"],
        owner=document["owner"],
        revision=document["revision"],
        last_place=document["last_place"],
        attested_at=document["attested_at"],
        creation=stamps[0],
        created=document["created"],
        rewritten={
            name: tuple(_read_write(row, stamps) for row in rows)
            for name, rows in document["fields"].items()
        },
        facts=document.get("facts", {}),
    )


def catalogue_hash(rows: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256, in hex, over every record's id and the SHA-256 of its state's bytes.

    Args:
        rows: (id, 32 bytes), ascending by id.
    """
    total = hashlib.sha256()
    for record, digest in rows:
        total.update(record.encode() + digest)
    return total.hexdigest()


def with_digests(encoded: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """(id, SHA-256) for each (id, bytes of a state), as `catalogue_hash` takes them."""
    for record, state in encoded:
        yield record, hashlib.sha256(state).digest()


def _apply_change(
    state: RecordState | None, record: str, decision: ChangeApplied, place: int
) -> RecordState | None:
    if state is None and decision.change != PUT:
        return None
    stamp = Stamp(
        place=place,
        origin=decision.source.origin,
        number=decision.source.index,
        seen=decision.seen or _NOTHING,
        author=decision.author,
    )
    if state is None:
        return RecordState(
            id=record,
            owner=decision.author,
            revision=1,
            last_place=place,
            attested_at=None,
            creation=stamp,
            created=writes_of(decision),
            rewritten={},
        )
    after = _with_writes(state, writes_of(decision), stamp)
    if decision.change == ATTEST:
        after = replace(after, attested_at=decision.claimed_at)
    return after if decision.outcome == NOOP else _changed(after, place)


def _apply_decision(
    records: Mapping[str, RecordState], decision: RecordDecision, *, place: int, origin: str
) -> dict[str, RecordState]:
    """Of records that exist; a merge also changes the one that it absorbs."""
    needed = touched(decision)
    if not all(record in records for record in needed) or len(needed) > len(set(needed)):
        return {}
    state = records[decision.record]
    if isinstance(decision, RecordCurated | RecordMerged):
        stamp = Stamp(place=place, origin=origin, number=place, seen=decision.seen, author=CENTRE)
        written = _written_by_put(decision.set, decision.unset)
        after = [_with_writes(state, written, stamp)]
    elif isinstance(decision, RecordTransferred):
        after = [replace(state, owner=decision.to)]
    else:
        after = [replace(state, facts=facts_after(state.facts, decision))]
    if isinstance(decision, RecordMerged):
        absorbed = records[decision.absorbed]
        after.append(replace(absorbed, facts=facts_after(absorbed.facts, decision)))
    return {it.id: _changed(it, place) for it in after if it != records[it.id]}


def _written_by_put(set_: Mapping[str, Json], unset: tuple[str, ...]) -> dict[str, Json]:
    return {**dict.fromkeys(unset), **set_}


def _with_writes(state: RecordState, written: Mapping[str, Json], stamp: Stamp) -> RecordState:
    rewritten = dict(state.rewritten)
    for name, value in written.items():
        rewritten[name] = add_write(
            state.writes(name), Write(stamp, value), keeps_values=name in SET_FIELDS
        )
    untouched = {name: value for name, value in state.created.items() if name not in written}
    return replace(state, created=untouched, rewritten=rewritten)


def _changed(state: RecordState, place: int) -> RecordState:
    return replace(state, revision=state.revision + 1, last_place=place)


def _shown_value(name: str, writes: tuple[Write, ...], owner: str) -> Json:
    if len(writes) == 1 and name not in SET_FIELDS:
        return writes[0].value
    return shown_set(writes, owner) if name in SET_FIELDS else shown(writes, owner).value


def _is_among(value: Json, values: list[Json]) -> bool:
    return any(is_same(value, other) for other in values)


def _stamp_row(stamp: Stamp, logs: dict[tuple[str, str], int]) -> list[int]:
    log = logs.setdefault((stamp.origin, stamp.author), len(logs))
    return [stamp.place, log, stamp.number, stamp.seen.national, stamp.seen.own]


def _write_row(write: Write, number: int) -> list[Json]:
    if not write.is_covered:
        return [number, write.value]
    return [number] if write.value is None else [number, write.value, 1]


def _read_write(row: list[Any], stamps: list[Stamp]) -> Write:
    match row:
        case [number]:
            return Write(stamps[number], None, is_covered=True)
        case [number, value]:
            return Write(stamps[number], value)
        case _:
            return Write(stamps[row[0]], row[1], is_covered=True)
