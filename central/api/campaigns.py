"""Campaigns for readers: what the hubs are asked to refresh, and how far they have come."""

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE, read_page
from central.api.queries import read_breakdown
from central.casework import campaigns
from central.casework.campaign_report import row_of
from central.casework.campaigns import CampaignRefused, Look
from central.centre import Centre
from protocol.canonical import Json
from runtime.http.etags import page_response

PREFIX = "/api/v1/campaigns"


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get(PREFIX, every)
    app.router.add_get(PREFIX + "/{campaign}", one)
    app.router.add_get(PREFIX + "/{campaign}/progress", progress)


async def every(request: web.Request) -> web.Response:
    """Every campaign with its numbers, the one opened last first."""
    centre = request.app[CENTRE]

    def read(conn: Connection) -> bytes:
        found = campaigns.list_campaigns(conn, centre)
        return orjson.dumps({"items": [_shown(it) for it in found]})

    page = await read_page(request, read, content_type=JSON_TYPE, cache_control=BRIEFLY)
    return page_response(request, page)


async def one(request: web.Request) -> web.Response:
    """One campaign with its numbers."""
    centre, name = request.app[CENTRE], _name_in(request)
    page = await read_page(
        request,
        lambda conn: orjson.dumps(_shown(campaigns.look(conn, centre, name))),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def progress(request: web.Request) -> web.Response:
    """The numbers of a campaign by hub, year, scheme, day or group."""
    centre, name = request.app[CENTRE], _name_in(request)
    by = read_breakdown(request)
    page = await read_page(
        request,
        lambda conn: _progress(conn, centre, name, by),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


def _name_in(request: web.Request) -> str:
    """The campaign's id in the address.

    Raises:
        CampaignRefused: no campaign has such an id.
    """
    name = request.match_info["campaign"]
    if not name.isprintable():
        raise CampaignRefused("there is no such campaign")
    return name


def _progress(conn: Connection, centre: Centre, name: str, by: str) -> bytes:
    rows = campaigns.progress(conn, centre, name, by)
    items = [
        {"value": value, **row_of(name, numbers, by=by, value=value)}
        for value, numbers in rows.items()
    ]
    return orjson.dumps({"campaign": name, "by": by, "items": items})


def _shown(found: Look) -> dict[str, Json]:
    queries = row_of(found.campaign.id, found.numbers)["queries"]
    return {**campaigns.document_of(found), "queries": queries}
