"""A conflict as a person judges it: what stood there, and what each wrote without the other's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from central import national
from central.centre import Centre
from central.past import decision_at
from protocol.before import Before, before
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record
from protocol.merge import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the values that stand against each other.

    Attributes:
        place: of its decision; names it in a form.
        author: hub id, or `centre`.
        by: who at the centre, as agency and account; "" of a hub's.
        at: when it was decided, RFC 3339 in UTC; "" where its bytes are gone.
        value: None empties the field.
    """

    place: int
    author: str
    by: str
    at: str
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictCase:
    """One field of one record on which several values stand.

    Attributes:
        record, hub, title: whose field it is.
        field: its name.
        sides: in the order of their places.
        base: what all of their authors had on screen.
        shown: the value that readers see until somebody has judged.
        others: the record's other fields in conflict.
    """

    record: str
    hub: str
    title: str
    field: str
    sides: Sequence[Side]
    base: Before
    shown: Json
    others: Sequence[str]


def look(conn: Connection, centre: Centre, record: str, field: str) -> ConflictCase | None:
    """The conflict on that field; None where there is none (any more)."""
    state = national.load_states(conn, centre, [record]).get(record)
    contested = {} if state is None else conflicts(state)
    if state is None or field not in contested:
        return None
    heads, public = contested[field], shown_record(state)
    return ConflictCase(
        record=record,
        hub=state.owner,
        title=str(public.get("title", "")),
        field=field,
        sides=[_side(conn, centre, head) for head in heads],
        base=before(state, field, heads, partial(decision_at, conn, centre)),
        shown=public.get(field),
        others=sorted(contested.keys() - {field}),
    )


def _side(conn: Connection, centre: Centre, head: Write) -> Side:
    decision = decision_at(conn, centre, head.stamp.place)
    agency, account = getattr(decision, "agency", ""), getattr(decision, "by", "")
    return Side(
        place=head.stamp.place,
        author=head.stamp.author,
        by=f"{agency}/{account}" if agency else "",
        at=decision.at if decision else "",
        value=head.value,
    )
