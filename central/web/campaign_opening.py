"""Kampanye, a new one: a form that counts what it would ask for before it asks."""

import re

from aiohttp import web
from sqlalchemy import Connection

from central.casework import campaigns
from central.casework.campaigns import CampaignOrder
from central.store import hubs
from central.web.campaign_faults import campaign_faults
from central.web.campaign_list import CAMPAIGNS
from central.web.visit import Visit
from protocol.errors import ProtocolError
from protocol.innovation.awards import every_scheme

_BETWEEN = re.compile(r"[,;\s]+")


async def new_page(visit: Visit) -> web.Response:
    """The empty form."""
    return await _page(visit)


async def open_campaign(visit: Visit) -> web.Response:
    """Counts the records of the target, or opens the campaign; the button says which."""
    order, centre = _order(visit), visit.centre
    if visit.text("do") != "open":
        return await _counted(visit, order)
    try:
        await centre.db.run(lambda conn: campaigns.open_campaign(conn, centre, order))
    except ProtocolError as error:
        return await _page(visit, faults=campaign_faults(visit, error), status=422)
    return visit.go(f"{CAMPAIGNS}/{order.campaign}", told="campaign_opened")


async def _counted(visit: Visit, order: CampaignOrder) -> web.Response:
    centre = visit.centre

    def count(conn: Connection) -> int:
        return campaigns.count_targeted(conn, centre, order)

    try:
        found = await centre.db.read(count)
    except ProtocolError as error:
        return await _page(visit, faults=campaign_faults(visit, error), status=422)
    return await _page(visit, count=found)


def _order(visit: Visit) -> CampaignOrder:
    """What the form asks for."""
    person = visit.person()
    given = {
        "hub": visit.texts("hub"),
        "scheme": visit.texts("scheme"),
        "year": _BETWEEN.split(visit.text("year")),
        "award_year": _BETWEEN.split(visit.text("award_year")),
    }
    target = {name: [it for it in values if it] for name, values in given.items()}
    return CampaignOrder(
        campaign=visit.text("campaign"),
        title=visit.text("title"),
        due=visit.text("due"),
        target={name: values for name, values in target.items() if values},
        by=person.by,
        agency=person.agency,
    )


async def _page(
    visit: Visit,
    *,
    faults: dict[str, str] | None = None,
    count: int | None = None,
    status: int = 200,
) -> web.Response:
    return await visit.desk_page(
        "campaign_new.html",
        here="campaigns",
        status=status,
        faults=faults or {},
        count=count,
        hubs=await visit.centre.db.read(hubs.names),
        schemes=every_scheme(),
        given={name: visit.text(name) for name in ("campaign", "title", "due")},
        years={name: visit.text(name) for name in ("year", "award_year")},
        chosen={name: visit.texts(name) for name in ("hub", "scheme")},
    )
