"""The record of another hub that a held change is a near copy of, and both side by side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.web.compared_pair import Row, compared_rows
from central.web.visit import Visit
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.innovation.privacy import masked

LIKENESSES = frozenset({"same_text", "same_number"})
"""Codes of findings that name another record (`protocol.look_alikes`)."""

_NAMED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A record that exists, beside the held change.

    Attributes:
        record, hub, title: of the record; its id, owner and title.
        code: in what the two are alike.
        shared: the same in words, in Indonesian.
        rows: the held change as A, the record as B.
    """

    record: str
    hub: str
    title: str
    code: str
    shared: str
    rows: Sequence[Row]


def named_records(errors: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The findings that name another record, by its id."""
    return {
        named[0]: it
        for it in errors
        if it["code"] in LIKENESSES and (named := _NAMED.search(it["message"]))
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
    found = named_records(errors)
    states = national.load_states(conn, visit.centre, list(found))
    return [
        LookAlike(
            record=record,
            hub=state.owner,
            title=str(shown_record(state).get("title", "")),
            code=found[record]["code"],
            shared=found[record]["message"].partition(": ")[2],
            rows=list(compared_rows(content, masked(shown_record(state)), visit.reader)),
        )
        for record, state in states.items()
    ]
