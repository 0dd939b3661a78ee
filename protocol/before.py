"""What a field said before: the value that the authors of a write, or of several, had on screen.

A record's state drops the values of covered writes; the national log still has them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.catalogue import SET_FIELDS, WritingDecision, writes_by_person, writes_of
from protocol.entries.decisions import ChangeApplied, ChangeProposed, Decision
from protocol.merge import Write, covers, shown_set, uncovered
from protocol.record_state import RecordState


@dataclass(frozen=True, slots=True)
class Before:
    """A value of the past.

    Attributes:
        value: None where the field was empty, or where nobody can say.
        is_known: whether it can be said; its bytes may have been destroyed.
    """

    value: Json
    is_known: bool


def before(
    state: RecordState,
    field: str,
    later: Sequence[Write],
    decision_at: Callable[[int], Decision | None],
) -> Before:
    """What `field` said when the authors of all of `later` looked at it.

    Args:
        state: of the record.
        field: its name.
        later: writes of the field, at least one.
        decision_at: reads the decision at a place of the national log; None where its bytes are
            gone. Asked for one place at most.
    """
    places = {it.stamp.place for it in later}
    seen = [
        write
        for write in state.writes(field)
        if write.stamp.place not in places and all(covers(it.stamp, write.stamp) for it in later)
    ]
    if not seen:
        return Before(value=None, is_known=True)
    if field in SET_FIELDS:  # its covered writes keep their values
        return Before(value=shown_set(seen, state.owner), is_known=True)
    last = uncovered(seen)[-1]
    if last.value is not None and not last.is_covered:
        return Before(value=last.value, is_known=True)
    written = written_by(decision_at(last.stamp.place))
    return Before(value=written.get(field), is_known=field in written)


def written_by(decision: Decision | None) -> dict[str, Json]:
    """The fields that a decision writes; None empties. Nothing where it writes none."""
    if isinstance(decision, ChangeApplied | ChangeProposed):
        return writes_of(decision)
    return writes_by_person(decision) if isinstance(decision, WritingDecision) else {}
