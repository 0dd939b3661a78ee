"""Looking through the catalogue for the records that an act of a person is about, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from central.centre import Centre
from protocol.record_state import RecordState, decode_record_state

N = TypeVar("N", str, int)

PAGE_RECORDS = 500
"""Records that are read, and at most decided about, at once."""


def scan(
    conn: Connection,
    centre: Centre,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    visible: bool | None = None,
) -> Iterator[RecordState]:
    """The records with these facets in ascending order of their ids.

    Args:
        conn: an open transaction.
        centre: whose catalogue.
        filters: facet to the values of which a record has one.
        visible: only those that readers find, or only the others; None for all.
    """
    after: str | None = None
    while True:
        page = centre.documents.scan(
            conn, filters=filters, visible=visible, after=after, limit=PAGE_RECORDS
        )
        yield from (decode_record_state(body) for _, body in page)
        if len(page) < PAGE_RECORDS:
            return
        after = page[-1][0]


def parts(named: Sequence[N]) -> Iterator[Sequence[N]]:
    """Ids, or places, in parts of which each is decided about in one transaction."""
    for start in range(0, len(named), PAGE_RECORDS):
        yield named[start : start + PAGE_RECORDS]
