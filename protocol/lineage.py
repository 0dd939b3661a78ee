"""Lineage: what came of what, and how far each hub is that wants to replicate a record.

A record names its original in one of two ways: the facts say it, because two hubs' logs led to it
or a person at the centre linked them (*confirmed*), or its own field `replicates` claims it. The
facts stand before the claim. Where the original was merged into another record, that one has its
replications; a merged result does not count, because the record that stands for it says for itself
what it replicates (docs/decisions/0024).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.catalogue import is_hidden, shown_record, standing_of
from protocol.facts import MERGED_INTO, ORIGINAL, REPLICATIONS, replication_in
from protocol.innovation.identifiers import is_uuid7
from protocol.record_state import RecordState

CLAIM = "replicates"
"""The field in which a record claims an original."""

ACTIVE = "active"
"""Of the states of `protocol.catalogue.standing_of`, the one that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """How far one hub is on the way to a record of its own.

    Attributes:
        id: UUIDv7 that all its steps share; unique among those of one original.
        original: id of the record.
        owner: hub id; whose the original is today.
        hub: id of the hub that wants it.
        step: the last one that was taken, of `protocol.entries.changes.STEPS`.
        place: of that step's decision in the national log.
        result: id of the record that came of it; None until then.
    """

    id: str
    original: str
    owner: str
    hub: str
    step: str
    place: int
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What ties a record to others.

    Attributes:
        record: its id.
        original: id of the one that it replicates; None where it replicates none.
        is_confirmed: the facts say so, and not the record alone.
        merged_into: id of the record that stands for it; None where it stands for itself.
        state: how readers see it, of `protocol.catalogue.standing_of`.
    """

    record: str
    original: str | None
    is_confirmed: bool
    merged_into: str | None
    state: str


def replications_of(state: RecordState) -> list[Replication]:
    """The replications of a record, by id."""
    everything = state.facts.get(REPLICATIONS)
    names = sorted(everything) if isinstance(everything, dict) else []
    return [_replication(state, name, replication_in(state.facts, name)) for name in names]


def link_of(state: RecordState) -> Link | None:
    """What ties a record to others; None where nothing does, as with most."""
    merged_into, confirmed = _fact(state, MERGED_INTO), _fact(state, ORIGINAL)
    original = confirmed or _claimed(state)
    if original == state.id:
        original = None
    if original is None and merged_into is None:
        return None
    return Link(
        record=state.id,
        original=original,
        is_confirmed=confirmed is not None,
        merged_into=merged_into,
        state=standing_of(state),
    )


def confirmed_above(state: RecordState, find: Callable[[str], RecordState | None]) -> Iterator[str]:
    """The originals that a record goes back to by the facts, the nearest first, each once.

    A log may hold a circle, two records of which each came of the other: it is walked once.

    Args:
        state: where the walk begins.
        find: the state of the record of an id, or None where there is none.
    """
    met, below = {state.id}, state
    while (original := _fact(below, ORIGINAL)) is not None and original not in met:
        met.add(original)
        yield original
        found = find(original)
        if found is None:
            return
        below = found


def _replication(state: RecordState, name: str, standing: Mapping[str, Json]) -> Replication:
    result = standing.get("result")
    return Replication(
        id=name,
        original=state.id,
        owner=state.owner,
        hub=str(standing["hub"]),
        step=str(standing["step"]),
        place=int(str(standing["place"])),
        result=None if result is None else str(result),
    )


def _fact(state: RecordState, name: str) -> str | None:
    value = state.facts.get(name)
    return None if value is None else str(value)


def _claimed(state: RecordState) -> str | None:
    """The innovation that the record itself says it replicates; what is hidden says nothing."""
    if not state.writes(CLAIM) or is_hidden(state):
        return None
    claim = shown_record(state).get(CLAIM)
    named = claim.get("innovation") if isinstance(claim, dict) else None
    return named if isinstance(named, str) and is_uuid7(named) else None
