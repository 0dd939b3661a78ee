"""Changes that wait for a person: held ones and proposals are listed, looked at, and ruled on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from central import national
from central.batch import known_of, originals_above
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.logs_of_hubs import hubs_by_origin, of_hub, of_origin
from central.public_text import refuse_private
from central.store import audit
from central.store import decisions as index
from central.store.hubs import HubRow
from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.entries.changes import RecordPut, type_of
from protocol.entries.decisions import ChangeHeld, ChangeRefused, ChangeReleased, decode_decision
from protocol.entries.members import Source
from protocol.errors import VoidEntry
from protocol.innovation.privacy import masked
from protocol.merge import CENTRE
from protocol.reconcile import Prepared, prepare, release
from protocol.record_state import RecordState
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
        reason: of a withdrawal or a restoration; else "".
        errors: {pointer, code, message} for each fault; the text of a privacy finding is masked.
    """

    waiting: Waiting
    change: str
    content: dict[str, Json]
    reason: str
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


def list_waiting(conn: Connection, *, after: int = -1, limit: int | None = None) -> list[Waiting]:
    """The changes that wait, the oldest first: so many of those behind a place, or all."""
    names = hubs_by_origin(conn)
    return [_waiting(row, names) for row in index.waiting(conn, after=after, limit=limit)]


def look(conn: Connection, centre: Centre, place: int) -> Case:
    """One change that waits, from the hub's own log.

    Raises:
        CaseRefused: nothing waits at that place (`not_waiting`).
    """
    row = _row_at(conn, place)
    [read] = _read(conn, centre, [row])
    names = hubs_by_origin(conn)
    log = centre.logs.open(conn, centre.national_origin)
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    decision = decode_decision(entry)
    errors = decision.errors if isinstance(decision, ChangeHeld) else ()
    change = read.prepared.change
    content: dict[str, Json] = {}
    if isinstance(change, RecordPut):
        content = {**dict.fromkeys(change.unset), **change.set}
    return Case(
        waiting=_waiting(row, names),
        change="" if isinstance(change, VoidEntry) else type_of(change),
        content=content,
        reason=str(getattr(change, "reason", None) or ""),
        errors=[dict(error) for error in errors],
    )


def titles_of(conn: Connection, centre: Centre, places: Sequence[int]) -> dict[int, str]:
    """By place the titles that waiting changes set, masked; those that set none are left out."""
    found = {}
    for it in _read(conn, centre, _rows_at(conn, places)):
        change = it.prepared.change
        title = masked(change.set).get("title") if isinstance(change, RecordPut) else None
        if title:
            found[it.row.place] = str(title)
    return found


def places_of(conn: Connection, hub: str, code: str) -> list[int]:
    """Places of what waits of a hub for one reason, in the order of its log; "" for proposals."""
    logs = [log.origin for log in of_hub(conn, hub)]
    rows = [it for it in index.waiting(conn) if it.origin in logs and (it.code or "") == code]
    return [it.place for it in sorted(rows, key=lambda it: (logs.index(it.origin), it.number))]


def obstacle(conn: Connection, centre: Centre, place: int) -> str:
    """The code of the verdict for which a change cannot be released now; "" where it can be.

    Raises:
        CaseRefused: nothing waits there (`not_waiting`).
    """
    [read] = _read(conn, centre, [_row_at(conn, place)])
    states = national.load_states(conn, centre, read.named)
    size = centre.logs.open(conn, centre.national_origin).tree.size
    known = _known(conn, centre, read, states, place=size)
    ruling = release(
        known,
        read.prepared,
        index=read.row.number,
        at=centre.timestamp(),
        salt=centre.salt(),
        by=CENTRE,
        agency="",
    )
    return ruling if isinstance(ruling, str) else ""


def release_change(conn: Connection, centre: Centre, *, place: int, by: str, agency: str) -> str:
    """Lets a change count from now on; returns its outcome: applied, conflict or noop.

    Raises:
        CaseRefused: nothing waits there, or a verdict still stands that nobody may overrule; then
            the code is the verdict's.
        TextRefused: the account's name looks like personal data.
    """
    refuse_private({"by": by})
    [ruling] = _release(conn, centre, [_row_at(conn, place)], by=by, agency=agency)
    if isinstance(ruling, str):
        raise CaseRefused(f"the change at {place} cannot be released", code=ruling)
    return ruling.outcome


def release_many(
    conn: Connection, centre: Centre, places: Sequence[int], *, by: str, agency: str
) -> Released:
    """Lets the changes count that were held at these places and still wait, in this order.

    Raises:
        TextRefused: the account's name looks like personal data.
    """
    refuse_private({"by": by})
    rulings = _release(conn, centre, _rows_at(conn, places), by=by, agency=agency)
    left = Counter(it for it in rulings if isinstance(it, str))
    return Released(released=len(rulings) - left.total(), left=dict(left))


