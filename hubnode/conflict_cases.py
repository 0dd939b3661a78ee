"""A conflict on one field of an own record: what stood there, what each side wrote, and its end.

It ends when somebody writes the field having seen every value (`protocol.merge`). Who signs here
says how much of the national log was on screen, so that a value which arrives meanwhile is not
overwritten unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from hubnode.authoring import Desk, own_record
from hubnode.decision_texts import decision_at
from hubnode.node import Node
from hubnode.reading_catalogue import read_state
from hubnode.replica import applied_size
from hubnode.review import fields_signed
from hubnode.store.identity import Identity
from protocol.before import Before, before
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record
from protocol.merge import Write

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the values that stand.

    Attributes:
        place: of its decision; names it in the form.
        author: hub id, or `centre`.
        by: who at the centre, as agency and account; "" of a hub's.
        at: when, RFC 3339 in UTC; "" where it can no longer be said.
        value: None empties the field.
    """

    place: int
    author: str
    by: str
    at: str
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field on which several values stand.

    Attributes:
        sides: this hub's first.
        base: what all of them had on screen.
        seen: size of the national log that is on screen.
        is_signed: whether this hub has written the field since, and the centre has not decided.
    """

    record: str
    title: str
    field: str
    sides: Sequence[Side]
    base: Before
    seen: int
    is_signed: bool


def read_conflict(
    conn: Connection, node: Node, who: Identity, *, record: str, field: str
) -> Conflict | None:
    """The conflict on that field of an own record; None where there is none (any more)."""
    state = read_state(conn, node, record)
    heads = () if state is None or state.owner != who.hub else conflicts(state).get(field, ())
    if state is None or not heads:
        return None
    sides = [_side(conn, node, who, head) for head in heads]
    return Conflict(
        record=record,
        title=str(shown_record(state).get("title", "")),
        field=field,
        sides=sorted(sides, key=lambda it: (it.author != who.hub, it.place)),
        base=before(state, field, heads, partial(decision_at, conn, node, who)),
        seen=applied_size(conn, node, who),
        is_signed=(record, field) in fields_signed(conn, node, who, [record]),
    )


def resolve_field(
    conn: Connection, desk: Desk, *, record: str, field: str, value: Json, seen: int
) -> None:
    """Writes the value that is right over all that stand there.

    Args:
        conn: the transaction of `desk`.
        desk: of whoever signs.
        record: an own record.
        field: its name; not the record's state.
        value: what it shall say; None empties it.
        seen: size of the national log that was on screen.

    Raises:
        UnknownRecord, RecordGiven: it is not this hub's.
        EditRefused: the record would be invalid, or personal data.
    """
    own = own_record(conn, record)
    others = {name: it for name, it in own.fields.items() if name != field}
    fields = others if value is None else {**others, field: value}
    desk.put(own, record, fields, national=min(seen, desk.national), settled=(field,))


def resolve_state(
    conn: Connection, desk: Desk, *, record: str, is_withdrawn: bool, reason: str
) -> None:
    """Says whether readers shall see a record on which withdrawal and something else stand.

    Raises:
        UnknownRecord, RecordGiven: it is not this hub's.
        EditRefused: the reason holds personal data, or is no line of text.
    """
    own = own_record(conn, record)
    if is_withdrawn:
        desk.withdraw(own, reason)
    else:
        desk.restore(own, reason)


def _side(conn: Connection, node: Node, who: Identity, head: Write) -> Side:
    decision = decision_at(conn, node, who, head.stamp.place)
    agency, account = getattr(decision, "agency", ""), getattr(decision, "by", "")
    return Side(
        place=head.stamp.place,
        author=head.stamp.author,
        by=f"{agency}/{account}" if agency else "",
        at=decision.at if decision else "",
        value=head.value,
    )
