"""The steps about cosignatures: give this hub's own, and learn what the other parties saw.

Whoever cosigned another tree of the national log than the one here has been shown another log.
Then both checkpoints are signed by the centre, and the two of them are an `Alarm`.
"""

import logging

from sqlalchemy import Connection

from hubnode.store import hubs, runs
from hubnode.sync.answers import Refused, checked
from hubnode.sync.plan import Confirm, Cosign
from hubnode.sync.pull import forked, keep_checkpoint, target_of
from hubnode.sync.session import Session
from protocol.checkpoints import Checkpoint, cosign, open_checkpoint, with_cosignatures
from protocol.confirmations import cosigners
from runtime.ports import Unreachable

log = logging.getLogger(__name__)


async def cosign_target(session: Session, step: Cosign) -> None:
    """Cosigns the national checkpoint that was fetched, verified and folded to its end."""
    target = await session.node.db.read(lambda conn: target_of(session, conn))
    timestamp = int(session.node.clock.now().timestamp())
    cosignature = cosign(target, session.witness_key, timestamp=timestamp)
    await session.link.cosign(step.size, cosignature)

    def work(conn: Connection) -> None:
        _keep(session, conn, with_cosignatures(target, [cosignature]))
        known = runs.get(conn, session.run).cosignatures_count
        session.note(conn, cosigned_size=step.size, cosignatures_count=known + 1)

    await session.node.db.run(work)


async def confirm(session: Session, _step: Confirm) -> None:
    """Fetches the checkpoints that others cosigned, compares and keeps them.

    Best effort: all else is done by now, so what does not come does not make a run fail.

    Raises:
        Alarm: one of them is of another tree than the copy here.
    """
    origin = session.identity.national
    try:
        theirs = await _shown(session)
    except (Unreachable, Refused) as error:
        log.warning("confirmations_later", extra={"reason": str(error)})
        theirs = []

    def work(conn: Connection) -> None:
        national = session.node.logs.open(conn, origin)
        for checkpoint in theirs:
            size = checkpoint.tree.size
            if not 0 < size <= national.tree.size:
                continue  # what is not here yet, the next pull compares
            ours = session.node.logs.tree_at(conn, national, size)
            if ours != checkpoint.tree:
                raise forked(session, conn, ours, checkpoint)
            _keep(session, conn, checkpoint)
        session.note(conn, confirmations_asked=True)

    await session.node.db.run(work)


async def _shown(session: Session) -> list[Checkpoint]:
    origin, key = session.identity.national, session.identity.national_verifier
    notes = await session.link.checkpoints()
    return [checked(lambda it: open_checkpoint(it, origin=origin, keys=[key]), n) for n in notes]


def _keep(session: Session, conn: Connection, checkpoint: Checkpoint) -> None:
    kept = keep_checkpoint(session, conn, checkpoint)
    witnesses = {hub.hub: hub.witness_verifier for hub in hubs.active(conn)}
    hubs.set_cosigned(conn, cosigners(kept, witnesses), kept.tree.size)
