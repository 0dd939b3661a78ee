"""Giving the centre back what it lost of the national log (protocol.md, "Recovery", G).

This hub's replica was verified entry by entry against what the centre signed, so the centre can
verify it again. Nothing here changes anything on this side.
"""

import logging
from functools import partial

from sqlalchemy import Connection

from hubnode.sync.answers import HubView, Refused, Wanted
from hubnode.sync.session import Session
from protocol.checkpoints import peek_size
from protocol.handback import HandBack
from protocol.limits import HAND_BACK_ENTRIES_MAX
from protocol.merkle import Tree
from runtime.ports import Unreachable

log = logging.getLogger(__name__)


async def show_newest(session: Session) -> None:
    """Shows the centre the newest national checkpoint that it signed and this node holds.

    Best effort: a centre that has lost what it covers learns so, and signs nothing more.
    """
    note = await session.node.db.read(lambda conn: _newest_note(session, conn))
    if note is None:
        return
    try:
        await session.link.hand_back(HandBack(checkpoint=note, start=0))
    except (Unreachable, Refused) as error:
        log.warning("checkpoint_not_shown", extra={"reason": str(error)})


async def hand_back(session: Session, view: HubView) -> None:
    """Sends what the centre wants and this node holds, in as many messages as it takes.

    Raises:
        Unreachable, Refused: the centre did not take it; the next run goes on.
    """
    await show_newest(session)
    wanted = view.wanted
    while wanted is not None and wanted.origin == session.identity.national:
        asked = wanted
        message = await session.node.db.read(partial(_answer, session, asked))
        if message is None:
            return
        wanted = await session.link.hand_back(message)
        if wanted is not None and wanted.tree.size <= asked.tree.size:
            return


def _newest_note(session: Session, conn: Connection) -> bytes | None:
    logs = session.node.logs
    return logs.latest_checkpoint(conn, logs.open(conn, session.identity.national))


def _answer(session: Session, wanted: Wanted, conn: Connection) -> HandBack | None:
    """The next entries behind the centre's tree; None where there are none that continue it."""
    logs, tree = session.node.logs, wanted.tree
    national = logs.open(conn, session.identity.national)
    notes = logs.checkpoints(conn, national, tree.size, national.tree.size)
    if not notes or not _continues(session, conn, tree):
        return None
    size = peek_size(notes[-1])
    end = min(tree.size + HAND_BACK_ENTRIES_MAX, size)
    return HandBack(
        checkpoint=notes[-1],
        start=tree.size,
        entries=tuple(logs.entries(conn, national, tree.size, end)),
        leaves=tuple(logs.leaves(conn, national, tree.size, end)),
        proof=logs.prove_consistency(conn, national, end, size) if end < size else (),
    )


def _continues(session: Session, conn: Connection, tree: Tree) -> bool:
    logs = session.node.logs
    national = logs.open(conn, session.identity.national)
    return logs.tree_at(conn, national, tree.size) == tree
