"""What an operator reviews: outcomes of own changes, and conflicts on own records."""

from typing import Any

from sqlalchemy import Connection, select

from hubnode.node import Node
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OWN_OUTCOME
from protocol.canonical import parse
from protocol.catalogue import conflicts, decode_record_state


def recent_outcomes(conn: Connection, *, outcome: str | None, limit: int) -> list[dict[str, Any]]:
    """Outcomes of own changes, the newest first."""
    query = select(OWN_OUTCOME).order_by(OWN_OUTCOME.c.number.desc()).limit(limit)
    if outcome is not None:
        query = query.where(OWN_OUTCOME.c.outcome == outcome)
    return [
        {
            "number": row.number,
            "place": row.place,
            "record": row.record,
            "outcome": row.outcome,
            "standing": str(row.standing),
            "code": row.code,
            "errors": parse(row.errors),
        }
        for row in conn.execute(query)
    ]


def open_conflicts(conn: Connection, node: Node, identity: Identity) -> list[dict[str, Any]]:
    """Every head of every contested field of the hub's own records, from the replica."""
    bodies = node.documents.contested(conn, owner=identity.hub)
    return [
        {
            "record": state.id,
            "field": field,
            "author": head.stamp.author,
            "place": head.stamp.place,
            "value": head.value,
        }
        for state in map(decode_record_state, bodies)
        for field, heads in sorted(conflicts(state).items())
        for head in heads
    ]
