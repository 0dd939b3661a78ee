"""The past: a record as it stood at a place of the national log, folded from the log again."""

from bisect import bisect_left

from sqlalchemy import Connection

from central.centre import Centre
from central.store import decisions as index
from protocol.catalogue import apply, touched
from protocol.entries.decisions import Decision, decode_decision
from protocol.record_state import RecordState


def decision_at(conn: Connection, centre: Centre, place: int) -> Decision:
    """The decision at a place."""
    log = centre.logs.open(conn, centre.national_origin)
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    return decode_decision(entry)


def place_at(conn: Connection, centre: Centre, moment: str) -> int:
    """The first place whose decision was taken at `moment` (RFC 3339 in UTC) or later."""
    size = centre.logs.open(conn, centre.national_origin).tree.size
    places = range(size)
    return bisect_left(places, moment, key=lambda place: decision_at(conn, centre, place).at)


def state_before(conn: Connection, centre: Centre, record: str, place: int) -> RecordState | None:
    """A record as it stood before the decision at `place`; None where it was not there yet."""
    state: RecordState | None = None
    for earlier in reversed(index.of_record(conn, record)):
        if earlier >= place:
            break
        state = _after(state, record, decision_at(conn, centre, earlier), earlier, centre)
    return state


def _after(
    state: RecordState | None, record: str, decision: Decision, place: int, centre: Centre
) -> RecordState | None:
    """Of another record that a decision is about too, only that it exists matters to this one."""
    known = {} if state is None else dict.fromkeys(touched(decision), state)
    return apply(known, decision, place=place, origin=centre.national_origin).get(record, state)
