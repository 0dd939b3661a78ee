"""What is stored, read as one `Known` for `hubnode.sync.plan`: one transaction, and the mark."""

from typing import Literal

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import Node
from hubnode.store import identity, outbox, outcomes, receipts, runs
from hubnode.store.runs import Run
from hubnode.sync.plan import Known
from hubnode.sync.session import Session
from hubnode.sync.trees import root_over
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.merkle import EMPTY_TREE, Tree, leaf_hash, nodes_of
from protocol.notes import parse_note
from protocol.rotation import rotation_in
from runtime.logstore import LogRow


async def known_of(session: Session) -> Known:
    """All that the plan may look at.

    Raises:
        MarkUnreadable: the issued mark is there and cannot be read.
    """
    mark = session.own_mark()
    return await session.node.db.read(lambda conn: _read(session, conn, mark))


def _read(session: Session, conn: Connection, mark: Tree | None) -> Known:
    node, who = session.node, identity.get(conn) or session.identity
    run = runs.get(conn, session.run)
    own = node.logs.open(conn, who.origin)
    national = node.logs.open(conn, who.national)
    target = _target(session, conn, run, national)
    rotation = _rotation(session, conn, own)
    return Known(
        frozen=bool(who.frozen),
        own=own.tree,
        mark=mark,
        mark_met=is_met(
            conn, node, own, mark, offered_size=run.centre_pending_size if run.asked else 0
        ),
        pending_count=outbox.count(conn),
        rotation=rotation,
        rotation_decided=rotation == "signed"
        and outcomes.keys_taken(conn, own.tree.size - 1) is not None,
        handed_over=run.handed_over,
        receipt_size=receipts.largest_size(conn),
        replica=national.tree,
        applied_size=replica.applied_size(conn, node, who),
        cosigned_size=run.cosigned_size,
        target=target.tree if target else EMPTY_TREE,
        asked=run.asked,
        active=who.state == "active",
        centre_size=run.centre_size,
        common_size=run.common_size,
        roots_agree=_roots_agree(own.tree, run),
        offered_size=run.offered_size,
        receipt_waiting=bool(run.cosignatures),
        national_asked=run.national_asked,
        audited=run.audited,
        cosignatures_count=_cosignatures_count(target),
        centre_cosignatures_count=_centre_cosignatures_count(target, run),
        confirmations_asked=run.confirmations_asked,
        sends=session.carried is None,
        reach=session.carried.end if session.carried else None,
    )


def _cosignatures_count(target: Checkpoint | None) -> int:
    """The lines of the newest checkpoint but the log's own."""
    return len(parse_note(target.note).signatures) - 1 if target else 0


def _centre_cosignatures_count(target: Checkpoint | None, run: Run) -> int:
    is_of_target = target is not None and run.cosigned_national_size == target.tree.size
    return run.cosignatures_count if is_of_target else 0


def _rotation(session: Session, conn: Connection, own: LogRow) -> Literal["", "ready", "signed"]:
    """Nothing is signed behind the entry that signs the next keys in before they are taken."""
    upcoming = session.keys.next
    if upcoming is None:
        return ""
    size = own.tree.size
    last = session.node.logs.entries(conn, own, size - 1, size) if size else []
    found = rotation_in(last[0]) if last else None
    is_signed = found is not None and found.log_key == upcoming.log.verifier_key.text
    return "signed" if is_signed else "ready"


def _roots_agree(own: Tree, run: Run) -> bool | None:
    if run.diverged:
        return False
    return None if run.centre_size > own.size and run.common_size is None else True


def is_met(
    conn: Connection, node: Node, own: LogRow, mark: Tree | None, *, offered_size: int
) -> bool:
    """Whether all that this hub is known to have signed is here, or comes with what is pending.

    Args:
        conn: an open transaction.
        node: whose it is.
        own: its own log.
        mark: the issued mark.
        offered_size: of the last checkpoint that the centre took.
    """
    if offered_size > max(own.tree.size, mark.size if mark else 0):
        return False
    if mark is None or mark == own.tree:
        return True
    if mark.size <= own.tree.size:
        return node.logs.tree_at(conn, own, mark.size) == mark
    pending = outbox.pending(conn, mark.size - own.tree.size)
    nodes = nodes_of(0, own.tree.size) if own.tree.size else ()
    hashes = node.logs.hashes(conn, own, nodes)
    parts = [(it.height, hashes[it]) for it in nodes]
    parts += [(0, leaf_hash(change.entry)) for change in pending]
    return own.tree.size + len(pending) == mark.size and root_over(parts) == mark.root


def _target(session: Session, conn: Connection, run: Run, national: LogRow) -> Checkpoint | None:
    if session.carried is not None and run.national_asked:
        note: bytes | None = session.carried.checkpoint
    else:
        note = session.node.logs.latest_checkpoint(conn, national)
    if note is None:
        return None
    keys = [session.identity.national_verifier]
    return open_checkpoint(note, origin=national.origin, keys=keys)
