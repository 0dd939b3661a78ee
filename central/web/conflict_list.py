"""Benturan, the list: every field that two parties wrote without having seen each other's value."""

from aiohttp import web

from central.casework import conflict_queue
from central.casework.conflicts import Conflict
from central.store import hubs
from central.web.field_labels import field_labels
from central.web.serving import DESK
from central.web.visit import Visit
from protocol.merge import CENTRE
from runtime.pages.case_values import readable

CONFLICTS = f"{DESK}/benturan"
PAGE_RECORDS = 50


async def conflicts_page(visit: Visit) -> web.Response:
    """The conflicts of some records, chosen by hub and field."""
    centre, hub, field, start = visit.centre, visit.text("hub"), visit.text("isian"), visit.start
    labels = field_labels(visit)
    field = field if field in labels else ""
    names = await centre.db.read(hubs.names)
    hub = hub if hub in names else ""
    page = await centre.db.read(
        lambda conn: conflict_queue.page(
            conn, centre, hub=hub, field=field, start=start, limit=PAGE_RECORDS
        )
    )
    return await visit.desk_page(
        "conflicts.html",
        here="conflicts",
        page=page,
        values={(it.record, it.field): _values(visit, it) for it in page.items},
        labels=labels,
        hubs=names,
        hub=hub,
        field=field,
        start=start,
        limit=PAGE_RECORDS,
        centre=CENTRE,
    )


def _values(visit: Visit, it: Conflict) -> list[tuple[str, str]]:
    """Who says what, in words."""
    return [(head.author, readable(it.field, head.value, visit.reader).text) for head in it.heads]
