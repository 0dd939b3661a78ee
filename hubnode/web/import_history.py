"""A past import: the records that it changed, and taking it back as a whole."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.imports.undo import Kept, NothingToUndo, UndoReport, rehearse_undo, undo_import
from hubnode.store import identity, records
from hubnode.store import imports as store
from hubnode.web.import_jobs import Job
from hubnode.web.import_work import PLACE, uploads_of
from hubnode.web.visit import Visit
from protocol.floods import is_flood
from runtime.pages.translating import msg

RECORDS_SHOWN = 100
KEPT_SHOWN = 50
OTHER_KEPT = {
    "state": msg("ditarik atau ditampilkan lagi sesudah impor"),
    "hub": msg("diserahkan kepada hub lain"),
}
"""What is not a field, of why a record stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """A record of which an undo leaves something as it is.

    Attributes:
        address: of its page.
        why: what was edited since, by its labels.
    """

    title: str
    address: str
    why: str


async def past_import_page(visit: Visit) -> web.Response:
    """What it did, and whether it can be undone; an import that changed nothing has no page."""
    number = _number(visit)
    found = await visit.node.db.read(lambda conn: _found(conn, number))
    if found is None:
        return visit.go(PLACE)
    job = visit.site.imports.of(_job_name(number))
    report = visit.site.imports.undone.get(number)
    return await visit.hub_page(
        "import_past.html",
        here="imports",
        job=job,
        report=report,
        stays=await _stays(visit, number, report),
        shown_max=RECORDS_SHOWN,
        **found,
    )


async def ask_undo(visit: Visit) -> web.Response:
    """How many records would be taken back, how many stay and why; then one button."""
    number, node = _number(visit), visit.node
    found = await node.db.read(lambda conn: _found(conn, number))
    who = await node.db.read(identity.get)
    is_working = visit.site.imports.of(_job_name(number)) is not None
    if found is None or who is None or found["run"].undone or not found["is_newest"] or is_working:
        return visit.go(f"{PLACE}/riwayat/{number}")
    report = await node.db.worker.run(lambda: rehearse_undo(node, who, number, by=visit.account))
    total = await node.db.read(records.count)
    return await visit.hub_page(
        "import_undo.html",
        here="imports",
        run=found["run"],
        report=report,
        stays=await _stays(visit, number, report),
        is_flood=is_flood(report.undone, lambda: total),
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


async def _stays(visit: Visit, number: int, report: UndoReport | None) -> list[Stays]:
    """The first of the records of which something stays, as people know them."""
    kept = report.kept[:KEPT_SHOWN] if report else ()
    ids = [it.record for it in kept]

    def read(conn: Connection) -> dict[str, str]:
        own = records.get_many(conn, ids)
        now = {record: str(it.fields.get("title", "")) for record, it in own.items()}
        return {**store.titles_among(conn, number, ids), **now}

    titles = await visit.node.db.read(read)
    return [_kept(visit, it, titles.get(it.record, "")) for it in kept]


def _kept(visit: Visit, it: Kept, title: str) -> Stays:
    words = [_word(visit, name) for name in it.fields]
    place = "/katalog" if "hub" in it.fields else "/inovasi"
    return Stays(title=title or it.record, address=f"{place}/{it.record}", why=", ".join(words))


def _word(visit: Visit, name: str) -> str:
    other = OTHER_KEPT.get(name, "")
    return visit.say(other) if other else visit.reader.field(name)


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
