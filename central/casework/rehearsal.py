"""Rehearsal: the past decided once more under a changed rule, in memory, to see what would differ.

Every entry of every hub is judged again in the order of the national log, on the records as they
would be by then. People's decisions are taken as they are, save a ruling on a change that would not
have waited. Nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from central.batch import known_of
from central.centre import Centre
from central.logs_of_hubs import every_log
from central.store.hubs import HubRow
from central.store.look_alikes import FOUND_MAX
from protocol.canonical import Json
from protocol.catalogue import apply, conflicts, shown_record, standing_of
from protocol.entries.changes import RecordPut
from protocol.entries.decisions import (
    HELD,
    PROPOSED,
    ChangeHeld,
    Decision,
    Outcome,
    Ruling,
    outcome_of,
    read_decisions,
)
from protocol.entries.members import Seen, Source
from protocol.entries.record_decisions import RecordCurated
from protocol.lineage import confirmed_above
from protocol.look_alikes import keys_of
from protocol.reconcile import Prepared, prepare, reconcile
from protocol.record_state import RecordState
from protocol.verdicts import VERDICTS
from runtime.logstore import GONE

RANGE_ENTRIES = 1_024
FLOOD = "flood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What would be another rule.

    Attributes:
        without: codes of verdicts that would not speak.
        owner_wins: fields on which the owner's value would stay without a conflict.
    """

    without: frozenset[str] = frozenset()
    owner_wins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A change that would have another outcome.

    Attributes:
        place: of the decision.
        hub: its author.
        record: what it is about.
        was, would: outcome, with the code where it is held.
    """

    place: int
    hub: str
    record: str | None
    was: str
    would: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A field that readers would see otherwise, or that would be in conflict or no more."""

    record: str
    field: str
    shown: Json
    would: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would differ.

    Attributes:
        changes: how many were judged again.
        otherwise: those with another outcome, in the order of the log.
        fields: of the catalogue as it would be.
        conflicts: how many fields are in conflict.
        conflicts_would: how many would be.
    """

    changes: int
    otherwise: tuple[Otherwise, ...]
    fields: tuple[Differing, ...]
    conflicts: int
    conflicts_would: int


def rehearse(conn: Connection, centre: Centre, policy: Policy) -> Rehearsal:
    """Judges the past again under a policy."""
    replay = _Replay(conn, centre, policy)
    for place, decision in _decisions(conn, centre):
        replay.take(place, decision)
    ids = sorted({*replay.real, *replay.would})
    return Rehearsal(
        changes=replay.changes,
        otherwise=tuple(replay.otherwise),
        fields=tuple(it for record in ids for it in replay.differing(record)),
        conflicts=_contested(replay.real),
        conflicts_would=_contested(replay.would),
    )


@dataclass(slots=True)
class _Replay:
    """Both catalogues while they are folded: as it was, and as it would be."""

    conn: Connection
    centre: Centre
    policy: Policy
    real: dict[str, RecordState] = field(default_factory=dict)
    would: dict[str, RecordState] = field(default_factory=dict)
    otherwise: list[Otherwise] = field(default_factory=list)
    changes: int = 0
    _settled: set[Source] = field(default_factory=set)
    _hubs: dict[str, HubRow] = field(default_factory=dict)
    _by_key: dict[int, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hubs = {hub.origin: hub for hub in every_log(self.conn)}

    def take(self, place: int, decision: Decision) -> None:
        self.real |= self._after(self.real, decision, place)
        if isinstance(decision, Ruling):  # which a release is, though it looks like an outcome
            if decision.source in self._settled:
                return
        elif isinstance(decision, Outcome) and decision.source.origin in self._hubs:
            decision = self._judged(place, decision)
        after = self._after(self.would, decision, place)
        for record, state in after.items():
            self.would[record] = self._settle(state, place)
            for key in keys_of(shown_record(self.would[record])):
                self._by_key.setdefault(key, set()).add(record)

    def differing(self, record: str) -> Iterator[Differing]:
        shown, would = (_shown(states.get(record)) for states in (self.real, self.would))
        for name in sorted({*shown, *would}):
            if shown.get(name) != would.get(name):
                yield Differing(
                    record=record, field=name, shown=shown.get(name), would=would.get(name)
                )

    def _judged(self, place: int, decision: Outcome) -> Outcome:
        hub, index = self._hubs[decision.source.origin], decision.source.index
        log = self.centre.logs.open(self.conn, hub.origin)
        (entry,) = self.centre.logs.entries(self.conn, log, index, index + 1)
        if entry == GONE:
            return decision
        self.changes += 1
        prepared = prepare(entry)
        is_flooded = isinstance(decision, ChangeHeld) and decision.code == FLOOD
        record = self.would.get(prepared.record or "")
        known = known_of(
            self.centre,
            hub,
            place=place,
            record=record,
            result=self.would.get(prepared.result or ""),
            above=() if record is None else confirmed_above(record, self.would.get),
            is_flooded=is_flooded,
            alike=self._alike(hub.hub, prepared),
        )
        verdicts = [it for it in VERDICTS if it.code not in self.policy.without]
        judged = reconcile(
            known, prepared, index=index, at=decision.at, salt=decision.salt, verdicts=verdicts
        )
        was, would = _words(decision), _words(judged)
        if outcome_of(judged) not in {HELD, PROPOSED}:
            self._settled.add(decision.source)
        if was != would:
            self.otherwise.append(
                Otherwise(place=place, hub=hub.hub, record=prepared.record, was=was, would=would)
            )
        return judged

    def _alike(self, hub: str, prepared: Prepared) -> list[RecordState]:
        """As `central.look_alikes` finds them, in the catalogue as it would be."""
        change = prepared.change
        if not isinstance(change, RecordPut) or change.record in self.would:
            return []
        found: dict[str, RecordState] = {}
        for key in keys_of(change.set):
            ids = sorted(self._by_key.get(key, ()))
            states = [self.would[it] for it in ids if self.would[it].owner != hub]
            active = [it for it in states if standing_of(it) == "active"]
            found |= {it.id: it for it in active[:FOUND_MAX]}
        return [found[it] for it in sorted(found)]

    def _settle(self, state: RecordState, place: int) -> RecordState:
        """Conflicts that the policy would not let arise end with the owner's value."""
        contested = conflicts(state).keys() & self.policy.owner_wins
        if not contested:
            return state
        shown = shown_record(state)
        settling = RecordCurated(
            salt="0" * 32,
            at="",
            record=state.id,
            set={name: shown[name] for name in contested if name in shown},
            unset=tuple(sorted(name for name in contested if name not in shown)),
            seen=Seen(national=place + 1, own=0),
            by="",
            agency="",
        )
        return self._after({state.id: state}, settling, place)[state.id]

    def _after(
        self, states: dict[str, RecordState], decision: Decision, place: int
    ) -> dict[str, RecordState]:
        return apply(states, decision, place=place, origin=self.centre.national_origin)


def _decisions(conn: Connection, centre: Centre) -> Iterator[tuple[int, Decision]]:
    log = centre.logs.open(conn, centre.national_origin)
    for start in range(0, log.tree.size, RANGE_ENTRIES):
        end = min(log.tree.size, start + RANGE_ENTRIES)
        entries = centre.logs.entries(conn, log, start, end)
        yield from read_decisions(entries, start)


def _words(decision: Decision) -> str:
    code = f" ({decision.code})" if isinstance(decision, ChangeHeld) else ""
    return f"{outcome_of(decision)}{code}"


def _shown(state: RecordState | None) -> dict[str, Json]:
    return {} if state is None else shown_record(state)


def _contested(states: dict[str, RecordState]) -> int:
    return sum(len(conflicts(state)) for state in states.values())
