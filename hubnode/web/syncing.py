"""Sinkronisasi: now, how far it is, what the last runs did, and what waits to be sent."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.status import past_runs
from hubnode.store import identity, outbox, receipts, records
from hubnode.sync.audit import Counts, count
from hubnode.web.run_history import rows_of
from hubnode.web.visit import Visit
from protocol.entries.changes import decode_change, type_of
from runtime.pages.change_words import CHANGES
from runtime.pages.formats import zone_of
from runtime.pages.translating import INDONESIAN

RUNS_READ, ROWS_SHOWN = 500, 20
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
    queue, who = outbox.pending(conn, QUEUE_SHOWN), identity.get(conn)
    own = records.get_many(conn, [it.record for it in queue])
    past = past_runs(conn, visit.node, limit=RUNS_READ)
    zone = zone_of(who.hub if who else "")
    return {
        "runs": rows_of(past, language=visit.language, zone=zone, limit=ROWS_SHOWN),
        "totals": _totals(count(conn, visit.node, who), visit.language) if who else "",
        "titles": {id_: it.fields.get("title", id_) for id_, it in own.items()},
        "queue": [(it, _change_word(type_of(decode_change(it.entry)))) for it in queue],
        "receipts": receipts.latest(conn, limit=RECEIPTS_SHOWN),
    }


def _totals(counts: Counts, language: str) -> str:
    """How all changes of this hub stand now: said once, and not again by every run."""
    return counts.sentence if language == INDONESIAN else counts.sentence_en


def _change_word(kind: str) -> str:
    return CHANGES.get(kind, kind)
