"""The past: a record as it stood at a place of the national log, folded from the log again."""

from collections.abc import Collection

from sqlalchemy import Connection

from central.centre import Centre
from central.store import decisions as index
from protocol.catalogue import apply, touched
from protocol.entries.decisions import Decision, read_decisions
from protocol.entries.redaction import TYPE as REDACTED
from protocol.entries.redaction import EntryRedacted
from protocol.errors import ProtocolError
from protocol.record_state import RecordState


class MomentUnclear(ProtocolError):
    """The times of the national log do not say which place a moment is."""

    default_code = "moment_unclear"


def decision_at(conn: Connection, centre: Centre, place: int) -> Decision | None:
    """The decision at a place; None where its bytes are gone."""
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries(conn, log, place, place + 1)
    return next((decision for _, decision in read_decisions(entries)), None)


def place_at(conn: Connection, centre: Centre, moment: str) -> int:
    """The first place whose decision was taken at `moment` (RFC 3339 in UTC) or later.

    Times are claims of a clock that may have been wrong for a while. Where they fall back across
    the moment, no place is the right one by them.

    Raises:
        MomentUnclear: a decision of before the moment stands behind one of after it.
    """
    last, first = index.around(conn, moment)
    if first is None:
        return centre.logs.open(conn, centre.national_origin).tree.size
    if last is not None and last > first:
        raise MomentUnclear(
            f"times fall back across {moment} between places {first} and {last}: name a place"
        )
    return first


def state_before(conn: Connection, centre: Centre, record: str, place: int) -> RecordState | None:
    """A record as it stood before the decision at `place`; None where it was not there yet."""
    return states_before(conn, centre, record, [place])[place]


def states_before(
    conn: Connection, centre: Centre, record: str, places: Collection[int]
) -> dict[int, RecordState | None]:
    """As `state_before`, for several places in one fold."""
    wanted = sorted(places, reverse=True)
    found: dict[int, RecordState | None] = {}
    state: RecordState | None = None
    for earlier in reversed(index.of_record(conn, record)):
        while wanted and wanted[-1] <= earlier:
            found[wanted.pop()] = state
        decision = decision_at(conn, centre, earlier) if wanted else None
        if decision is not None:
            state = _after(state, record, decision, earlier, centre)
    return found | dict.fromkeys(wanted, state)


def is_known(conn: Connection, centre: Centre, record: str, place: int) -> bool:
    """Whether nothing that made a record what it was before `place` has been redacted since.

    What was redacted before that is no loss: the fold has what was left then from the redaction.
    """
    about = index.of_record(conn, record)
    redacted = centre.logs.redacted(conn, centre.national_origin)
    gone = {it for it in about if it < place} & redacted
    if not gone:
        return True
    since = {it for it in about if it >= place} & {*index.of_kinds(conn, (REDACTED,))}
    return gone.isdisjoint(
        it.index
        for later in since
        if isinstance(decision := decision_at(conn, centre, later), EntryRedacted)
        for it in decision.entries
        if it.kind is not None  # a decision, of this epoch or one that it carries over
    )


def _after(
    state: RecordState | None, record: str, decision: Decision, place: int, centre: Centre
) -> RecordState | None:
    """Of another record that a decision is about too, only that it exists matters to this one."""
    known = {} if state is None else dict.fromkeys(touched(decision), state)
    return apply(known, decision, place=place, origin=centre.national_origin).get(record, state)
