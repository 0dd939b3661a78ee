"""The hubs of the federation for readers: who they are and whether they are heard of."""

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import registry
from central.api.parts import BRIEFLY, JSON_TYPE, read_page
from central.store.hubs import HubRow
from protocol.canonical import Json
from runtime.http.etags import page_response


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/api/v1/hubs", hubs)


async def hubs(request: web.Request) -> web.Response:
    """Every hub with its name, state, log and verifier keys."""
    page = await read_page(request, _listed, content_type=JSON_TYPE, cache_control=BRIEFLY)
    return page_response(request, page)


def _listed(conn: Connection) -> bytes:
    return orjson.dumps({"items": [public_hub(hub) for hub in registry.list_hubs(conn)]})


def public_hub(hub: HubRow) -> dict[str, Json]:
    """What anybody may know of a hub: not its instance, not its software."""
    return {
        "hub": hub.hub,
        "name": hub.name,
        "state": hub.state,
        "origin": hub.origin,
        "log_key": hub.log_key,
        "witness_key": hub.witness_key,
        "last_seen_at": None if hub.last_seen_at is None else hub.last_seen_at.isoformat(),
    }
