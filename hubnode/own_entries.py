"""Entries of the own log that have no decision yet."""

from collections.abc import Iterator

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import outcomes
from hubnode.store.identity import Identity


def undecided(conn: Connection, node: Node, identity: Identity) -> Iterator[tuple[int, bytes]]:
    """Numbers and entries of the own log that have no decision yet."""
    log = node.logs.open(conn, identity.origin)
    start = outcomes.decided_size(conn)
    if start < log.tree.size:
        yield from enumerate(node.logs.entries(conn, log, start, log.tree.size), start)
