"""Redaction: which decisions repeat a content, and what is left of a record without it.

The bytes of an entry can be destroyed and its leaf hash kept; then nobody can fold it again. So the
decision that redacts carries what a fold needs (`protocol.entries.redaction`), and it is made here:
whoever folds with the bytes, and whoever folds without them, ends in the same state
(docs/decisions/0025).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from protocol.campaigns import Targeted, row_of, standing_as
from protocol.canonical import Json
from protocol.catalogue import (
    STATE,
    WritingDecision,
    touched,
    writes_by_person,
    writes_of,
)
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    Decision,
    kind_of,
    outcome_of,
    source_of,
)
from protocol.entries.members import Source
from protocol.entries.record_decisions import RecordMerged, other_record
from protocol.entries.redaction import EntryRedacted, RedactedEntry
from protocol.merge import Write, is_same
from protocol.record_state import RecordState, read_record_state, write_record_state

Redactable = ChangeApplied | ChangeProposed | ChangeHeld | ChangeRefused | WritingDecision
"""Decisions that may repeat what a hub wrote. Of the others no fold could do without the bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What is to go, and by whose word.

    Attributes:
        entries: whose bytes go, those of hubs and those of the national log.
        places: indices of the decisions among them.
        fields: whose values in those decisions go with them.
        signed: salt and time of the decision, reason, ground, both accounts and the agency.
    """

    entries: tuple[RedactedEntry, ...]
    places: frozenset[int]
    fields: tuple[str, ...]
    signed: Mapping[str, str]


def make_redaction(
    erasure: Erasure, record: str, state: RecordState | None, rows: Iterable[tuple[Targeted, bool]]
) -> EntryRedacted:
    """The decision for one record.

    Args:
        erasure: what is to go.
        record: its id.
        state: as it stands, where the catalogue has it.
        rows: of every campaign that asks for it, each with whether that is closed: then it stays.
    """
    left = None if state is None else remaining_state(state, erasure.places, erasure.fields)
    standing = [
        row if is_closed or left is None else standing_as(row, left) for row, is_closed in rows
    ]
    return EntryRedacted(
        **erasure.signed,
        record=record,
        entries=erasure.entries,
        fields=erasure.fields,
        state=None if left is None else write_record_state(left),
        campaigns=tuple(row_of(row) for row in standing),
    )


def content_of(decision: Decision) -> dict[str, Json]:
    """The fields that a decision writes, or would write; None for those that it empties."""
    match decision:
        case ChangeApplied() | ChangeProposed():
            return writes_of(decision)
        case _ if isinstance(decision, WritingDecision):
            return writes_by_person(decision)
        case _:
            return {}


def repeats(decision: Decision, values: Mapping[str, Collection[Json]]) -> bool:
    """Whether a decision writes one of these values into its field."""
    return any(
        value is not None and any(is_same(value, gone) for gone in values.get(name, ()))
        for name, value in content_of(decision).items()
    )


def handed_on(
    record: str, decisions: Iterable[Decision], values: Mapping[str, Collection[Json]]
) -> dict[str, frozenset[str]]:
    """By the other record of a merge with this one, the fields in which the merge hands a value on.

    Args:
        record: id of either.
        decisions: those that write such values; merges may be among them.
        values: by field.
    """
    found: dict[str, frozenset[str]] = {}
    for it in decisions:
        if isinstance(it, RecordMerged) and record in (it.record, it.absorbed):
            other = it.absorbed if record == it.record else it.record
            names = {name for name in it.set if repeats(it, {name: values.get(name, ())})}
            found[other] = found.get(other, frozenset()) | names
    return found


def carries(decision: EntryRedacted, places: Collection[int], fields: Collection[str]) -> bool:
    """Whether an earlier redaction carries what is to go now."""
    state = read_record_state(decision.state or "")
    return state is not None and remaining_state(state, places, fields) != state


def redacted_entry(decision: Decision, *, place: int, origin: str) -> RedactedEntry:
    """What stays known of a decision whose bytes go.

    Args:
        decision: the decision.
        place: its index in the national log.
        origin: of that log.
    """
    return RedactedEntry(
        origin=origin,
        index=place,
        kind=kind_of(decision),
        at=decision.at,
        record=getattr(decision, "record", None),
        outcome=outcome_of(decision),
        source=source_of(decision),
        code=getattr(decision, "code", None),
        other=other_record(decision),
    )


def remaining_state(
    state: RecordState, places: Collection[int], fields: Collection[str]
) -> RecordState:
    """The record without the values that the decisions at `places` wrote into `fields`.

    The writes stay, as if they had emptied the field: who covers whom does not change. Of a
    withdrawal only the reason goes.
    """
    created = {
        name: _emptied(name, value) if name in fields and state.creation.place in places else value
        for name, value in state.created.items()
    }
    rewritten = {
        name: tuple(_without(name, it, places) for it in writes) if name in fields else writes
        for name, writes in state.rewritten.items()
    }
    return replace(state, created=created, rewritten=rewritten)


def companions(
    record: str, later: Iterable[Decision], redacted: Iterable[Decision]
) -> frozenset[str]:
    """The other records whose fold may need the bytes that go; each gets a redaction of its own.

    Args:
        record: whose entries are redacted.
        later: every decision about it behind the first of them.
        redacted: the decisions whose bytes go.
    """
    named = {name for decision in (*later, *redacted) for name in touched(decision)}
    return frozenset(named - {record})


def hub_entries(decisions: Iterable[Decision]) -> tuple[RedactedEntry, ...]:
    """The hubs' entries behind these decisions, each once, in order."""
    sources: set[Source] = {it for decision in decisions if (it := source_of(decision)) is not None}
    ordered = sorted(sources, key=lambda it: (it.origin, it.index))
    return tuple(RedactedEntry(origin=it.origin, index=it.index) for it in ordered)


def _without(name: str, write: Write, places: Collection[int]) -> Write:
    if write.stamp.place not in places:
        return write
    return replace(write, value=_emptied(name, write.value))


def _emptied(name: str, value: Json) -> Json:
    if name == STATE and isinstance(value, dict) and "reason" in value:
        return {**value, "reason": ""}
    return None