def refuse_many(
    conn: Connection, centre: Centre, places: Sequence[int], *, by: str, agency: str, reason: str
) -> int:
    """Says that the changes will not count that were held at these places and still wait.

    Returns:
        How many these were.

    Raises:
        TextRefused: the reason or the account's name looks like personal data.
    """
    refuse_private({"reason": reason, "by": by})
    rows = _rows_at(conn, places)
    _refuse(conn, centre, rows, by=by, agency=agency, reason=reason)
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
    _refuse(conn, centre, [_row_at(conn, place)], by=by, agency=agency, reason=reason)


def _release(
    conn: Connection, centre: Centre, rows: Sequence[Row[Any]], *, by: str, agency: str
) -> list[ChangeReleased | str]:
    """The rulings, in the log; or the codes of the verdicts that still stand."""
    read = _read(conn, centre, rows)
    states = national.load_states(conn, centre, [name for it in read for name in it.named])
    size, origin = centre.logs.open(conn, centre.national_origin).tree.size, centre.national_origin
    rulings: list[ChangeReleased | str] = []
    decided: list[ChangeReleased] = []
    for waiting in read:
        place = size + len(decided)
        ruling = release(
            _known(conn, centre, waiting, states, place=place),
            waiting.prepared,
            index=waiting.row.number,
            at=centre.timestamp(),
            salt=centre.salt(),
            by=by,
            agency=agency,
        )
        rulings.append(ruling)
        if isinstance(ruling, ChangeReleased):
            decided.append(ruling)  # whoever is ruled on next may be about the same record
            states |= apply(states, ruling, place=place, origin=origin)
            _note(conn, centre, "change.released", waiting)
    if decided:
        national.append(conn, centre, decided)
    return rulings


def _refuse(
    conn: Connection,
    centre: Centre,
    rows: Sequence[Row[Any]],
    *,
    by: str,
    agency: str,
    reason: str,
) -> None:
    read = _read(conn, centre, rows)
    rulings = [
        ChangeRefused(
            salt=centre.salt(),
            at=centre.timestamp(),
            source=Source(origin=it.row.origin, index=it.row.number),
            author=it.hub.hub,
            by=by,
            agency=agency,
            reason=reason,
            record=it.row.record,
        )
        for it in read
    ]
    if rulings:
        national.append(conn, centre, rulings)
    for it in read:
        _note(conn, centre, "change.refused", it)


def _row_at(conn: Connection, place: int) -> Row[Any]:
    row = next((it for it in index.waiting(conn) if it.place == place), None)
    if row is None:
        raise CaseRefused(f"no change waits at {place}", code="not_waiting")
    return row


def _rows_at(conn: Connection, places: Sequence[int]) -> list[Row[Any]]:
    """What still waits of that which was held at these places, in this order."""
    waiting = {it.place: it for it in index.waiting(conn)}
    return [waiting[place] for place in places if place in waiting]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A change that waits, with its author and its entry."""

    row: Row[Any]
    hub: HubRow
    prepared: Prepared

    @property
    def named(self) -> list[str]:
        """The records that it is about."""
        return [it for it in (self.prepared.record, self.prepared.result) if it is not None]


def _read(conn: Connection, centre: Centre, rows: Sequence[Row[Any]]) -> list[_Read]:
    """These changes from their hubs' logs, of each log at once."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.origin, []).append(row.number)
    hubs = {origin: _hub_of(conn, origin) for origin in numbers}
    entries = {
        origin: centre.logs.entries_at(conn, centre.logs.open(conn, origin), named)
        for origin, named in numbers.items()
    }
    return [
        _Read(row=it, hub=hubs[it.origin], prepared=prepare(entries[it.origin][it.number]))
        for it in rows
    ]


def _hub_of(conn: Connection, origin: str) -> HubRow:
    hub = of_origin(conn, origin)
    if hub is None:
        raise CaseRefused(f"no hub has the log {origin}", code="not_waiting")
    return hub


def _known(
    conn: Connection,
    centre: Centre,
    waiting: _Read,
    states: Mapping[str, RecordState],
    *,
    place: int,
) -> Known:
    prepared = waiting.prepared
    return known_of(
        centre,
        waiting.hub,
        place=place,
        record=states.get(prepared.record or ""),
        result=states.get(prepared.result or ""),
        above=originals_above(conn, centre, prepared, states),
    )


def _waiting(row: Row[Any], names: dict[str, str]) -> Waiting:
    return Waiting(
        place=row.place,
        hub=names.get(row.origin, row.origin),
        record=row.record,
        outcome=row.outcome,
        code=row.code or "",
    )


def _note(conn: Connection, centre: Centre, what: str, waiting: _Read) -> None:
    now, detail = centre.clock.now(), f"place {waiting.row.place}"
    audit.note(conn, at=now, what=what, hub=waiting.hub.hub, detail=detail)
