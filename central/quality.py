"""Mutu data: what innovations lack, followed behind the decisions and never within them.

A row an innovation that readers see (`central.store.qualities`). It follows the national log with
a cursor of its own, so that deciding costs nothing more and a page never scans the catalogue.
"""

from sqlalchemy import Connection

from central import national
from central.centre import Centre
from central.log_follower import LogFollower
from central.store import decisions as index
from central.store import qualities
from central.store.qualities import Quality
from protocol.canonical import Json
from protocol.catalogue import shown_record, standing_of
from protocol.facts import NUMBER, best_award
from protocol.innovation.completeness import completeness
from protocol.innovation.validate import is_placeholder
from protocol.record_state import RecordState

DECISIONS_A_STEP = 250
"""Some 20 ms; SQLite has one writer."""


def quality_keeper(centre: Centre) -> LogFollower:
    """What takes in, beside the reconciler, what decisions changed."""
    return LogFollower(centre, name="quality_keeper", left_count=left_count, follow=follow)


def follow(conn: Connection, centre: Centre) -> int:
    """Takes in what the next decisions changed; returns how many decisions it were."""
    origin = centre.national_origin
    followed = qualities.progress(conn, origin)
    if followed == 0:
        qualities.clear(conn)
    size = centre.logs.open(conn, origin).tree.size
    end = min(size, followed + DECISIONS_A_STEP)
    if end > followed:
        records = index.records_between(conn, followed, end)
        states = national.load_states(conn, centre, records).values()
        rows = [quality_of(it) for it in states if standing_of(it) == "active"]
        qualities.replace(conn, records, rows)
        qualities.save_progress(conn, origin, end)
    return end - followed


def left_count(conn: Connection, centre: Centre) -> int:
    """Decisions that `follow` has still to take in."""
    size = centre.logs.open(conn, centre.national_origin).tree.size
    return size - qualities.progress(conn, centre.national_origin)


def quality_of(state: RecordState) -> Quality:
    """What an innovation lacks."""
    record = shown_record(state)
    groups = completeness(record).groups.values()
    return Quality(
        record=state.id,
        hub=state.owner,
        missing=[name for group in groups for name in group.missing],
        looked_at=_looked_at(record.get("sustainability")),
        has_placeholder=any(map(_has_placeholder, record.values())),
        award=best_award(record, state.facts),
        has_number=NUMBER in state.facts,
    )


def stale_before(centre: Centre) -> str:
    """The day, a year ago, before which a look at the sustainability is too old; YYYY-MM-DD."""
    today = centre.clock.now().date().isoformat()
    return f"{int(today[:4]) - 1}{today[4:]}"  # texts compare as days do, also on 29 February


def _looked_at(sustainability: Json) -> str | None:
    found = sustainability.get("checked_on") if isinstance(sustainability, dict) else None
    return found if isinstance(found, str) else None


def _has_placeholder(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_has_placeholder, value.values()))
    if isinstance(value, list):
        return any(map(_has_placeholder, value))
    return isinstance(value, str) and is_placeholder(value)
