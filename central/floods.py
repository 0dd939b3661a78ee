"""Floods: a hub that rewrites or withdraws much of what it has waits for a person.

A stolen key, a broken export or a slip can do it. What counts is an hour by the centre's clock and
not one sync, because a sync can be cut into as many as somebody likes.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import flow
from protocol.reconcile import Prepared
from protocol.record_state import RecordState
from protocol.verdicts import is_flood, rewrites

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
    rewritten = {
        it.record
        for it in prepared
        if it.record is not None and _is_own(states.get(it.record), hub) and rewrites(it.change)
    }
    if not rewritten:
        return False
    now = centre.clock.now()
    count = len(rewritten | flow.since(conn, hub, now - WINDOW))
    if is_flood(count, lambda: centre.documents.count(conn, owner=hub)):
        return True
    flow.note(conn, hub, rewritten, now)
    return False


def _is_own(state: RecordState | None, hub: str) -> bool:
    return state is not None and state.owner == hub
