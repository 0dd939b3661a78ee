"""Decisions read again from this node's copy of the national log, for whoever looks at a case."""

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store.identity import Identity
from protocol.entries.decisions import Decision, read_decisions


def decision_at(conn: Connection, node: Node, who: Identity, place: int) -> Decision | None:
    """The decision at a place; None where its bytes are gone or never came."""
    log = node.logs.open(conn, who.national)
    if not 0 <= place < log.tree.size:
        return None
    entries = node.logs.entries(conn, log, place, place + 1)
    return next((decision for _, decision in read_decisions(entries)), None)
