"""Agencies that were renamed, merged or moved: their records say so, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.casework.amending import curation
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.scanning import scan
from central.centre import Centre
from central.public_text import refuse_private
from central.store import audit
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.innovation.validate import findings
from protocol.merge import is_same
from protocol.record_state import RecordState


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move did.

    Attributes:
        records: ids of those whose agency is another now.
        left: of those that stay, because a person has to look at them.
    """

    records: tuple[str, ...]
    left: tuple[str, ...]


def records_of(
    conn: Connection, centre: Centre, name: str, agency: Mapping[str, Json], *, hub: str = ""
) -> list[str]:
    """Ids of the records whose agency has exactly that name and is not this one already.

    Args:
        conn: an open transaction.
        centre: whose catalogue.
        name: of the agency until now; withdrawn records are looked through too.
        agency: what it is from here on.
        hub: hub id, to look at its records alone.

    Raises:
        CaseRefused: the agency is not one that a record may have (`schema_invalid`).
        TextRefused: it looks like personal data.
    """
    _check(agency)
    filters = {"hub": [hub]} if hub else None
    return [it.id for it in scan(conn, centre, filters=filters) if _is_meant(it, name, agency)]


def move(
    conn: Connection,
    centre: Centre,
    records: Sequence[str],
    *,
    name: str,
    agency: Mapping[str, Json],
    person: Person,
) -> Moved:
    """Curates the agency of those of the records that still have the name of before.

    Raises:
        CaseRefused, TextRefused: as of `records_of`; the account may look like personal data too.
    """
    _check(agency)
    states = national.load_states(conn, centre, records).values()
    meant = [state for state in states if _is_meant(state, name, agency)]
    size = centre.logs.open(conn, centre.national_origin).tree.size
    values: dict[str, Json] = {"agency": dict(agency)}
    made = [curation(centre, state, values, seen=size, person=person) for state in meant]
    decisions = [decision for decision in made if decision is not None]
    if decisions:
        national.append(conn, centre, decisions)
        detail = f"{len(decisions)} records of {name}"
        audit.note(conn, at=centre.clock.now(), what="agency.moved", hub=None, detail=detail)
    moved = {decision.record for decision in decisions}
    left = tuple(sorted(state.id for state in meant if state.id not in moved))
    return Moved(records=tuple(sorted(moved)), left=left)


def _check(agency: Mapping[str, Json]) -> None:
    refuse_private({"agency": dict(agency)})
    for fault in findings({"agency": dict(agency)}):
        if fault.pointer.startswith("/agency"):
            sentence = f"{fault.pointer}: {fault.message}"
            raise CaseRefused(sentence, code="schema_invalid", pointer=fault.pointer)


def _is_meant(state: RecordState, name: str, agency: Mapping[str, Json]) -> bool:
    shown = shown_record(state).get("agency")
    is_named = isinstance(shown, dict) and shown.get("name") == name
    return is_named and not is_same(shown, dict(agency))
