"""Jejak audit, the national log: every decision in words, with its place and its proof."""

from aiohttp import web

from central.casework import trail
from central.casework.trail import Trail, TrailFilter
from central.store import hubs
from central.web.decision_words import KINDS, told
from central.web.files import csv_file
from central.web.visit import Visit

PAGE_DECISIONS = 50
FILE_DECISIONS = 5_000
COLUMNS = ("place", "at", "kind", "change", "hub", "by", "record", "other", "reason", "code")


async def trail_page(visit: Visit) -> web.Response:
    """The newest decisions, of all or of one kind, hub or account."""
    asked, before = _asked(visit), visit.number("sebelum")
    found = await _read(visit, asked, before=before, limit=PAGE_DECISIONS)
    return await visit.desk_page(
        "trail.html",
        here="audit",
        items=[(place, told(place, it) if it else None) for place, it in found.items],
        following=found.before,
        is_first=before is None,
        asked=asked,
        query=_query(asked),
        kinds=KINDS,
        hubs=await visit.centre.db.read(hubs.names),
        origin=visit.centre.national_origin,
    )


async def trail_file(visit: Visit) -> web.Response:
    """The same as CSV, the newest decisions up to a bound."""
    asked = _asked(visit)
    found = await _read(visit, asked, before=None, limit=FILE_DECISIONS)
    rows = [told(place, it) for place, it in found.items if it]
    return csv_file(
        "log-nasional.csv",
        COLUMNS,
        [[str(getattr(row, name) or "") for name in COLUMNS] for row in rows],
    )


async def _read(visit: Visit, asked: TrailFilter, *, before: int | None, limit: int) -> Trail:
    centre = visit.centre
    return await centre.db.read(
        lambda conn: trail.read(conn, centre, asked, before=before, limit=limit)
    )


def _asked(visit: Visit) -> TrailFilter:
    kind, hub, by = visit.text("jenis"), visit.text("hub"), visit.text("akun")
    return TrailFilter(
        kind=kind if kind in KINDS else "",
        hub=hub if hub.isprintable() else "",
        by=by,
    )


def _query(asked: TrailFilter) -> dict[str, str]:
    """What is asked for, as the address says it."""
    given = {"jenis": asked.kind, "hub": asked.hub, "akun": asked.by}
    return {name: value for name, value in given.items() if value}
