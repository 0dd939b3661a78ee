"""Which hubs confirm the catalogue of this node, counted from the cosignatures kept here."""

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import hubs
from hubnode.store.identity import Identity
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.confirmations import Confirmations, Witnesses, confirmations_of


def newest_checkpoint(conn: Connection, node: Node, who: Identity) -> Checkpoint | None:
    """The newest national checkpoint that is kept, with its cosignatures."""
    note = node.logs.latest_checkpoint(conn, node.logs.open(conn, who.national))
    return None if note is None else _opened(who, note)


def confirmations(
    conn: Connection,
    node: Node,
    who: Identity,
    witnesses: Witnesses | None = None,
) -> Confirmations:
    """Who cosigned the newest checkpoint here, who an older one; every line is verified again.

    Args:
        conn: an open transaction.
        node: this node.
        who: its enrolment.
        witnesses: the witness keys of the active hubs; those that are stored unless given.

    Raises:
        ProtocolError: a checkpoint that is kept does not hold.
    """
    known = hubs.active(conn)
    if witnesses is None:
        witnesses = {hub.hub: hub.witness_verifier for hub in known}
    log = node.logs.open(conn, who.national)
    sizes = {hub.cosigned_size for hub in known} - {0}
    notes = [node.logs.checkpoint_at(conn, log, size) for size in sorted(sizes)]
    notes.append(node.logs.latest_checkpoint(conn, log))
    return confirmations_of([_opened(who, note) for note in notes if note], witnesses)


def _opened(who: Identity, note: bytes) -> Checkpoint:
    return open_checkpoint(note, origin=who.national, keys=[who.national_verifier])
