"""Changes that wait for a person: held ones and proposals are listed, looked at, and ruled on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from central import national, registry
from central.batch import known_of, originals_above
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.logs_of_hubs import every_log, of_hub, of_origin
from central.public_text import refuse_private
from central.store import audit
from central.store import decisions as index
from protocol.canonical import Json
from protocol.entries.changes import RecordPut, type_of
from protocol.entries.decisions import ChangeHeld, ChangeRefused, ChangeReleased, decode_decision
from protocol.entries.members import Source
from protocol.errors import VoidEntry
from protocol.reconcile import Prepared, prepare, release
from protocol.verdicts import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A change that waits.

    Attributes:
        place: national index of the decision that holds it, by which it is named.
        hub: its author.
        record: what it is about, where that could be read.
        outcome: held or proposed.
        code: why it is held, or "".
    """

    place: int
    hub: str
    record: str | None
    outcome: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A change that waits, with all that a person needs to rule on it.

    Attributes:
        waiting: as it is listed.
        change: its type, such as `record.put`; "" where it could not be read.
        content: the fields that it sets, and None for those that it empties.
        errors: {pointer, code, message} for each fault; the text of a privacy finding is masked.
    """

    waiting: Waiting
    change: str
    content: dict[str, Json]
    errors: Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What became of many changes that were to be released at once.

    Attributes:
        released: how many count now.
        left: how many wait on, by the code of the verdict that nobody may overrule.
    """

    released: int
    left: dict[str, int]


def list_waiting(conn: Connection) -> list[Waiting]:
    """Every change that waits, the oldest first."""
    names = {hub.origin: hub.hub for hub in every_log(conn)}
    return [_waiting(row, names) for row in index.waiting(conn)]


def look(conn: Connection, centre: Centre, place: int) -> Case:
    """One change that waits, from the hub's own log.

    Raises:
        CaseRefused: nothing waits at that place (`not_waiting`).
    """
    row = _row_at(conn, place)
    _, prepared = _known(conn, centre, row)
    names = {hub.origin: hub.hub for hub in every_log(conn)}
    log = centre.logs.open(conn, centre.national_origin)
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    decision = decode_decision(entry)
    errors = decision.errors if isinstance(decision, ChangeHeld) else ()
    change = prepared.change
    content: dict[str, Json] = {}
    if isinstance(change, RecordPut):
        content = {**dict.fromkeys(change.unset), **change.set}
    return Case(
        waiting=_waiting(row, names),
        change="" if isinstance(change, VoidEntry) else type_of(change),
        content=content,
        errors=[dict(error) for error in errors],
    )


def release_change(conn: Connection, centre: Centre, *, place: int, by: str, agency: str) -> str:
    """Lets a change count from now on; returns its outcome: applied, conflict or noop.

    Raises:
        CaseRefused: nothing waits there, or a verdict still stands that nobody may overrule; then
            the code is the verdict's.
        TextRefused: the account's name looks like personal data.
    """
    refuse_private({"by": by})
    ruling = _release(conn, centre, _row_at(conn, place), by=by, agency=agency)
    if isinstance(ruling, str):
        raise CaseRefused(f"the change at {place} cannot be released", code=ruling)
    return ruling.outcome


def release_all(
    conn: Connection, centre: Centre, *, hub: str, code: str, by: str, agency: str
) -> Released:
    """Lets all changes of a hub count that wait for one reason, in the order of its log.

    Raises:
        TextRefused: the account's name looks like personal data.
    """
    refuse_private({"by": by})
    left: Counter[str] = Counter()
    released = 0
    for row in _waiting_of(conn, hub, code):
        ruling = _release(conn, centre, row, by=by, agency=agency)
        if isinstance(ruling, str):
            left[ruling] += 1
        else:
            released += 1
    return Released(released=released, left=dict(left))


