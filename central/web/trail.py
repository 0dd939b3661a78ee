"""Jejak audit, the national log: every decision in words, with its place and its proof."""

from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from central.casework import trail
from central.casework.trail import Trail, TrailFilter
from central.store import hubs
from central.web.decision_subjects import Subjects, subjects_of, told_of
from central.web.decision_words import KINDS, REDACTED, Told
from central.web.files import csv_file
from central.web.serving import DESK
from central.web.visit import Visit
from runtime.pages.translating import msg

PAGE_DECISIONS = 50
FILE_DECISIONS = 20_000
PART_DECISIONS = 1_000
"""Read in one transaction for a file, so that nobody waits for all of it."""

COLUMNS = ("place", "at", "kind", "change", "hub", "by", "record", "other", "reason", "code")
THE_REST = msg("Berkas ini berhenti di sini; keputusan yang lebih lama ada di %(address)s")


async def trail_page(visit: Visit) -> web.Response:
    """The newest decisions, of all or of one kind, hub or account."""
    asked, before, centre = _asked(visit), visit.number("sebelum"), visit.centre

    def read(conn: Connection) -> tuple[Trail, list[Told], Subjects]:
        found = trail.read(conn, centre, asked, before=before, limit=PAGE_DECISIONS)
        items = told_of(conn, found)
        return found, items, subjects_of(conn, centre, items)

    found, items, subjects = await centre.db.read(read)
    return await visit.desk_page(
        "trail.html",
        here="audit",
        items=items,
        subjects=subjects,
        following=found.before,
        is_first=before is None,
        asked=asked,
        query=_query(asked),
        kinds=KINDS,
        hubs=await centre.db.read(hubs.names),
        origin=centre.national_origin,
        folder=str(centre.folder),
    )


async def trail_file(visit: Visit) -> web.Response:
    """The same as CSV up to a bound, behind which its last row says where the rest is."""
    asked, before = _asked(visit), visit.number("sebelum")
    rows: list[list[str]] = []
    while len(rows) < FILE_DECISIONS:
        items, before = await _part(visit, asked, before, limit=FILE_DECISIONS - len(rows))
        rows += [_cells(visit, it) for it in items]
        if before is None:
            break
    if before is not None:
        rows.append(_last_row(visit, asked, before))
    return csv_file("log-nasional.csv", COLUMNS, rows)


async def _part(
    visit: Visit, asked: TrailFilter, before: int | None, *, limit: int
) -> tuple[list[Told], int | None]:
    def read(conn: Connection) -> tuple[list[Told], int | None]:
        count = min(limit, PART_DECISIONS)
        found = trail.read(conn, visit.centre, asked, before=before, limit=count)
        return told_of(conn, found), found.before

    return await visit.centre.db.read(read)


def _cells(visit: Visit, it: Told) -> list[str]:
    cells = {name: str(getattr(it, name) or "") for name in COLUMNS} | {"place": str(it.place)}
    if it.is_redacted:
        cells["reason"] = visit.say(REDACTED)
    return list(cells.values())


def _last_row(visit: Visit, asked: TrailFilter, before: int) -> list[str]:
    query = urlencode({**_query(asked), "sebelum": str(before)})
    address = visit.address_of(f"{DESK}/jejak/berkas?{query}")
    said = visit.say(THE_REST) % {"address": address}
    return [said if name == "reason" else "" for name in COLUMNS]


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
