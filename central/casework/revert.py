"""Revert: what a hub wrote from a place of the national log on is written over, record by record.

For the day after a key was stolen or an import went wrong. Each record gets a decision that gives
back what was shown before the hub wrote; what others have written stays, and a record in which
others have a hand is never hidden. Where that leaves something of the hub, a person has to look.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from central import national, past, registry
from central.casework.person import Person
from central.centre import Centre
from central.logs_of_hubs import of_hub
from central.store import candidates
from central.store import decisions as index
from central.store.candidates import OPEN, pair_of
from protocol.canonical import Json
from protocol.catalogue import STATE, conflicts, is_withdrawn, shown_record
from protocol.entries.decisions import Decision
from protocol.entries.members import Seen
from protocol.entries.record_decisions import (
    ACTIVE,
    WITHDRAWN,
    RecordReopened,
    RecordReverted,
)
from protocol.facts import ORIGINAL
from protocol.lineage import replications_of
from protocol.merge import Write
from protocol.record_state import RecordState

SHARED, REDACTED = "shared", "redacted"
"""Why a record is left: others have a hand in it, or what it was before is redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What gives a record back as it was.

    Attributes:
        record: UUIDv7.
        set, unset: the fields.
        state: active or withdrawn, where that has to change too.
        unlinked: ids of the hub's records that are no replications of this one any more.
        as_of: place of the last decision that changed the record: what it is that is written over.
    """

    record: str
    set: dict[str, Json]
    unset: tuple[str, ...]
    state: str | None
    unlinked: tuple[str, ...] = ()
    as_of: int = 0

    @property
    def writes(self) -> bool:
        """Whether something has to be written on the record."""
        return bool(self.set or self.unset or self.state is not None)

    @property
    def is_empty(self) -> bool:
        """Whether the record is as it was."""
        return not self.writes and not self.unlinked


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A record on which something that the hub wrote stays, for a person to look at.

    Attributes:
        record: UUIDv7.
        why: SHARED or REDACTED.
    """

    record: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a revert comes to: records that are given back, and those that are left."""

    reversals: tuple[Reversal, ...]
    left: tuple[Left, ...]


def written_since(conn: Connection, hub: str, place: int) -> list[str]:
    """Records that a hub has written on by decisions from `place` on.

    Raises:
        UnknownHub: there is no such hub.
    """
    return index.records_since(conn, _logs(conn, hub), place)


def plan(conn: Connection, centre: Centre, hub: str, place: int, records: Sequence[str]) -> Plan:
    """What has to be written on these records; nothing for those that are as they were.

    Raises:
        UnknownHub: there is no such hub.
    """
    writer = _Writer(hub=hub, logs=frozenset(_logs(conn, hub)), since=place)
    states = national.load_states(conn, centre, records)
    reversals: list[Reversal] = []
    left: list[Left] = []
    for record in records:
        reversal, remains = _planned(conn, centre, writer, states[record])
        unlinked = tuple(_unlinked(conn, centre, writer, states[record]))
        as_of = states[record].last_place
        reversals.append(replace(reversal, unlinked=unlinked, as_of=as_of))
        left += [remains] if remains else []
    return Plan(reversals=tuple(it for it in reversals if not it.is_empty), left=tuple(left))


def revert(
    conn: Connection,
    centre: Centre,
    hub: str,
    place: int,
    records: Sequence[str],
    *,
    person: Person,
) -> int:
    """Gives these records back as they were before `place`; how many had to be changed.

    Raises:
        UnknownHub: there is no such hub.
        TextRefused: personal data in the reason or the account's name.
    """
    reversals = plan(conn, centre, hub, place, records).reversals
    give_back(conn, centre, hub, place, reversals, person=person)
    return len(reversals)


def give_back(
    conn: Connection,
    centre: Centre,
    hub: str,
    place: int,
    reversals: Sequence[Reversal],
    *,
    person: Person,
) -> None:
    """Writes what was planned in this transaction.

    Raises:
        TextRefused: as of `revert`.
    """
    size = centre.logs.open(conn, centre.national_origin).tree.size
    decisions: list[Decision] = [
        RecordReverted(
            **person.reasoned(centre),
            record=it.record,
            hub=hub,
            to=place,
            set=it.set,
            unset=it.unset,
            state=it.state,
            seen=Seen(national=size, own=size),
        )
        for it in reversals
        if it.writes
    ]
    for it in reversals:
        for result in it.unlinked:
            reopened = RecordReopened(**person.reasoned(centre), record=result, other=it.record)
            decisions.append(reopened)
            candidates.set_state(conn, pair_of(result, it.record), OPEN)
    if decisions:
        national.append(conn, centre, decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Whose writes are taken back.

    Attributes:
        hub: hub id.
        logs: origins of all its logs.
        since: the first place that counts.
    """

    hub: str
    logs: frozenset[str]
    since: int

    def wrote(self, write: Write) -> bool:
        """Whether a write is one of those."""
        return write.stamp.origin in self.logs and write.stamp.place >= self.since

    def alone_made(self, state: RecordState) -> bool:
        """Whether it made the record since, still owns it, and nobody else wrote on it."""
        writes = [write for several in state.fields.values() for write in several]
        is_its = state.owner == self.hub and state.creation.origin in self.logs
        return is_its and all(self.wrote(write) for write in writes)

    def first_of(self, writes: Sequence[Write]) -> int | None:
        """The place from which on a field has only such writes; None where its last is none."""
        first = None
        for write in reversed(writes):
            if not self.wrote(write):
                break
            first = write.stamp.place
        return first


