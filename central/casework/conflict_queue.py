"""Conflicts one after the other: which stand on a page, and which come before and after one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.casework.conflicts import Conflict, conflicts_of, list_conflicts
from central.centre import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of conflicts.

    Attributes:
        items: by record and field; all fields of a record stand on one page.
        total: records with conflicts, over all pages.
        has_more: whether a page follows.
    """

    items: Sequence[Conflict]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where a record stands among those with conflicts.

    Attributes:
        previous, following: ids of its neighbours; None at the ends.
        position: from 1; 0 where it is none of them (any more).
        total: how many there are.
    """

    previous: str | None
    following: str | None
    position: int
    total: int


def page(conn: Connection, centre: Centre, *, hub: str, field: str, start: int, limit: int) -> Page:
    """Conflicts of `limit` records behind the first `start`.

    Args:
        conn: a connection.
        centre: whose they are.
        hub: only records of this hub; "" for all.
        field: only on this field; "" for all. Then every record in conflict is read.
        start: records before the page.
        limit: records a page.
    """
    ids = _ids(conn, centre, hub)
    if field:
        found = [it for it in conflicts_of(conn, centre, ids) if it.field == field]
        ids = sorted({it.record for it in found})
    shown = ids[start : start + limit]
    items = [it for it in conflicts_of(conn, centre, shown) if field in ("", it.field)]
    return Page(
        items=sorted(items, key=lambda it: (it.record, it.field)),
        total=len(ids),
        has_more=len(ids) > start + limit,
    )


def field_counts(conn: Connection, centre: Centre) -> Counter[str]:
    """How many conflicts there are on each field; every record in conflict is read."""
    return Counter(it.field for it in list_conflicts(conn, centre))


def beside(conn: Connection, centre: Centre, record: str, *, hub: str) -> Beside:
    """The neighbours of a record among those of a hub ("" for all) with conflicts."""
    ids = _ids(conn, centre, hub)
    before = [it for it in ids if it < record]
    after = [it for it in ids if it > record]
    return Beside(
        previous=before[-1] if before else None,
        following=after[0] if after else None,
        position=len(before) + 1 if record in ids else 0,
        total=len(ids),
    )


def next_record(conn: Connection, centre: Centre, record: str, *, hub: str) -> str | None:
    """The record that waits next: this one while a field is left, else the one behind, or any."""
    ids = _ids(conn, centre, hub)
    if record in ids:
        return record
    return next((it for it in ids if it > record), ids[0] if ids else None)


def _ids(conn: Connection, centre: Centre, hub: str) -> list[str]:
    return centre.documents.contested_ids(conn, owner=hub or None)
