"""Undoing an import: new changes that put back what was there before. Nothing is erased."""

from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.store import imports as store
from hubnode.store import records
from hubnode.store.identity import Identity
from hubnode.store.imports import Step
from hubnode.store.records import OwnRecord
from protocol.errors import ProtocolError

REASON = "Impor dibatalkan."


class NothingToUndo(ProtocolError):
    """There is no import that could be undone."""

    default_code = "nothing_to_undo"


def undo_latest(conn: Connection, node: Node, identity: Identity, *, by: str) -> int:
    """Undoes the newest import as a whole; returns how many records it put back.

    Raises:
        NothingToUndo: there is none.
    """
    import_id = store.latest(conn)
    if import_id is None:
        raise NothingToUndo("there is no import to undo")
    steps = store.steps_of(conn, import_id)
    own = records.get_many(conn, [step.record for step in steps])
    desk = Desk.open(conn, node, identity, by=by)
    for step in steps:
        _put_back(desk, own[step.record], step)
    desk.save(conn)
    store.forget_contents(conn, [step.record for step in steps])
    store.mark_undone(conn, import_id)
    return len(steps)


def _put_back(desk: Desk, now: OwnRecord, step: Step) -> None:
    if step.before is not None and step.before != now.fields:
        desk.put(now, step.record, step.before)
    should_hide = step.was_withdrawn or step.before is None
    current = desk.current(now)
    if should_hide and not current.withdrawn:
        desk.withdraw(current, REASON)
    elif current.withdrawn and not should_hide:
        desk.restore(current, REASON)
