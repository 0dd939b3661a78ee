"""Undoing an import: new changes that put back what was there before. Nothing is erased.

Only what the import wrote and nobody has written since is put back; what was edited later stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.store import imports as store
from hubnode.store import records
from hubnode.store.identity import Identity
from hubnode.store.imports import ImportRun, Step
from hubnode.store.records import OwnRecord
from protocol.canonical import Json
from protocol.errors import ProtocolError

REASON = "Impor dibatalkan."


class NothingToUndo(ProtocolError):
    """There is no import that could be undone."""

    default_code = "nothing_to_undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record of which something was edited after the import, and so left as it is.

    Attributes:
        record: its id.
        fields: their names, sorted; `state` where it was withdrawn or restored since, `hub` alone
            where it belongs to another hub now.
    """

    record: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo did.

    Attributes:
        undone: how many records it put back, in whole or in part.
        kept: those that were edited since.
    """

    undone: int
    kept: tuple[Kept, ...]


def latest_import(conn: Connection) -> ImportRun:
    """The newest import that changed something: the one that can be undone.

    Raises:
        NothingToUndo: there is none.
    """
    found = store.latest(conn)
    if found is None:
        raise NothingToUndo("there is no import to undo")
    return found


def undo_import(
    conn: Connection, node: Node, identity: Identity, wanted: ImportRun, *, by: str
) -> UndoReport:
    """Undoes as a whole the import that a person was shown as the newest.

    Raises:
        NothingToUndo: it is the newest no more.
    """
    if store.latest(conn) != wanted:
        raise NothingToUndo("another import was made or undone meanwhile; nothing was changed")
    steps = store.steps_of(conn, wanted.id)
    own = records.get_many(conn, [step.record for step in steps])
    desk = Desk.open(conn, node, identity, by=by)
    kept = tuple(it for step in steps if (it := _put_back(desk, own.get(step.record), step)))
    after = [edit for step in steps if (edit := desk.edited(step.record))]
    hidden = [it for it in after if it.withdrawn and not own[it.id].withdrawn]
    desk.save(conn)
    edited = {it.record: it.fields for it in kept}
    store.forget_contents(conn, {step.record: edited.get(step.record, ()) for step in steps})
    store.note_withdrawals(conn, {it.id: it.withdrawn_own for it in hidden})
    store.mark_undone(conn, wanted.id)
    return UndoReport(undone=len(after), kept=kept)


def _put_back(desk: Desk, now: OwnRecord | None, step: Step) -> Kept | None:
    if now is None:
        return Kept(record=step.record, fields=("hub",))
    return _put_back_own(desk, now, step)


def _put_back_own(desk: Desk, now: OwnRecord, step: Step) -> Kept | None:
    edited = _differing(now.fields, step.after)
    is_moved = now.withdrawn != step.is_withdrawn
    names = sorted({*edited, "state"} if is_moved else edited)
    kept = Kept(record=step.record, fields=tuple(names)) if names else None
    if step.before is None and edited:
        return kept  # the import made it, and somebody has worked on it: it is theirs now
    before = step.before
    if before is not None:
        written = _differing(before, step.after) - edited
        fields = {name: value for name, value in now.fields.items() if name not in written}
        fields |= {name: before[name] for name in written if name in before}
        if fields != now.fields:
            desk.put(now, step.record, fields)
    should_hide = step.was_withdrawn or before is None
    current = desk.current(now)
    if is_moved:
        return kept  # somebody withdrew or restored it since: that stays
    if should_hide and not current.withdrawn:
        desk.withdraw(current, REASON)
    elif current.withdrawn and not should_hide:
        desk.restore(current, REASON)
    return kept


def _differing(one: Mapping[str, Json], other: Mapping[str, Json]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
