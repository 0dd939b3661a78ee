"""Undoing an import: new changes that put back what was there before. Nothing is erased.

Only what the import wrote and nobody has written since is put back; what was edited later stays.
"""

from collections.abc import Callable, Mapping, Sequence
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
RECORDS_A_TRANSACTION = 500


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
        withdrawn: those among them that are withdrawn by it: the import had made or restored them.
        kept: those that were edited since.
    """

    undone: int
    withdrawn: int = 0
    kept: tuple[Kept, ...]

    def __add__(self, other: "UndoReport") -> "UndoReport":
        return UndoReport(
            undone=self.undone + other.undone,
            withdrawn=self.withdrawn + other.withdrawn,
            kept=(*self.kept, *other.kept),
        )


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
    node: Node,
    identity: Identity,
    wanted: ImportRun,
    *,
    by: str,
    advance: Callable[[int], None],
) -> UndoReport:
    """Undoes the import that a person was shown as the newest, `RECORDS_A_TRANSACTION` at a time.

    One that was interrupted is gone on with: what it has been at stays as it left it, and the
    report is of the rest.

    Args:
        node: where.
        identity: whose records they are.
        wanted: which import.
        by: local account name.
        advance: told the number of records done, between two transactions.

    Raises:
        NothingToUndo: it is the newest no more; what was put back by then stays so.
    """
    done = UndoReport(undone=0, kept=())
    while True:
        part = node.db.run_sync(lambda conn: _undo_part(conn, node, identity, wanted, by=by))
        if part is None:
            return done
        done += part.report
        advance(part.count)


def rehearse_undo(node: Node, identity: Identity, run: int, *, by: str) -> UndoReport:
    """What an undo of that import would do now; nothing is stored.

    Args:
        node: where.
        identity: whose records they are.
        run: number of the import.
        by: local account name.
    """
    would, after = UndoReport(undone=0, kept=()), ""
    while True:
        steps = node.db.read_sync(lambda conn, after=after: _steps(conn, run, after))  # type: ignore[misc]
        part = node.db.read_sync(
            lambda conn, steps=steps: _rehearse(conn, node, identity, steps, by=by)  # type: ignore[misc]
        )
        if not steps:
            return would
        would, after = would + part, steps[-1].record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one transaction did.

    Attributes:
        count: records that it was at.
    """

    count: int
    report: UndoReport


def _undo_part(
    conn: Connection, node: Node, identity: Identity, wanted: ImportRun, *, by: str
) -> _Part | None:
    """The next records; None where there are none left, and the import is undone."""
    if store.latest(conn) != wanted:
        raise NothingToUndo("another import was made or undone meanwhile; nothing more was changed")
    steps = _steps(conn, wanted.id)
    if not steps:
        store.mark_undone(conn, wanted.id)
        return None
    desk = Desk.open(conn, node, identity, by=by)
    own = records.get_many(conn, [step.record for step in steps])
    report, hidden = _put_all_back(desk, own, steps)
    desk.save(conn)
    edited = {it.record: it.fields for it in report.kept}
    store.forget_contents(conn, {step.record: edited.get(step.record, ()) for step in steps})
    store.note_withdrawals(conn, {it.id: it.withdrawn_own for it in hidden})
    store.mark_steps_undone(conn, wanted.id, [step.record for step in steps])
    return _Part(count=len(steps), report=report)


def _steps(conn: Connection, run: int, after: str = "") -> list[Step]:
    return store.steps_to_undo(conn, run, limit=RECORDS_A_TRANSACTION, after=after)


def _rehearse(
    conn: Connection, node: Node, identity: Identity, steps: Sequence[Step], *, by: str
) -> UndoReport:
    own = records.get_many(conn, [step.record for step in steps])
    return _put_all_back(Desk.open(conn, node, identity, by=by), own, steps)[0]


def _put_all_back(
    desk: Desk, own: Mapping[str, OwnRecord], steps: Sequence[Step]
) -> tuple[UndoReport, list[OwnRecord]]:
    """Puts on the desk what these steps undo; beside the report, the records that it withdraws."""
    kept = tuple(it for step in steps if (it := _put_back(desk, own.get(step.record), step)))
    edits = [edit for step in steps if (edit := desk.edited(step.record))]
    hidden = [it for it in edits if it.withdrawn and not own[it.id].withdrawn]
    return UndoReport(undone=len(edits), withdrawn=len(hidden), kept=kept), hidden


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
