"""A catalogue of thousands, put where decisions would have put it: for tests of what reads it."""

from collections.abc import Iterator

from sqlalchemy import Connection

from central import projection
from central.centre import Centre
from central.store import datestamps
from central.store.datestamps import Datestamp
from protocol.entries.members import Seen
from protocol.innovation.identifiers import make_uuid7
from protocol.merge import Stamp
from protocol.record_state import RecordState

BEGIN_MS = 1_795_000_000_000
RECORDS_A_SECOND = 7
"""So that parts of a list begin and end within a second."""


def fill(conn: Connection, centre: Centre, count: int) -> None:
    """Puts that many records and their datestamps."""
    states = list(_states(count))
    for start in range(0, count, 500):
        projection.put(conn, centre, states[start : start + 500])
    datestamps.put_many(conn, [_stamp(number, it) for number, it in enumerate(states)])


def _states(count: int) -> Iterator[RecordState]:
    for number in range(count):
        yield RecordState(
            id=make_uuid7(unix_ms=BEGIN_MS + number, random=b"x" * 10),
            owner="51",
            revision=1,
            last_place=number,
            attested_at=None,
            creation=Stamp(
                place=number,
                origin="jippnas.test/hub/51/1",
                number=number,
                seen=Seen(national=0, own=number),
                author="51",
            ),
            created={"title": f"Antrean daring {number}", "region": "51"},
            rewritten={},
        )


def _stamp(number: int, state: RecordState) -> Datestamp:
    minutes, seconds = divmod(number // RECORDS_A_SECOND, 60)
    at = f"2026-01-01T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"
    return Datestamp(
        record=state.id,
        place=state.last_place,
        first_at=at,
        at=at,
        hub=state.owner,
        province="51",
        is_active=True,
    )
