"""The national log read afresh for an audit: what it says about each entry of the own log."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import Node
from hubnode.store.identity import Identity
from hubnode.store.outcomes import Standing
from protocol import catalogue
from protocol.catalogue import WritingDecision
from protocol.entries.decisions import (
    NOOP,
    ChangeApplied,
    Decision,
    Outcome,
    Ruling,
    decode_decision,
    outcome_of,
)
from protocol.entries.members import Seen
from protocol.limits import PACKAGE_ENTRIES
from protocol.merge import CENTRE, Stamp
from protocol.record_state import RecordState


@dataclass(slots=True)
class Reading:
    """The national log, read once.

    Attributes:
        states: of every record.
        decided: the decisions about each own entry, in order, with their places.
        stamps: of every write, by record and field.
    """

    states: dict[str, RecordState] = field(default_factory=dict)
    decided: dict[int, list[tuple[int, Outcome | Ruling]]] = field(default_factory=dict)
    stamps: dict[tuple[str, str], list[Stamp]] = field(default_factory=dict)


def read_national(conn: Connection, node: Node, who: Identity) -> Reading:
    """Reads every decision that was applied here, from the log."""
    reading = Reading()
    log = node.logs.open(conn, who.national)
    applied = replica.applied_size(conn, node, who)
    for start in range(0, applied, PACKAGE_ENTRIES):
        entries = node.logs.entries(conn, log, start, min(applied, start + PACKAGE_ENTRIES))
        for place, entry in enumerate(entries, start):
            _note(reading, who, place, decode_decision(entry))
    return reading


def _note(reading: Reading, who: Identity, place: int, decision: Decision) -> None:
    states, origin = reading.states, who.national
    states.update(catalogue.apply(states, decision, place=place, origin=origin))
    if isinstance(decision, Outcome | Ruling) and decision.source.origin == who.origin:
        reading.decided.setdefault(decision.source.index, []).append((place, decision))
    if isinstance(decision, ChangeApplied | WritingDecision) and decision.record is not None:
        stamp = stamp_of(decision, place, origin)
        for name in _written(decision):
            reading.stamps.setdefault((decision.record, name), []).append(stamp)


def _written(decision: ChangeApplied | WritingDecision) -> tuple[str, ...]:
    if isinstance(decision, ChangeApplied):
        return tuple(catalogue.writes_of(decision))
    return tuple(catalogue.writes_by_person(decision))


def stamp_of(decision: ChangeApplied | WritingDecision, place: int, origin: str) -> Stamp:
    """The stamp of what a decision at `place` of the national log `origin` writes."""
    if not isinstance(decision, ChangeApplied):
        return Stamp(place=place, origin=origin, number=place, seen=decision.seen, author=CENTRE)
    return Stamp(
        place=place,
        origin=decision.source.origin,
        number=decision.source.index,
        seen=decision.seen or Seen(national=0, own=0),
        author=decision.author,
    )


def standing_in(reading: Reading, who: Identity, index: int) -> Standing:
    """Where an own entry stands, by its last decision and the fold; it has a decision."""
    _, decision = reading.decided[index][-1]
    if not isinstance(decision, ChangeApplied):
        return Standing(outcome_of(decision) or "")
    if decision.outcome == NOOP or not catalogue.writes_of(decision):
        return Standing.NOTED
    state = reading.states.get(decision.record or "")
    alive = {} if state is None else replica.standings_in(state, who.origin)
    return alive.get(index, Standing.SUPERSEDED)
