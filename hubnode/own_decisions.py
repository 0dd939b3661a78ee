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
    outcome_of,
    read_decisions,
)
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.entries.members import Seen
from protocol.entries.redaction import EntryRedacted
from protocol.limits import PACKAGE_ENTRIES
from protocol.merge import Stamp
from protocol.record_state import RecordState


@dataclass(slots=True)
class Reading:
    """The national log, read once.

    Attributes:
        states: of every record.
        decided: the decisions about each own entry, in order, with their places.
        rotated: where new keys of this hub stand in the log, by the own entry that they name.
        stamps: of every write, by record and field.
        redacted: own entries whose bytes, and those of the decisions about them, are gone.
    """

    states: dict[str, RecordState] = field(default_factory=dict)
    decided: dict[int, list[tuple[int, Outcome | Ruling]]] = field(default_factory=dict)
    rotated: dict[int, list[tuple[int, HubKeyRotated]]] = field(default_factory=dict)
    stamps: dict[tuple[str, str], list[Stamp]] = field(default_factory=dict)
    redacted: set[int] = field(default_factory=set)

    def is_decided(self, index: int) -> bool:
        """Whether an own entry has an outcome."""
        return index in self.decided or index in self.redacted


def read_national(conn: Connection, node: Node, who: Identity) -> Reading:
    """Reads every decision that was applied here, from the log."""
    reading = Reading()
    log = node.logs.open(conn, who.national)
    applied = replica.applied_size(conn, node, who)
    for start in range(0, applied, PACKAGE_ENTRIES):
        entries = node.logs.entries(conn, log, start, min(applied, start + PACKAGE_ENTRIES))
        for place, decision in read_decisions(entries, start):
            _note(reading, who, place, decision)
    return reading


def _note(reading: Reading, who: Identity, place: int, decision: Decision) -> None:
    states, origin = reading.states, who.national
    states.update(catalogue.apply(states, decision, place=place, origin=origin))
    if isinstance(decision, Outcome | Ruling) and decision.source.origin == who.origin:
        reading.decided.setdefault(decision.source.index, []).append((place, decision))
    if isinstance(decision, HubKeyRotated) and decision.source.origin == who.origin:
        reading.rotated.setdefault(decision.source.index, []).append((place, decision))
    if isinstance(decision, ChangeApplied | WritingDecision) and decision.record is not None:
        stamp = stamp_of(decision, place, origin)
        for name in _written(decision):
            reading.stamps.setdefault((decision.record, name), []).append(stamp)
    if isinstance(decision, EntryRedacted):
        _note_redaction(reading, who, decision)


def _note_redaction(reading: Reading, who: Identity, decision: EntryRedacted) -> None:
    """What the decisions among the redacted ones said, as far as it still matters."""
    sources = (it.source for it in decision.entries if it.source is not None)
    reading.redacted |= {it.index for it in sources if it.origin == who.origin}
    state = reading.states.get(decision.record)
    for name, writes in ({} if state is None else state.fields).items():
        stamps = reading.stamps.setdefault((decision.record, name), [])
        stamps += [write.stamp for write in writes]


def _written(decision: ChangeApplied | WritingDecision) -> tuple[str, ...]:
    if isinstance(decision, ChangeApplied):
        return tuple(catalogue.writes_of(decision))
    return tuple(catalogue.writes_by_person(decision))


def stamp_of(decision: ChangeApplied | WritingDecision, place: int, origin: str) -> Stamp:
    """The stamp of what a decision at `place` of the national log `origin` writes."""
    if not isinstance(decision, ChangeApplied):
        return catalogue.stamp_of_centre(decision, place, origin)
    return Stamp(
        place=place,
        origin=decision.source.origin,
        number=decision.source.index,
        seen=decision.seen or Seen(national=0, own=0),
        author=decision.author,
    )


def standing_in(reading: Reading, who: Identity, index: int) -> Standing:
    """Where an own entry stands, by its last decision and the fold; it has a decision."""
    if index in reading.redacted:
        return Standing.REDACTED
    _, decision = reading.decided[index][-1]
    if not isinstance(decision, ChangeApplied):
        return Standing(outcome_of(decision) or "")
    if decision.outcome == NOOP or not catalogue.writes_of(decision):
        return Standing.NOTED
    state = reading.states.get(decision.record or "")
    alive = {} if state is None else replica.standings_in(state, who.origin)
    return alive.get(index, Standing.SUPERSEDED)
