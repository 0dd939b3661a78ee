"""Datestamps: from when on readers find what a record says, so that nobody who harvests misses any.

They are given behind the decisions by following the national log, and lie a little in the future:
a record is listed once its datestamp has come. So everything up to a moment is settled when that
moment comes, and whoever asks again from there on misses nothing (docs/decisions/0038). The time of
the decision would not do: it is earlier than its commit, and a restored centre takes old ones back.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.log_follower import LogFollower
from central.store import datestamps
from central.store import decisions as index
from central.store.datestamps import Datestamp
from protocol.catalogue import shown_record, standing_of
from protocol.innovation.searching import facets_of
from protocol.record_state import RecordState, decode_record_state

SETTLES = timedelta(seconds=30)
"""How far ahead a datestamp lies: many times what the transaction takes that writes it."""

DECISIONS_A_STEP = 200
"""Some 30 ms."""

GIVE_WAY_S = 2.0
"""Its rest while changes wait; a short one: nobody harvests a record before it has a datestamp."""


def datestamper(centre: Centre) -> LogFollower:
    """What gives datestamps beside the reconciler."""
    return LogFollower(
        centre, name="datestamper", left_count=left_count, follow=follow, give_way_s=GIVE_WAY_S
    )


def left_count(conn: Connection, centre: Centre) -> int:
    """Decisions that `follow` has still to look at."""
    origin = centre.national_origin
    return centre.logs.open(conn, origin).tree.size - datestamps.followed(conn, origin)


def follow(conn: Connection, centre: Centre) -> int:
    """Gives the records of the next decisions their datestamps; returns how many decisions."""
    origin = centre.national_origin
    start = datestamps.followed(conn, origin)
    size = centre.logs.open(conn, origin).tree.size
    end = min(size, start + DECISIONS_A_STEP)
    if end <= start:
        return 0
    records = index.records_between(conn, start, end)
    states = map(decode_record_state, centre.documents.get_many(conn, records).values())
    known = datestamps.get_many(conn, records)
    changed = [it for it in states if it.id not in known or known[it.id].place != it.last_place]
    at = stamp_of(centre.clock.now() + SETTLES)
    datestamps.put_many(conn, [_stamped(it, at, known.get(it.id)) for it in changed])
    datestamps.save_followed(conn, origin, end)
    return end - start


def stamp_of(moment: datetime) -> str:
    """A moment as datestamps write it: RFC 3339 in UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamped(state: RecordState, at: str, before: Datestamp | None) -> Datestamp:
    return Datestamp(
        record=state.id,
        place=state.last_place,
        first_at=before.first_at if before else at,
        at=at,
        hub=state.owner,
        province=facets_of(shown_record(state), award=None)["province"],
        is_active=standing_of(state) == "active",
    )
