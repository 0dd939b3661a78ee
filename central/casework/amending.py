"""Curation of many records at once, where nobody looks at each: only what is beyond doubt."""

from collections.abc import Mapping

from central.casework.person import Person
from central.centre import Centre
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record
from protocol.entries.members import Seen
from protocol.entries.record_decisions import RecordCurated
from protocol.innovation.validate import is_valid
from protocol.record_state import RecordState


def curation(
    centre: Centre, state: RecordState, values: Mapping[str, Json], *, seen: int, person: Person
) -> RecordCurated | None:
    """The decision that writes these fields, or None where a person has to look at the record.

    That is where several values stand on one of the fields, or the record would not be valid.

    Args:
        centre: whose decision it is.
        state: the record.
        values: fields that say something else in the record.
        seen: size of the national log.
        person: who decides.

    Raises:
        TextRefused: the account looks like personal data.
    """
    if conflicts(state).keys() & values.keys() or not is_valid({**shown_record(state), **values}):
        return None
    return RecordCurated(
        record=state.id,
        set=values,
        unset=(),
        seen=Seen(national=seen, own=seen),
        **person.signed(centre),
    )
