"""The national catalogue: what the decisions of the national log add up to.

`apply` folds one decision into the records it touches. It is total and deterministic: any decision
in any state gives a state, and every replica of one log holds the same bytes. A record's state
keeps every write of every field (`protocol.merge`), so that "who covers whom" can be answered for
as long as the log lasts; the values of covered writes are dropped.
"""

from collections.abc import Mapping
from dataclasses import replace

from protocol.canonical import Json
from protocol.entries.decisions import (
    ATTEST,
    NOOP,
    PUT,
    REPLICATION,
    ChangeApplied,
    ChangeProposed,
    Decision,
)
from protocol.entries.members import Seen
from protocol.entries.record_decisions import (
    HIDDEN,
    RecordCurated,
    RecordDecision,
    RecordMerged,
    RecordReverted,
    RecordTransferred,
)
from protocol.entries.redaction import EntryRedacted
from protocol.facts import (
    MERGED_INTO,
    ORIGINAL,
    PUBLICATION,
    claimed_awards,
    facts_after,
    facts_after_step,
)
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
from protocol.names import centre_author
from protocol.record_state import RecordState, read_record_state

STATE = "state"
"""The field that withdrawals and restorations write."""

SET_FIELDS = frozenset({"sdgs", "tags"})
"""Fields that merge by element. A constant of the protocol: a schema must not change old merges."""

ACTIVE: dict[str, Json] = {"status": "active"}

WritingDecision = RecordCurated | RecordReverted | RecordMerged
"""Decisions of a person at the centre that write fields of `record`."""

_NOTHING = Seen(national=0, own=0)


def touched(decision: Decision) -> tuple[str, ...]:
    """Ids of the records whose states `apply` needs."""
    if isinstance(decision, RecordMerged):
        return (decision.record, decision.absorbed)
    if isinstance(decision, ChangeApplied) and decision.record and decision.result:
        return (decision.record, decision.result)
    of_one = ChangeApplied | RecordDecision | EntryRedacted
    if isinstance(decision, of_one) and decision.record is not None:
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
        if decision.change == REPLICATION:
            return _apply_step(records, decision, place)
        record = decision.record
        after = _apply_change(records.get(record), record, decision, place)
        return {} if after is None else {record: after}
    if isinstance(decision, RecordDecision):
        return _apply_decision(records, decision, place=place, origin=origin)
    if isinstance(decision, EntryRedacted):
        return _apply_redaction(decision, place)
    return {}


def writes_of(decision: ChangeApplied | ChangeProposed) -> dict[str, Json]:
    """The fields that a change writes once it is applied; None empties."""
    match decision.change:
        case "record.put":
            return _written_by_put(decision.set or {}, decision.unset or ())
        case "record.withdraw":
            return {STATE: _withdrawn(decision.reason)}
        case "record.restore":
            return {STATE: ACTIVE}
        case _:
            return {}


def writes_by_person(decision: WritingDecision) -> dict[str, Json]:
    """The fields that a decision of a person at the centre writes; None empties."""
    written = _written_by_put(decision.set, decision.unset)
    if isinstance(decision, RecordReverted) and decision.state is not None:
        is_active = decision.state == ACTIVE["status"]
        written[STATE] = ACTIVE if is_active else _withdrawn(decision.reason)
    return written


def stamp_of_centre(decision: WritingDecision, place: int, origin: str) -> Stamp:
    """The stamp of what a person at the centre writes at `place` of the national log `origin`."""
    author = centre_author(origin)
    return Stamp(place=place, origin=author, number=place, seen=decision.seen, author=CENTRE)


def shown_record(state: RecordState) -> dict[str, Json]:
    """The record as readers see it: id, hub and the shown value of every field that has one.

    Sorted by name, as canonical JSON is: what a set gives has no order of its own.
    """
    record: dict[str, Json] = {**state.created, "id": state.id, "hub": state.owner}
    for name in (SET_FIELDS & state.created.keys()) | state.rewritten.keys():
        record[name] = _shown_value(name, state.writes(name), state.owner)
    record.pop(STATE, None)
    return {name: value for name, value in sorted(record.items()) if value is not None}


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


MERGED = "merged"


def standing_of(state: RecordState) -> str:
    """How readers see the record: active, or why they do not: withdrawn, merged or hidden."""
    if MERGED_INTO in state.facts:
        return MERGED
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


def _apply_step(
    records: Mapping[str, RecordState], step: ChangeApplied, place: int
) -> dict[str, RecordState]:
    """The original says how far it is; the record that came of it names the original."""
    original = records.get(step.record or "")
    if original is None:
        return {}
    after = [replace(original, facts=facts_after_step(original.facts, step, place))]
    result = records.get(step.result or "")
    if result is not None and result.id != original.id:
        after.append(replace(result, facts={**result.facts, ORIGINAL: original.id}))
    return {it.id: _changed(it, place) for it in after}


def _apply_decision(
    records: Mapping[str, RecordState], decision: RecordDecision, *, place: int, origin: str
) -> dict[str, RecordState]:
    """Of records that exist; a merge also changes the one that it absorbs."""
    needed = touched(decision)
    if not all(record in records for record in needed) or len(needed) > len(set(needed)):
        return {}
    state = records[decision.record]
    if isinstance(decision, WritingDecision):
        stamp = stamp_of_centre(decision, place, origin)
        after = [_with_writes(state, writes_by_person(decision), stamp)]
    elif isinstance(decision, RecordTransferred):
        after = [replace(state, owner=decision.to)]
    else:
        after = [replace(state, facts=facts_after(state.facts, decision))]
    if isinstance(decision, RecordMerged):
        absorbed = records[decision.absorbed]
        after.append(replace(absorbed, facts=facts_after(absorbed.facts, decision)))
    return {it.id: _changed(it, place) for it in after if it != records[it.id]}


def _apply_redaction(decision: EntryRedacted, place: int) -> dict[str, RecordState]:
    """The record as the decision carries it; a text that is no state of it changes nothing."""
    state = read_record_state(decision.state or "")
    if state is None or state.id != decision.record:
        return {}
    return {state.id: _changed(state, place)}


def _withdrawn(reason: str | None) -> Json:
    return {"status": "withdrawn", "reason": reason or ""}


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
