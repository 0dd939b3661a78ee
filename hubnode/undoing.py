"""To take an own change back: a new change that says again what stood there before it.

Nothing in a log is ever removed, so an undo is signed like any other edit. It touches only the
fields in which that change still stands; what somebody wrote since stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from hubnode.authoring import Desk, own_record
from hubnode.decision_texts import decision_at
from hubnode.node import Node
from hubnode.reading_catalogue import read_state
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OwnOutcome, Standing
from protocol.before import before
from protocol.canonical import Json
from protocol.catalogue import STATE
from protocol.merge import is_same, uncovered


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What an undo of one change would do.

    Attributes:
        record: id of the own record.
        fields: by name, what the change wrote and what stood there before.
    """

    record: str
    fields: Mapping[str, tuple[Json, Json]]


def undo_of(conn: Connection, node: Node, who: Identity, outcome: OwnOutcome) -> Undo | None:
    """How a change may be taken back; None where nothing of it stands, or it made the record."""
    state = read_state(conn, node, outcome.record or "")
    if state is None or outcome.standing != Standing.SHOWN or state.owner != who.hub:
        return None
    is_creation = (state.creation.origin, state.creation.number) == (who.origin, outcome.number)
    if is_creation:
        return None
    found: dict[str, tuple[Json, Json]] = {}
    for name, writes in state.rewritten.items():
        stamp_is_its = (
            it
            for it in uncovered(writes)
            if (it.stamp.origin, it.stamp.number) == (who.origin, outcome.number)
        )
        write = next(stamp_is_its, None)
        if write is None or name == STATE:
            continue
        old = before(state, name, [write], partial(decision_at, conn, node, who))
        if old.is_known and not is_same(old.value, write.value):
            found[name] = (write.value, old.value)
    return Undo(record=state.id, fields=found) if found else None


def take_back(conn: Connection, desk: Desk, undo: Undo) -> None:
    """Writes again what stood there before.

    Raises:
        UnknownRecord, RecordGiven: the record is not this hub's any more.
        EditRefused: the record would be invalid.
    """
    own = own_record(conn, undo.record)
    fields = {name: it for name, it in own.fields.items() if name not in undo.fields}
    old = {name: value for name, (_, value) in undo.fields.items() if value is not None}
    desk.put(own, undo.record, {**fields, **old}, settled=tuple(undo.fields))
