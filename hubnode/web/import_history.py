"""A past import: the records that it changed, and taking it back as a whole."""

from contextlib import suppress
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.imports.undo import NothingToUndo, undo_import
from hubnode.store import identity
from hubnode.store import imports as store
from hubnode.web.import_jobs import Job
from hubnode.web.import_work import PLACE, uploads_of
from hubnode.web.visit import Visit

RECORDS_SHOWN = 100


async def past_import_page(visit: Visit) -> web.Response:
    """What it did, and whether it can be undone; an import that changed nothing has no page."""
    number = _number(visit)
    found = await visit.node.db.read(lambda conn: _found(conn, number))
    if found is None:
        return visit.go(PLACE)
    job = visit.site.imports.of(_job_name(number))
    return await visit.hub_page(
        "import_past.html",
        here="imports",
        job=job,
        report=visit.site.imports.undone.get(number),
        shown_max=RECORDS_SHOWN,
        **found,
    )


async def live_part(visit: Visit) -> web.Response:
    """The part of the page that changes while it is being undone."""
    job = visit.site.imports.of(_job_name(_number(visit)))
    response = visit.page("import_live.html", job=job)
    response.headers["JIPP-Live"] = "rest" if job is None else "more"
    return response


async def undo(visit: Visit) -> web.Response:
    """Takes it back; what was edited since stays, and is named."""
    number, node, by, undone = _number(visit), visit.node, visit.account, visit.site.imports.undone

    def take_back(job: Job) -> None:
        who, run = node.db.read_sync(lambda conn: (identity.get(conn), store.latest(conn)))
        if who is None or run is None or run.id != number:
            return
        left = node.db.read_sync(lambda conn: store.get(conn, number))
        job.begin(run.records_count - (left.undone_count if left else 0))
        with suppress(NothingToUndo):  # another import came between; the page says so
            undone[number] = undo_import(node, who, run, by=by, advance=job.advance)
            uploads_of(visit).discard_of(number)

    async def work(job: Job) -> None:
        await node.db.worker.run(lambda: take_back(job))

    await visit.site.imports.perform(_job_name(number), node.clock, work)
    return visit.go(f"{PLACE}/riwayat/{number}")


def _found(conn: Connection, number: int) -> dict[str, Any] | None:
    run = store.get(conn, number)
    if run is None:
        return None
    newest = store.latest(conn)
    return {
        "run": run,
        "records": store.titles_of(conn, number, limit=RECORDS_SHOWN),
        "is_newest": newest is not None and newest.id == number,
    }


def _number(visit: Visit) -> int:
    return int(visit.request.match_info["number"])


def _job_name(number: int) -> str:
    return f"undo-{number}"
