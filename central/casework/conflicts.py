"""Conflicts: list them, curate a record, and resolve one by a write that has seen every head."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.centre import Centre
from central.public_text import refuse_private
from protocol.canonical import Json
from protocol.catalogue import conflicts, is_withdrawn, shown_record
from protocol.entries.members import Seen
from protocol.entries.record_decisions import RecordCurated
from protocol.errors import ProtocolError
from protocol.innovation.explaining import in_one_line
from protocol.innovation.validate import findings
from protocol.merge import is_same
from protocol.merkle import Tree
from protocol.record_state import RecordState, decode_record_state


class CaseRefused(ProtocolError):
    """A case that does not exist, or a value that the schema refuses."""

    default_code = "conflict_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One of the values that stand against each other."""

    author: str
    place: int
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field of one record with several heads."""

    record: str
    hub: str
    title: str
    field: str
    heads: tuple[Head, ...]


class ConflictTotal:
    """How many conflicts there are: read again only where something was decided since.

    A record says how many it has nowhere but in its body, and whoever pages through a list asks for
    the total with every page.
    """

    def __init__(self) -> None:
        self._kept: tuple[Tree, int] | None = None

    def read(self, conn: Connection, centre: Centre) -> int:
        """The number in the state of this transaction."""
        tree, kept = centre.logs.open(conn, centre.national_origin).tree, self._kept
        if kept is None or kept[0] != tree:
            bodies = centre.documents.contested(conn)
            total = sum(len(conflicts(decode_record_state(body))) for body in bodies)
            kept = self._kept = (tree, total)
        return kept[1]


def list_conflicts(conn: Connection, centre: Centre) -> list[Conflict]:
    """Every open conflict, by record and field."""
    bodies = centre.documents.contested(conn)
    return [found for body in bodies for found in _conflicts_of(decode_record_state(body))]


def conflicts_behind(
    conn: Connection, centre: Centre, after: tuple[str, str], *, limit: int
) -> list[Conflict]:
    """Open conflicts by record and field, of those behind one; reads no more records than these.

    Args:
        conn: an open transaction.
        centre: whose they are.
        after: record and field; ("", "") for the first ones.
        limit: how many at most.
    """
    # each has at least one, but those of the first record may all stand before
    bodies = centre.documents.contested(conn, start=after[0], limit=limit + 1)
    found = [it for body in bodies for it in _conflicts_of(decode_record_state(body))]
    return [it for it in found if (it.record, it.field) > after][:limit]


def conflicts_of(conn: Connection, centre: Centre, records: Collection[str]) -> list[Conflict]:
    """The open conflicts of these records."""
    states = national.load_states(conn, centre, list(records))
    return [found for state in states.values() for found in _conflicts_of(state)]


def resolve(
    conn: Connection,
    centre: Centre,
    *,
    record: str,
    field: str,
    value: Json,
    by: str,
    agency: str,
) -> None:
    """Ends a conflict at the centre; a value of None empties the field.

    Raises:
        CaseRefused: there is no such conflict, or the value is not valid.
    """
    state = _state(conn, centre, record)
    if field not in conflicts(state):
        raise CaseRefused(f"{field} of {record} is not in conflict")
    curate(conn, centre, record=record, set_={field: value}, by=by, agency=agency)


def curate(
    conn: Connection,
    centre: Centre,
    *,
    record: str,
    set_: Mapping[str, Json],
    by: str,
    agency: str,
) -> tuple[str, ...]:
    """Amends a record as a curator who has the catalogue of this moment on screen.

    Returns:
        The fields that were written: those that said something else, or several things. Where
        there are none, nothing is decided.

    Raises:
        CaseRefused: unknown record (`unknown_record`) or an invalid result (`schema_invalid`).
        TextRefused: personal data in a text, or in the account's name.
    """
    _state(conn, centre, record)
    return curate_many(conn, centre, {record: set_}, by=by, agency=agency).get(record, ())


def curate_many(
    conn: Connection,
    centre: Centre,
    wanted: Mapping[str, Mapping[str, Json]],
    *,
    by: str,
    agency: str,
) -> dict[str, tuple[str, ...]]:
    """The same for many records at once; whichever is not there is left out.

    Args:
        conn: an open transaction.
        centre: whose catalogue.
        wanted: by the ids of records, the values of their fields; None empties one.
        by: account of the curator.
        agency: for which agency.

    Returns:
        The fields that were written, by record.

    Raises:
        CaseRefused: the result would be invalid (`schema_invalid`); then nothing is written.
        TextRefused: as of `curate`.
    """
    states = national.load_states(conn, centre, list(wanted))
    size = centre.logs.open(conn, centre.national_origin).tree.size
    decisions = []
    for record, state in states.items():
        written = _written(centre, state, wanted[record], by=by)
        if written:
            decision = RecordCurated(
                salt=centre.salt(),
                at=centre.timestamp(),
                record=record,
                set={name: value for name, value in written.items() if value is not None},
                unset=tuple(sorted(name for name, value in written.items() if value is None)),
                seen=Seen(national=size, own=size),
                by=by,
                agency=agency,
            )
            decisions.append(decision)
    if decisions:
        national.append(conn, centre, decisions)
    return {it.record: tuple(sorted({*it.set, *it.unset})) for it in decisions}


def is_hidden(conn: Connection, centre: Centre, record: str) -> bool:
    """Whether readers do not see a record, because it is withdrawn.

    Raises:
        CaseRefused: code `unknown_record`.
    """
    return is_withdrawn(_state(conn, centre, record))


def _written(
    centre: Centre, state: RecordState, set_: Mapping[str, Json], *, by: str
) -> dict[str, Json]:
    """The values that say something else than the record, or end a conflict."""
    refuse_private({**set_, "by": by})
    shown, contested = shown_record(state), conflicts(state)
    whole = {name: value for name, value in {**shown, **set_}.items() if value is not None}
    faults = findings(whole, today=centre.clock.now().date().isoformat())
    if faults:
        raise CaseRefused(in_one_line(faults), code="schema_invalid", pointer=faults[0].pointer)
    return {
        name: value
        for name, value in set_.items()
        if name in contested or not is_same(value, shown.get(name))
    }


def _state(conn: Connection, centre: Centre, record: str) -> RecordState:
    body = centre.documents.get(conn, record)
    if body is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    return decode_record_state(body)


def _conflicts_of(state: RecordState) -> list[Conflict]:
    title = str(shown_record(state).get("title", ""))
    return [
        Conflict(
            record=state.id,
            hub=state.owner,
            title=title,
            field=field,
            heads=tuple(
                Head(author=w.stamp.author, place=w.stamp.place, value=w.value) for w in found
            ),
        )
        for field, found in sorted(conflicts(state).items())
    ]
