"""The national log as people look through it: the newest first, of one kind, hub or account."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.logs_of_hubs import of_hub
from central.store import decisions as index
from protocol.entries.decisions import Decision, read_decisions

READ_AT_ONCE = 500
LOOKED_AT_MAX = 5_000
"""Decisions that one question reads at most: whose they are stands in no index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which decisions are asked for; "" asks for any.

    Attributes:
        kind: type of the decision.
        hub: hub id: decisions about entries of its logs.
        by: account of whoever decided.
    """

    kind: str = ""
    hub: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A part of the log.

    Attributes:
        items: places and decisions, the newest first; None where the bytes are gone.
        before: the place before which the next part begins; None at the beginning of the log.
    """

    items: Sequence[tuple[int, Decision | None]]
    before: int | None


def read(
    conn: Connection, centre: Centre, asked: TrailFilter, *, before: int | None = None, limit: int
) -> Trail:
    """Decisions that were asked for.

    Of an account fewer than `limit` may come though more are there: then `before` says where to
    look on.

    Args:
        conn: an open transaction.
        centre: whose log.
        asked: which.
        before: the place before which they stand; None for the newest of all.
        limit: how many at most.
    """
    origins = [log.origin for log in of_hub(conn, asked.hub)] if asked.hub else []
    if asked.hub and not origins:
        return Trail(items=(), before=None)
    found: list[tuple[int, Decision | None]] = []
    looked_at, step = 0, READ_AT_ONCE if asked.by else limit
    while looked_at < LOOKED_AT_MAX:
        places = index.newest(conn, kind=asked.kind, origins=origins, before=before, limit=step)
        for place, decision in _read(conn, centre, places):
            before = place
            if asked.by in ("", getattr(decision, "by", "")):
                found.append((place, decision))
            if len(found) == limit:
                return Trail(items=found, before=before or None)  # nothing stands before place 0
        if len(places) < step:
            return Trail(items=found, before=None)
        looked_at += len(places)
    return Trail(items=found, before=before)


def _read(
    conn: Connection, centre: Centre, places: Sequence[int]
) -> list[tuple[int, Decision | None]]:
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries_at(conn, log, places)
    return [
        (place, next((it for _, it in read_decisions([entries[place]])), None)) for place in places
    ]
