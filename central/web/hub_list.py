"""Hub: every hub by how much it needs somebody."""

from aiohttp import web
from sqlalchemy import Connection

from central.monitoring import hub_health
from central.monitoring.freshness import Freshness, counted
from central.monitoring.hub_health import HubHealth, Lag
from central.web.hub_words import FRESHNESS, STATES
from central.web.serving import DESK
from central.web.visit import Visit
from runtime.http.problem_responses import Refused
from runtime.software import is_older

HUBS = f"{DESK}/hub"
OVERDUE = "overdue"
"""The state of a filter that stands for several."""


async def hubs_page(visit: Visit) -> web.Response:
    """The list, of one state where the address names one."""
    wanted = _wanted(visit)
    hours = visit.site.settings.freshness_target_hours

    def read(conn: Connection) -> tuple[list[HubHealth], dict[str, Lag]]:
        found = hub_health.of_everyone(conn, visit.centre, default_hours=hours)
        return found, hub_health.lags(conn, visit.centre)

    found, lags = await visit.centre.db.read(read)
    return await visit.desk_page(
        "hubs.html",
        here="hubs",
        hubs=[(it, lags[it.hub.hub]) for it in found if _passes(it, wanted)],
        counts=counted({it.hub.hub: it.freshness for it in found}),
        overdue_count=sum(it.is_overdue for it in found),
        all_count=len(found),
        wanted=wanted,
        words=FRESHNESS,
        states=STATES,
        is_older=is_older,
    )


def _wanted(visit: Visit) -> str:
    """The state that the address asks for, or "".

    Raises:
        Refused: there is no such state.
    """
    wanted = visit.text("state")
    if wanted and wanted != OVERDUE and wanted not in list(Freshness):
        raise Refused("bad_query")
    return wanted


def _passes(found: HubHealth, wanted: str) -> bool:
    if wanted == OVERDUE:
        return found.is_overdue
    return not wanted or found.freshness == wanted
