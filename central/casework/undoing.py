"""To take back what a person decided about a record's fields: a curation that says the old again.

Nothing in a log is ever removed. Only fields in which the decision still stands are written; what
somebody wrote since stays. Verdicts about pairs are taken back by `identity`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.casework import conflicts
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.past import decision_at, is_known, state_before
from protocol.before import written_by
from protocol.canonical import Json
from protocol.catalogue import STATE, shown_record
from protocol.entries.decisions import ChangeReleased
from protocol.entries.record_decisions import RecordCurated, RecordReverted
from protocol.merge import is_same, uncovered

Undoable = RecordCurated | RecordReverted | ChangeReleased


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What it would come to.

    Attributes:
        record: UUIDv7.
        fields: by name, what readers see now and what they saw before the decision.
    """

    record: str
    fields: Mapping[str, tuple[Json, Json]]


def undo_of(conn: Connection, centre: Centre, place: int) -> Undo | None:
    """How the decision at a place may be taken back.

    None where there is no decision yet, or one of another kind; where it made the record, or wrote
    nothing that still stands; and where what was there before is redacted.
    """
    if place >= centre.logs.open(conn, centre.national_origin).tree.size:
        return None
    decision = decision_at(conn, centre, place)
    if not isinstance(decision, Undoable) or decision.record is None:
        return None
    record = decision.record
    now = national.load_states(conn, centre, [record]).get(record)
    then = state_before(conn, centre, record, place)
    if now is None or then is None or not is_known(conn, centre, record, place):
        return None
    shown, old = shown_record(now), shown_record(then)
    standing = (
        name
        for name in written_by(decision)
        if name != STATE and any(it.stamp.place == place for it in uncovered(now.writes(name)))
    )
    fields = {
        name: (shown.get(name), old.get(name))
        for name in standing
        if not is_same(shown.get(name), old.get(name))
    }
    return Undo(record=record, fields=fields) if fields else None


def undo(conn: Connection, centre: Centre, place: int, *, by: str, agency: str) -> Undo:
    """Writes again what stood there before the decision at a place.

    Raises:
        CaseRefused: there is nothing to take back (`nothing_stands`), or the record would be
            invalid (`schema_invalid`).
        TextRefused: personal data in what stood there, or in the account's name.
    """
    found = undo_of(conn, centre, place)
    if found is None:
        raise CaseRefused(f"nothing of the decision at {place} stands", code="nothing_stands")
    old = {name: value for name, (_, value) in found.fields.items()}
    conflicts.curate(conn, centre, record=found.record, set_=old, by=by, agency=agency)
    return found
