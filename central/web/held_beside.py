"""The record of another hub that a held change is a near copy of, and both side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.web.compared_pair import Row, compared_rows
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.innovation.privacy import masked
from runtime.pages.likeness_words import told_likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A record that exists, beside the held change.

    Attributes:
        record, hub, title: of the record; its id, owner and title.
        code: in what the two are alike.
        shared: the same in the words of who looks.
        rows: the held change as A, the record as B.
    """

    record: str
    hub: str
    title: str
    code: str
    shared: str
    rows: Sequence[Row]


def named_records(visit: Visit, errors: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """By the id of each record that a finding names, its code and what is shared in words."""
    return {
        told.record: (it["code"], told.shared)
        for it in errors
        if (told := told_likeness(visit.say, it["code"], it["message"]))
    }


def beside_look_alike(
    conn: Connection,
    visit: Visit,
    errors: Sequence[Mapping[str, str]],
    content: Mapping[str, Json],
) -> list[LookAlike]:
    """The records that the findings of a held change name; of one that is gone there is none.

    Args:
        conn: an open transaction.
        visit: whose language the values are read in.
        errors: of the decision that holds it.
        content: the fields that the change sets, masked.
    """
    found = named_records(visit, errors)
    states = national.load_states(conn, visit.centre, list(found))
    return [
        LookAlike(
            record=record,
            hub=state.owner,
            title=str(shown_record(state).get("title", "")),
            code=found[record][0],
            shared=found[record][1],
            rows=list(compared_rows(content, masked(shown_record(state)), visit.reader)),
        )
        for record, state in states.items()
    ]
