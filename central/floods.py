"""Floods: a hub that rewrites or withdraws much of what it has waits for a person.

A stolen key, a broken export or a slip can do it. What counts is an hour by the centre's clock and
not one sync, because a sync can be cut into as many as somebody likes. And it counts twice: over
all that the hub has, and over what it had before that hour, because records that are made for the
purpose would dilute any share of the first.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import flow
from protocol.floods import is_flood
from protocol.reconcile import Prepared
from protocol.record_state import RecordState
from protocol.verdicts import rewrites

WINDOW = timedelta(hours=1)


def notice(
    conn: Connection,
    centre: Centre,
    hub: str,
    prepared: Iterable[Prepared],
    states: Mapping[str, RecordState],
) -> bool:
    """Whether a batch makes a flood of what its hub has rewritten within the window.

    Args:
        conn: the transaction that decides the batch.
        centre: the centre.
        hub: hub id.
        prepared: the batch.
        states: of the records in it that exist.
    """
    rewritten = [
        state
        for it in prepared
        if (state := states.get(it.record or "")) and state.owner == hub and rewrites(it.change)
    ]
    if not rewritten:
        return False
    now = centre.clock.now()
    young_from, young_count = flow.growth_since(conn, hub, now - WINDOW)
    noted = {it.id: _is_settled(it, young_from) for it in rewritten}
    lately = flow.since(conn, hub, now - WINDOW) | noted
    settled_count = sum(lately.values())

    def owned_count() -> int:
        return centre.documents.count_having(conn, "hub", hub)

    if is_flood(len(lately), owned_count) or is_flood(
        settled_count, lambda: owned_count() - young_count
    ):
        return True
    flow.note(conn, hub, noted, now)
    return False


def note_new(
    conn: Connection, centre: Centre, hub: str, place: int, states: Iterable[RecordState]
) -> None:
    """Keeps how many of these records the hub made in a batch.

    Args:
        conn: the transaction that decides the batch.
        centre: the centre.
        hub: hub id.
        place: of the batch's first decision in the national log.
        states: of the records that the batch changed.
    """
    if count := sum(not _is_settled(it, place) for it in states):
        flow.note_growth(conn, hub, place=place, count=count, at=centre.clock.now())


def _is_settled(state: RecordState, young_from: int | None) -> bool:
    """Whether a record was there before that place of the national log."""
    return young_from is None or state.creation.place < young_from
