"""National registration numbers (NRI): given once, in order, and never again (docs/decisions/0017).

The next number is read and taken in the transaction that appends the decision. Two processes that
do so at once both grow the national log, so the database lets one of them through and repeats the
other.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from central import national
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.scanning import scan
from central.centre import Centre
from central.store import audit, numbers
from protocol.entries.record_decisions import NumberAssigned
from protocol.facts import NUMBER
from protocol.innovation.registration import format_number


def unnumbered(conn: Connection, centre: Centre) -> list[str]:
    """Ids of the records that readers find and that have no number, the oldest first."""
    return [it.id for it in scan(conn, centre, visible=True) if NUMBER not in it.facts]


def number_of(conn: Connection, centre: Centre, record: str) -> str | None:
    """The number of a record, or None while it has none.

    Raises:
        CaseRefused: there is no such record (`unknown_record`).
    """
    state = national.load_states(conn, centre, [record]).get(record)
    if state is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    number = state.facts.get(NUMBER)
    return None if number is None else str(number)


def assign(
    conn: Connection, centre: Centre, records: Sequence[str], person: Person
) -> dict[str, str]:
    """Gives the records that have none their numbers, in the order in which they are named.

    The year is that of the decision, in UTC.

    Returns:
        The fresh numbers by record; those that have one are not in it.

    Raises:
        TextRefused: the account looks like personal data.
    """
    states = national.load_states(conn, centre, records)
    wanting = [it for it in records if it in states and NUMBER not in states[it].facts]
    year = centre.clock.now().year
    first = numbers.last_serial(conn, year) + 1
    fresh = {
        record: format_number(year, serial) for serial, record in enumerate(wanting, start=first)
    }
    if fresh:
        decisions = [
            NumberAssigned(record=record, number=number, **person.signed(centre))
            for record, number in fresh.items()
        ]
        national.append(conn, centre, decisions)
        detail = f"{len(fresh)} from {format_number(year, first)} on"
        audit.note(conn, at=centre.clock.now(), what="number.assigned", hub=None, detail=detail)
    return fresh
