"""To take back what a person decided about a record's fields: a curation that says the old again.

Nothing in a log is ever removed. Only fields in which the decision still stands are written; what
somebody wrote since stays. Verdicts about pairs are taken back by `identity`.

A conflict that a decision ended does not come back: a write that somebody covered stays covered
(`protocol.merge`). What can be had again is any of its values (decision 0041).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from central import national
from central.casework import conflicts
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.past import decision_at, is_known, state_before
from protocol.before import written_by
from protocol.canonical import Json
from protocol.catalogue import STATE, shown_record
from protocol.catalogue import conflicts as contested_fields
from protocol.entries.decisions import ChangeRefused, ChangeReleased
from protocol.entries.record_decisions import RecordCurated, RecordReverted
from protocol.merge import is_same, uncovered
from protocol.record_state import RecordState

Undoable = RecordCurated | RecordReverted | ChangeReleased

SHOWN = "shown"
"""Names the value that readers saw, where a form asks for one of several."""


class Hindrance(StrEnum):
    """Why a person's decision cannot be taken back here."""

    REFUSED = "refused"
    CREATED = "created"
    NOTHING = "nothing"
    STATE = "state"
    REDACTED = "redacted"
    REWRITTEN = "rewritten"
    CONTESTED = "contested"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A value that a field had before the decision.

    Attributes:
        key: names it in a form: `SHOWN`, or the place of its write.
        author: hub id, or `centre`; "" where it is of several.
        value: None empties the field.
    """

    key: str
    author: str
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What it would come to.

    Attributes:
        record: UUIDv7.
        fields: by name, what readers see now and what comes back unless another is chosen.
        formers: by name, all that may come back; several where the decision ended a conflict.
        ended: names of the fields on which the decision ended a conflict.
    """

    record: str
    fields: Mapping[str, tuple[Json, Json]]
    formers: Mapping[str, Sequence[Former]]
    ended: Sequence[str]


def look(conn: Connection, centre: Centre, place: int) -> Undo | Hindrance | None:
    """How the decision at a place may be taken back, or why it may not.

    None where there is no decision yet, or one that is of no person about fields.
    """
    if place >= centre.logs.open(conn, centre.national_origin).tree.size:
        return None
    decision = decision_at(conn, centre, place)
    if isinstance(decision, ChangeRefused):
        return Hindrance.REFUSED
    if not isinstance(decision, Undoable) or decision.record is None:
        return None
    now = national.load_states(conn, centre, [decision.record]).get(decision.record)
    then = state_before(conn, centre, decision.record, place)
    if now is None or then is None:
        return Hindrance.CREATED
    if not is_known(conn, centre, decision.record, place):
        return Hindrance.REDACTED
    return _undo(now, then, tuple(written_by(decision)), place)


def undo_of(conn: Connection, centre: Centre, place: int) -> Undo | None:
    """How the decision at a place may be taken back; None where it may not, or is none."""
    found = look(conn, centre, place)
    return found if isinstance(found, Undo) else None


def undo(
    conn: Connection,
    centre: Centre,
    place: int,
    *,
    by: str,
    agency: str,
    chosen: Mapping[str, str] | None = None,
) -> Undo:
    """Writes again what stood there before the decision at a place.

    Args:
        conn: an open transaction.
        centre: whose catalogue.
        place: of the decision.
        by: account of whoever takes it back.
        agency: for which agency.
        chosen: by the names of fields the `Former.key` of what comes back; without one the first.

    Raises:
        CaseRefused: there is nothing to take back, or not that (`nothing_stands`), or the record
            would be invalid (`schema_invalid`).
        TextRefused: personal data in what stood there, or in the account's name.
    """
    found = undo_of(conn, centre, place)
    if found is None:
        raise CaseRefused(f"nothing of the decision at {place} stands", code="nothing_stands")
    wanted = chosen or {}
    old = {
        name: _named(several, wanted.get(name, several[0].key))
        for name, several in found.formers.items()
    }
    conflicts.curate(conn, centre, record=found.record, set_=old, by=by, agency=agency)
    return found


def _undo(
    now: RecordState, then: RecordState, written: Sequence[str], place: int
) -> Undo | Hindrance:
    names = [name for name in written if name != STATE]
    if not names:
        return Hindrance.STATE if written else Hindrance.NOTHING
    standing = [
        name for name in names if any(it.stamp.place == place for it in uncovered(now.writes(name)))
    ]
    if not standing:
        return Hindrance.REWRITTEN
    # To write on a field that is in conflict would cover what the others say unseen.
    settled = [name for name in standing if name not in contested_fields(now)]
    if not settled:
        return Hindrance.CONTESTED
    shown = shown_record(now)
    found = {name: tuple(_formers(then, name, shown.get(name))) for name in settled}
    formers = {name: several for name, several in found.items() if several}
    if not formers:
        return Hindrance.SAME
    return Undo(
        record=now.id,
        fields={name: (shown.get(name), several[0].value) for name, several in formers.items()},
        formers=formers,
        ended=[name for name in formers if name in contested_fields(then)],
    )


def _formers(then: RecordState, name: str, now: Json) -> Iterator[Former]:
    """The values of a field before a decision that are not there now: what readers saw first."""
    heads, shown = contested_fields(then).get(name, ()), shown_record(then).get(name)
    if not is_same(shown, now):
        author = next((it.stamp.author for it in heads if is_same(it.value, shown)), "")
        yield Former(key=SHOWN, author=author, value=shown)
    for it in heads:
        if not is_same(it.value, shown) and not is_same(it.value, now):
            yield Former(key=str(it.stamp.place), author=it.stamp.author, value=it.value)


def _named(formers: Sequence[Former], key: str) -> Json:
    for it in formers:
        if it.key == key:
            return it.value
    raise CaseRefused("that value did not stand there, or stands there now", code="nothing_stands")
