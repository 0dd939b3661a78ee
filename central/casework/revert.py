"""Revert: what a hub wrote from a place of the national log on is written over, record by record.

For the day after a key was stolen or an import went wrong. Each record gets a decision that gives
back what was shown before; what others have written since stays.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national, past, registry
from central.casework.person import Person
from central.centre import Centre
from central.logs_of_hubs import of_hub
from central.store import decisions as index
from protocol.canonical import Json
from protocol.catalogue import STATE, is_withdrawn, shown_record
from protocol.entries.members import Seen
from protocol.entries.record_decisions import ACTIVE, WITHDRAWN, RecordReverted
from protocol.record_state import RecordState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What gives a record back as it was.

    Attributes:
        record: UUIDv7.
        set, unset: the fields.
        state: active or withdrawn, where that has to change too.
    """

    record: str
    set: dict[str, Json]
    unset: tuple[str, ...]
    state: str | None


def written_since(conn: Connection, hub: str, place: int) -> list[str]:
    """Records that a hub has written on by decisions from `place` on.

    Raises:
        UnknownHub: there is no such hub.
    """
    return index.records_since(conn, _logs(conn, hub), place)


def reversals(
    conn: Connection, centre: Centre, hub: str, place: int, records: Sequence[str]
) -> list[Reversal]:
    """What has to be written on these records; nothing for those that are as they were.

    Nor for those whose past was redacted since: what they were, nobody knows any more.
    """
    logs = _logs(conn, hub)
    states = national.load_states(conn, centre, records)
    found = (
        _reversal(states[record], past.state_before(conn, centre, record, place), logs, place)
        for record in records
        if past.is_known(conn, centre, record, place)
    )
    return [it for it in found if it is not None]


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
        TextRefused: personal data in the reason or the account's name.
    """
    size = centre.logs.open(conn, centre.national_origin).tree.size
    decisions = [
        RecordReverted(
            **person.reasoned(centre),
            record=it.record,
            to=place,
            set=it.set,
            unset=it.unset,
            state=it.state,
            seen=Seen(national=size, own=size),
        )
        for it in reversals(conn, centre, hub, place, records)
    ]
    if decisions:
        national.append(conn, centre, decisions)
    return len(decisions)


def _logs(conn: Connection, hub: str) -> list[str]:
    """Origins of all logs of a hub, the closed ones too."""
    registry.get_hub(conn, hub)
    return [log.origin for log in of_hub(conn, hub)]


def _reversal(
    now: RecordState, before: RecordState | None, logs: Collection[str], place: int
) -> Reversal | None:
    if before is None:  # made since: hidden, not emptied
        is_hidden = is_withdrawn(now)
        return None if is_hidden else _of(now.id, {}, (), WITHDRAWN)
    names = [name for name in now.fields if _is_last_by(now, name, logs, place)]
    old, new = shown_record(before), shown_record(now)
    differing = [name for name in names if name != STATE and old.get(name) != new.get(name)]
    is_moved = STATE in names and is_withdrawn(before) != is_withdrawn(now)
    if not differing and not is_moved:
        return None
    state = (WITHDRAWN if is_withdrawn(before) else ACTIVE) if is_moved else None
    return _of(now.id, old, differing, state)


def _of(record: str, old: dict[str, Json], names: Iterable[str], state: str | None) -> Reversal:
    wanted = sorted(names)
    return Reversal(
        record=record,
        set={name: old[name] for name in wanted if name in old},
        unset=tuple(name for name in wanted if name not in old),
        state=state,
    )


def _is_last_by(state: RecordState, name: str, logs: Collection[str], place: int) -> bool:
    """Whether the last write of a field is of one of those logs and from that place on."""
    last = max((write.stamp for write in state.writes(name)), key=lambda stamp: stamp.place)
    return last.origin in logs and last.place >= place
