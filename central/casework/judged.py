"""What people decided about pairs of records lately, so that a slip is found again and undone."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from central import national
from central.casework.duplicates import VERDICTS
from central.centre import Centre
from central.past import decision_at
from central.store import decisions as index
from protocol.catalogue import shown_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict.

    Attributes:
        place: of its decision.
        at: RFC 3339 in UTC.
        verdict: same, replication or distinct.
        record, other: ids, in the order in which it was decided about them.
        titles: of both.
        by: agency and account; "" where the decision's bytes are gone.
        reason: why.
        stands: whether nobody has undone it.
    """

    place: int
    at: str
    verdict: str
    record: str
    other: str
    titles: tuple[str, str]
    by: str
    reason: str
    stands: bool


def newest(
    conn: Connection, centre: Centre, *, limit: int, before: int | None = None
) -> list[Judged]:
    """Verdicts, the newest first; those that were undone too.

    Args:
        conn: an open transaction.
        centre: whose they are.
        limit: how many at most.
        before: the place before which they stand; None for the newest of all.
    """
    rows = index.newest_of_persons(conn, list(VERDICTS), limit=limit, before=before)
    records = [name for row in rows for name in (row.record, row.other) if name]
    states = national.load_states(conn, centre, records)
    titles = {record: str(shown_record(it).get("title", "")) for record, it in states.items()}
    return [_judged(conn, centre, row, titles) for row in rows if row.record and row.other]


def standing_verdict(conn: Connection, place: int, decision: object) -> str:
    """Which verdict about a pair the decision at a place is, while it stands; else ""."""
    record = getattr(decision, "record", None)
    for name in ("absorbed", "original", "other"):
        other = getattr(decision, name, None)
        if isinstance(record, str) and isinstance(other, str):
            row = index.verdict_on(conn, record, other)
            return VERDICTS.get(row.kind, "") if row is not None and row.place == place else ""
    return ""


def _judged(conn: Connection, centre: Centre, row: Row[Any], titles: dict[str, str]) -> Judged:
    decision = decision_at(conn, centre, row.place)
    standing = index.verdict_on(conn, row.record, row.other)
    account = getattr(decision, "by", "")
    return Judged(
        place=row.place,
        at=row.at or "",
        verdict=VERDICTS[row.kind],
        record=row.record,
        other=row.other,
        titles=(titles.get(row.record, ""), titles.get(row.other, "")),
        by=f"{getattr(decision, 'agency', '')}/{account}" if account else "",
        reason=getattr(decision, "reason", ""),
        stands=standing is not None and standing.place == row.place,
    )
