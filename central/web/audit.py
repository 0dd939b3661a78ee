"""Jejak audit, the acts: what people did at the centre, and what was refused."""

from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.store import audit, hubs
from central.store.audit import AuditFilter
from central.web.audit_details import detail_words
from central.web.audit_words import ACTS
from central.web.files import csv_file
from central.web.visit import Visit

PAGE_ROWS = 50
FILE_ROWS = 50_000
COLUMNS = ("at", "what", "hub", "detail")


async def acts_page(visit: Visit) -> web.Response:
    """The newest acts, of all or of one kind or hub, or with some words."""
    asked, before = _asked(visit), visit.number("sebelum")

    def read(conn: Connection) -> dict[str, Any]:
        rows = audit.newest(conn, asked, before=before, limit=PAGE_ROWS + 1)
        return {
            "items": rows[:PAGE_ROWS],
            "following": rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else None,
            "kinds": audit.kinds(conn),
            "hubs": hubs.names(conn),
        }

    return await visit.desk_page(
        "acts.html",
        here="audit",
        is_first=before is None,
        asked=asked,
        query=_query(asked),
        words=ACTS,
        said=partial(detail_words, reader=visit.reader),
        **await visit.centre.db.read(read),
    )


async def acts_file(visit: Visit) -> web.Response:
    """The same as CSV, the newest acts up to a bound."""
    asked = _asked(visit)
    rows = await visit.centre.db.read(lambda conn: audit.newest(conn, asked, limit=FILE_ROWS))
    cells = [[row.at.isoformat(), row.what, row.hub or "", row.detail] for row in rows]
    return csv_file("tindakan.csv", COLUMNS, cells)


def _asked(visit: Visit) -> AuditFilter:
    what, hub, words = visit.text("jenis"), visit.text("hub"), visit.text("kata")
    known = [it if it.isprintable() else "" for it in (what, hub, words)]
    return AuditFilter(what=known[0], hub=known[1], words=known[2])


def _query(asked: AuditFilter) -> dict[str, str]:
    """What is asked for, as the address says it."""
    given = {"jenis": asked.what, "hub": asked.hub, "kata": asked.words}
    return {name: value for name, value in given.items() if value}
