"""One record as its operator sees it: what the hub wrote, and what the centre says of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from hubnode.authoring import UnknownRecord
from hubnode.node import Node
from hubnode.store import records, rulings
from hubnode.store.records import OwnRecord
from hubnode.store.rulings import Subject
from protocol.canonical import Json
from protocol.catalogue import MERGED, is_hidden, shown_record, standing_of
from protocol.entries.record_decisions import HIDDEN
from protocol.facts import MERGED_INTO, NUMBER, claimed_awards
from protocol.innovation.completeness import completeness
from protocol.record_state import RecordState, decode_record_state

PAGE_RECORDS = 500


def record_page(conn: Connection, node: Node, record: str) -> dict[str, Any]:
    """A record of this hub, or one that it had and that belongs to another now.

    Returns:
        id, title; `state`: active, withdrawn, hidden (by the centre), merged (into another record)
        or given (to another hub);
        `number` or None; `awards`, each with its standing; `hidden`: {at, reason} or None;
        `merged_into`: the id of the record that stands for it, or None;
        `given`: {to, at, reason, owner: who has it today} or None; `record`, the fields;
        `completeness` in per cent.

    Raises:
        UnknownRecord: this hub has none of that id, and had none.
    """
    own, state = records.get(conn, record), _state(conn, node, record)
    given = None if own or state is None else _given(conn, record, state)
    if own is None and given is None:
        raise UnknownRecord(f"this hub has no record {record}")
    fields = own.fields if own else _fields(state)
    facts = state.facts if state else {}
    return {
        "id": record,
        "title": fields.get("title", ""),
        "state": state_of(own, standing_of(state) if state else ""),
        "number": facts.get(NUMBER),
        "awards": claimed_awards(fields, facts),
        "hidden": _hidden(conn, record, state),
        "merged_into": facts.get(MERGED_INTO),
        "given": given,
        "record": fields,
        "completeness": {name: it.percent for name, it in completeness(fields).groups.items()},
    }


def foreign_record(
    conn: Connection, node: Node, record: str, *, hub: str
) -> tuple[str, dict[str, Json]]:
    """The owner of another hub's record, and its fields as readers see them.

    Raises:
        UnknownRecord: the replica has none of that id, or it is this hub's own.
    """
    state = _state(conn, node, record)
    if state is None:
        raise UnknownRecord(f"the catalogue here has no record {record}")
    if state.owner == hub:
        raise UnknownRecord(f"{record} is this hub's own: use `hubnode record publish`")
    return state.owner, _fields(state)


def state_of(own: OwnRecord | None, standing: str) -> str:
    """In one word how a record of this hub, or one that it gave away, is seen by readers.

    Args:
        own: the record as this hub has it; None where it is another's now.
        standing: how readers see it by what the centre decided (`catalogue.standing_of`).
    """
    if own is None:
        return "given"
    if own.withdrawn:
        return "withdrawn"
    return standing if standing in {HIDDEN, MERGED} else "active"


def unseen_records(conn: Connection, node: Node, hub: str) -> dict[str, str]:
    """Why readers do not see some of this hub's records: withdrawn, merged or hidden, by id."""
    return {state.id: standing_of(state) for state in _unseen(conn, node, hub)}


def count_hidden(conn: Connection, node: Node, hub: str) -> int:
    """How many of this hub's records the centre keeps from readers."""
    return sum(is_hidden(state) for state in _unseen(conn, node, hub))


def _unseen(conn: Connection, node: Node, hub: str) -> Iterator[RecordState]:
    after: str | None = None
    while True:
        page = node.documents.scan(
            conn, filters={"hub": [hub]}, visible=False, after=after, limit=PAGE_RECORDS
        )
        yield from (decode_record_state(body) for _, body in page)
        if len(page) < PAGE_RECORDS:
            return
        after = page[-1][0]


def _hidden(conn: Connection, record: str, state: RecordState | None) -> dict[str, str] | None:
    if state is None or not is_hidden(state):
        return None
    ruling = rulings.get(conn, record, Subject.PUBLICATION)
    return {"at": ruling.at, "reason": ruling.reason} if ruling else {"at": "", "reason": ""}


def _given(conn: Connection, record: str, state: RecordState) -> dict[str, str] | None:
    ruling = rulings.get(conn, record, Subject.OWNER)
    if ruling is None:
        return None
    return {
        "to": ruling.value,
        "at": ruling.at,
        "reason": ruling.reason,
        "owner": state.owner,
    }


def _state(conn: Connection, node: Node, record: str) -> RecordState | None:
    body = node.documents.get(conn, record)
    return None if body is None else decode_record_state(body)


def _fields(state: RecordState | None) -> dict[str, Json]:
    shown = {} if state is None or is_hidden(state) else shown_record(state)
    return {name: value for name, value in shown.items() if name not in {"id", "hub"}}
