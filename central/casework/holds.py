"""Changes that wait for a person: held ones and proposals are listed, looked at, and ruled on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from central import national, registry
from central.batch import known_of
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.public_text import refuse_private
from central.store import audit
from central.store import decisions as index
from protocol.canonical import Json
from protocol.entries.changes import RecordPut, type_of
from protocol.entries.decisions import ChangeHeld, ChangeRefused, decode_decision
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


def list_waiting(conn: Connection) -> list[Waiting]:
    """Every change that waits, the oldest first."""
    names = {hub.origin: hub.hub for hub in registry.list_hubs(conn)}
    return [_waiting(row, names) for row in index.waiting(conn)]


def look(conn: Connection, centre: Centre, place: int) -> Case:
    """One change that waits, from the hub's own log.

    Raises:
        CaseRefused: nothing waits at that place (`not_waiting`).
    """
    row, _, prepared = _open(conn, centre, place)
    names = {hub.origin: hub.hub for hub in registry.list_hubs(conn)}
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
    row, known, prepared = _open(conn, centre, place)
    ruling = release(
        known,
        prepared,
        index=row.number,
        at=centre.timestamp(),
        salt=centre.salt(),
        by=by,
        agency=agency,
    )
    if isinstance(ruling, str):
        raise CaseRefused(f"the change at {place} cannot be released", code=ruling)
    national.append(conn, centre, [ruling])
    _note(conn, centre, "change.released", known, place)
    return ruling.outcome


def refuse_change(
    conn: Connection, centre: Centre, *, place: int, by: str, agency: str, reason: str
) -> None:
    """Says that a change will not count, and why.

    Raises:
        CaseRefused: nothing waits there.
        TextRefused: the reason or the account's name looks like personal data.
    """
    refuse_private({"reason": reason, "by": by})
    row, known, _ = _open(conn, centre, place)
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
    _note(conn, centre, "change.refused", known, place)


def _open(conn: Connection, centre: Centre, place: int) -> tuple[Row[Any], Known, Prepared]:
    row = next((it for it in index.waiting(conn) if it.place == place), None)
    hub = registry.hub_of_origin(conn, row.origin) if row is not None else None
    if row is None or hub is None:
        raise CaseRefused(f"no change waits at {place}", code="not_waiting")
    mirror = centre.logs.open(conn, row.origin)
    (entry,) = centre.logs.entries(conn, mirror, row.number, row.number + 1)
    prepared = prepare(entry)
    states = national.load_states(conn, centre, [prepared.record] if prepared.record else [])
    known = known_of(
        centre,
        hub,
        place=centre.logs.open(conn, centre.national_origin).tree.size,
        record=states.get(prepared.record or ""),
    )
    return row, known, prepared


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
