"""Whether the centre went back: what its first answer of a run says of the national log.

It is looked at before anything is sent. A centre that was restored from an old backup and does not
know it would decide about what it is sent, and sign a second history.
"""

from sqlalchemy import Connection

from hubnode.sync import handing_back, pull
from hubnode.sync.answers import HubView, Refused
from hubnode.sync.epochs import EpochChanged
from hubnode.sync.session import Alarm, Session
from protocol.canonical import Json
from protocol.checkpoints import peek_size
from protocol.names import epoch_of

_UNAVAILABLE = 503


async def look(session: Session, view: HubView) -> None:
    """Hands back what a centre wants that is being recovered; stops at one that went back.

    Raises:
        EpochChanged: the national log is of a later epoch.
        Alarm: it is behind what this node holds; or of another epoch in a courier file, which
            cannot show what the new one carries over.
        Refused: the centre is being recovered (`centre_recovering`).
    """
    if view.wanted is not None:
        await handing_back.hand_back(session, view)
        raise Refused("centre_recovering", status=_UNAVAILABLE)
    who = session.identity
    if view.national_origin != who.national:
        await _other_epoch(session, view)
    if session.carried is None and view.national_size < await _known_size(session):
        await handing_back.show_newest(session)
        await pull.ask_national(session)


async def _other_epoch(session: Session, view: HubView) -> None:
    who = session.identity
    epoch = epoch_of(view.national_origin, who.authority)
    evidence: dict[str, Json] = {"ours": who.national, "theirs": view.national_origin}
    if epoch is None or session.carried is not None:
        raise Alarm("national_epoch_changed", evidence)
    if epoch > who.epoch:
        raise EpochChanged(view)
    await handing_back.show_newest(session)
    raise Alarm("national_log_behind", evidence)


async def _known_size(session: Session) -> int:
    """Of the largest national tree that this node is known to have been shown."""
    anchor = pull.read_anchor(session)

    def read(conn: Connection) -> int:
        logs = session.node.logs
        note = logs.latest_checkpoint(conn, logs.open(conn, session.identity.national))
        return max(peek_size(note) if note else 0, anchor.size if anchor else 0)

    return await session.node.db.read(read)
