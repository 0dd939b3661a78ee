"""Evidence that the centre signed two histories, made from the copy here (`protocol.disputes`)."""

from sqlalchemy import Connection

from hubnode.evidence import covered_checkpoint
from hubnode.node import Node
from hubnode.store.identity import Identity
from protocol.checkpoints import Checkpoint
from protocol.disputes import Dispute, check_dispute
from protocol.errors import ProtocolError


def dispute_with(conn: Connection, node: Node, who: Identity, theirs: Checkpoint) -> Dispute | None:
    """The file's parts for a checkpoint that contradicts the copy here.

    None where the copy here cannot show that it does: it is smaller than the checkpoint, unsigned,
    or no other.
    """
    dispute = _against(conn, node, who, theirs)
    if dispute is None:
        return None
    try:
        check_dispute(dispute, [who.national_verifier])
    except ProtocolError:
        return None
    return dispute


def _against(conn: Connection, node: Node, who: Identity, theirs: Checkpoint) -> Dispute | None:
    log = node.logs.open(conn, who.national)
    size = theirs.tree.size
    note = node.logs.checkpoint_at(conn, log, size)
    keys = (who.national_key,)
    if note is not None:
        notes = (note, theirs.note)
        return Dispute(origin=who.national, checkpoints=notes, verifier_keys=keys)
    ours = covered_checkpoint(conn, node, who)
    if ours is None or not 0 < size < ours.tree.size:
        return None
    return Dispute(
        origin=who.national,
        checkpoints=(theirs.note, ours.note),
        prefix=node.logs.tree_at(conn, log, size).root,
        proof=node.logs.prove_consistency(conn, log, size, ours.tree.size),
        verifier_keys=keys,
    )
