"""Taking back what a hub's replica still holds of the national log (protocol.md, "Recovery", G).

Who brings it does not matter: the entries lead to a checkpoint that this centre once signed. They
are kept as the same bytes at the same places, so every decision of a person, every registration
number and every redaction is what it was.
"""

from sqlalchemy import Connection

from central import following, national
from central.centre import Centre
from protocol.checkpoints import open_checkpoint
from protocol.entries.decisions import read_decisions
from protocol.errors import MalformedMessage
from protocol.handback import HandBack, check_hand_back
from protocol.merkle import Tree


class HandBackRefused(MalformedMessage):
    """Entries that do not begin where the log ends."""

    default_code = "hand_back_refused"


def take_back(conn: Connection, centre: Centre, message: HandBack) -> Tree:
    """Appends what the database lacks, folds it, and returns the tree.

    Args:
        conn: an open transaction.
        centre: of the epoch that is recovered.
        message: what somebody handed back; what of it is there already is passed over.

    Raises:
        MalformedNote, MalformedCheckpoint, NoteRefused: this centre signed no such checkpoint.
        HandBackRefused: entries between are missing.
        ProofRefused: they do not lead to the checkpoint, or the database went on differently.
        VoidEntry: a newer version of this software took a decision.
    """
    key, origin = centre.keys.national.verifier_key, centre.national_origin
    theirs = open_checkpoint(message.checkpoint, origin=origin, keys=[key])
    log = centre.logs.open(conn, origin)
    if message.start > log.tree.size:
        raise HandBackRefused(f"begins at {message.start}, the log ends at {log.tree.size}")
    known_count = log.tree.size - message.start
    if known_count >= len(message.entries):
        return log.tree
    entries, leaves = message.entries[known_count:], message.leaves[known_count:]
    start = log.tree.size
    tree = centre.logs.append(conn, log, entries, leaves=leaves)
    check_hand_back(message, tree=tree, theirs=theirs)
    if tree == theirs.tree:
        log = centre.logs.open(conn, origin)
        centre.logs.save_checkpoint(conn, log, tree.size, theirs.note)
    placed = list(read_decisions(entries, start))
    changed, ledger = national.fold(conn, centre, placed)
    national.keep(conn, centre, placed, changed, ledger=ledger)
    following.follow(conn, [decision for _, decision in placed])
    return tree