def refuse_all(
    conn: Connection, centre: Centre, *, hub: str, code: str, by: str, agency: str, reason: str
) -> int:
    """Says that no change of a hub will count that waits for one reason; how many these were.

    Raises:
        TextRefused: the reason or the account's name looks like personal data.
    """
    refuse_private({"reason": reason, "by": by})
    rows = _waiting_of(conn, hub, code)
    for row in rows:
        _refuse(conn, centre, row, by=by, agency=agency, reason=reason)
    return len(rows)


def refuse_change(
    conn: Connection, centre: Centre, *, place: int, by: str, agency: str, reason: str
) -> None:
    """Says that a change will not count, and why.

    Raises:
        CaseRefused: nothing waits there.
        TextRefused: the reason or the account's name looks like personal data.
    """
    refuse_private({"reason": reason, "by": by})
    _refuse(conn, centre, _row_at(conn, place), by=by, agency=agency, reason=reason)


def _release(
    conn: Connection, centre: Centre, row: Row[Any], *, by: str, agency: str
) -> ChangeReleased | str:
    """The ruling, in the log; or the code of the verdict that still stands."""
    known, prepared = _known(conn, centre, row)
    ruling = release(
        known,
        prepared,
        index=row.number,
        at=centre.timestamp(),
        salt=centre.salt(),
        by=by,
        agency=agency,
    )
    if isinstance(ruling, ChangeReleased):
        national.append(conn, centre, [ruling])
        _note(conn, centre, "change.released", known, row.place)
    return ruling


def _refuse(
    conn: Connection, centre: Centre, row: Row[Any], *, by: str, agency: str, reason: str
) -> None:
    known, _ = _known(conn, centre, row)
    ruling = ChangeRefused(
        salt=centre.salt(),
        at=centre.timestamp(),
        source=Source(origin=row.origin, index=row.number),
        author=known.hub,
        by=by,
        agency=agency,
        reason=reason,
        record=row.record,
    )
    national.append(conn, centre, [ruling])
    _note(conn, centre, "change.refused", known, row.place)


def _row_at(conn: Connection, place: int) -> Row[Any]:
    row = next((it for it in index.waiting(conn) if it.place == place), None)
    if row is None:
        raise CaseRefused(f"no change waits at {place}", code="not_waiting")
    return row


def _waiting_of(conn: Connection, hub: str, code: str) -> list[Row[Any]]:
    """What waits of a hub for one reason, in the order of its log."""
    registry.get_hub(conn, hub)
    logs = [log.origin for log in of_hub(conn, hub)]
    rows = [it for it in index.waiting(conn) if it.origin in logs and it.code == code]
    return sorted(rows, key=lambda row: (logs.index(row.origin), int(row.number)))


def _known(conn: Connection, centre: Centre, row: Row[Any]) -> tuple[Known, Prepared]:
    hub = of_origin(conn, row.origin)
    if hub is None:
        raise CaseRefused(f"no change waits at {row.place}", code="not_waiting")
    mirror = centre.logs.open(conn, row.origin)
    (entry,) = centre.logs.entries(conn, mirror, row.number, row.number + 1)
    prepared = prepare(entry)
    named = [name for name in (prepared.record, prepared.result) if name is not None]
    states = national.load_states(conn, centre, named)
    known = known_of(
        centre,
        hub,
        place=centre.logs.open(conn, centre.national_origin).tree.size,
        record=states.get(prepared.record or ""),
        result=states.get(prepared.result or ""),
        above=originals_above(conn, centre, prepared, states),
    )
    return known, prepared


def _waiting(row: Row[Any], names: dict[str, str]) -> Waiting:
    return Waiting(
        place=row.place,
        hub=names.get(row.origin, row.origin),
        record=row.record,
        outcome=row.outcome,
        code=row.code or "",
    )


def _note(conn: Connection, centre: Centre, what: str, known: Known, place: int) -> None:
    audit.note(conn, at=centre.clock.now(), what=what, hub=known.hub, detail=f"place {place}")