def _logs(conn: Connection, hub: str) -> list[str]:
    """Origins of all logs of a hub, the closed ones too."""
    registry.get_hub(conn, hub)
    return [log.origin for log in of_hub(conn, hub)]


def _planned(
    conn: Connection, centre: Centre, writer: _Writer, now: RecordState
) -> tuple[Reversal, Left | None]:
    if writer.alone_made(now):  # hidden, not emptied
        state = None if is_withdrawn(now) else WITHDRAWN
        return Reversal(record=now.id, set={}, unset=(), state=state), None
    firsts = {name: writer.first_of(now.writes(name)) for name in now.fields}
    written = {name: first for name, first in firsts.items() if first is not None}
    known = {it for it in written.values() if past.is_known(conn, centre, now.id, it)}
    states = past.states_before(conn, centre, now.id, known)
    before = {name: it for name, first in written.items() if (it := states.get(first)) is not None}
    left = None
    if written.keys() > before.keys() and not is_withdrawn(now):
        is_redacted = not known.issuperset(written.values())
        left = Left(record=now.id, why=REDACTED if is_redacted else SHARED)
    return _reversal(now, before), left


def _unlinked(
    conn: Connection, centre: Centre, writer: _Writer, original: RecordState
) -> Iterator[str]:
    """The records that a step of the hub made replications of this one, where that still stands.

    It does not where a person has decided about the two since.
    """
    for it in replications_of(original):
        if it.result is None or it.hub != writer.hub or it.place < writer.since:
            continue
        result = national.load_states(conn, centre, [it.result]).get(it.result)
        verdict = index.verdict_on(conn, original.id, it.result)
        is_theirs = verdict is None or verdict.place < it.place
        if result is not None and result.facts.get(ORIGINAL) == original.id and is_theirs:
            yield it.result


def _reversal(now: RecordState, before: Mapping[str, RecordState]) -> Reversal:
    """What gives back the fields `before` names, each as it was in that state of the record."""
    new, contested = shown_record(now), conflicts(now)
    set_: dict[str, Json] = {}
    unset: list[str] = []
    state = None
    for name, then in sorted(before.items()):
        old = shown_record(then).get(name)
        is_fresh_conflict = name in contested and name not in conflicts(then)
        if name == STATE:
            is_moved = is_fresh_conflict or _standing(then) != _standing(now)
            state = _standing(then) if is_moved else None
        elif old is None and (name in new or is_fresh_conflict):
            unset.append(name)
        elif old != new.get(name) or is_fresh_conflict:
            set_[name] = old
    return Reversal(record=now.id, set=set_, unset=tuple(unset), state=state)


def _standing(state: RecordState) -> str:
    return WITHDRAWN if is_withdrawn(state) else ACTIVE
