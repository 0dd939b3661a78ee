"""Kampanye, the list: what the centre asks the hubs to refresh, and how far each has come."""

from collections.abc import Mapping

from aiohttp import web
from yarl import URL

from central.casework import campaigns
from central.web.campaign_words import STATES
from central.web.serving import DESK
from central.web.visit import Visit

CAMPAIGNS = f"{DESK}/kampanye"


def records_address(campaign: str, filters: Mapping[str, str]) -> str:
    """The page with those of a campaign's innovations that pass `filters`."""
    return str(URL(f"{CAMPAIGNS}/{campaign}/inovasi").with_query(dict(filters)))


async def campaigns_page(visit: Visit) -> web.Response:
    """Every campaign, the one opened last first."""
    centre = visit.centre
    found = await centre.db.read(lambda conn: campaigns.list_campaigns(conn, centre))
    return await visit.desk_page("campaigns.html", here="campaigns", campaigns=found, states=STATES)
