"""Sinkronisasi: now, how far it is, what the last runs did, and what waits to be sent."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.status import past_runs
from hubnode.store import outbox, receipts, records
from hubnode.store.runs import Run
from hubnode.sync.sentences import sentence_of
from hubnode.web.visit import Visit
from protocol.entries.changes import decode_change, type_of
from runtime.pages.translating import INDONESIAN

RUNS_SHOWN = 20
QUEUE_SHOWN = 50
RECEIPTS_SHOWN = 10


async def runs_page(visit: Visit) -> web.Response:
    """All of it on one page."""
    found = await visit.node.db.read(lambda conn: _found(conn, visit))
    return await visit.hub_page("syncing.html", here="sync", **found)


async def sync_now(visit: Visit) -> web.Response:
    """Sends a run off and shows how far it is."""
    visit.site.run_now()
    return visit.go("/sinkronisasi", told="syncing")


async def stop(visit: Visit) -> web.Response:
    """Asks the run that is under way to end; what it has done so far stays."""
    visit.site.live.stop()
    return visit.go("/sinkronisasi", told="stopping")


async def live_part(visit: Visit) -> web.Response:
    """The part of the page that changes while a run is under way."""
    live = visit.site.live
    response = visit.page("live.html", live=live)
    response.headers["JIPP-Live"] = "more" if live.is_running else "rest"
    return response


def _found(conn: Connection, visit: Visit) -> dict[str, Any]:
    queue = outbox.pending(conn, QUEUE_SHOWN)
    own = records.get_many(conn, [it.record for it in queue])
    past = past_runs(conn, visit.node, limit=RUNS_SHOWN)
    return {
        "runs": [_shown(run, visit.language) for run in past],
        "titles": {id_: it.fields.get("title", id_) for id_, it in own.items()},
        "queue": [(it, type_of(decode_change(it.entry))) for it in queue],
        "receipts": receipts.latest(conn, limit=RECEIPTS_SHOWN),
    }


def _shown(run: Run, language: str) -> dict[str, Any]:
    """A run as a row: its sentence in the reader's language, and how long it took."""
    is_known = run.code and language != INDONESIAN
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    return {
        "started_at": run.started_at,
        "state": run.state.value,
        "seconds": seconds,
        "pushed_count": run.pushed_count,
        "pulled_count": run.pulled_count,
        "sentence": sentence_of(run.code).en if is_known else run.sentence,
        "code": run.code,
        "detail": run.detail,
    }
