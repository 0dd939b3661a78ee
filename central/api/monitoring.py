"""How each hub is, for systems whose token is for `hubs:read`; and what a token is for."""

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import intake, registry
from central.api.bearer import calling_system, only_for_it
from central.api.parts import CENTRE, JSON_TYPE
from central.api.queries import refuse_parameters
from central.centre import Centre
from central.scope import Scope
from central.store import mirrors, reports
from central.store.hubs import HubRow
from protocol.canonical import Json


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/api/v1/token", own_token)
    app.router.add_get("/api/v1/monitoring/hubs", hubs)


async def own_token(request: web.Request) -> web.Response:
    """What the token that asks is for, and until when."""
    token = await calling_system(request)
    refuse_parameters(request)
    return _json(
        {
            "id": token.id,
            "name": token.name,
            "agency": token.agency,
            "scopes": list[Json](token.scopes.split()),
            "expires_at": token.expires_at.isoformat(),
        }
    )


async def hubs(request: web.Request) -> web.Response:
    """Every hub with its lag, its software and its last trouble."""
    await calling_system(request, Scope.HUBS_READ)
    refuse_parameters(request)
    centre = request.app[CENTRE]

    def read(conn: Connection) -> list[Json]:
        return [_shown(conn, centre, hub) for hub in registry.list_hubs(conn)]

    return _json({"items": await centre.db.read(read)})


def _shown(conn: Connection, centre: Centre, hub: HubRow) -> dict[str, Json]:
    log = centre.logs.open(conn, hub.origin)
    report = reports.get(conn, hub.hub)
    mirrored = intake.mirrored_size(conn, centre, log)
    return {
        "hub": hub.hub,
        "name": hub.name,
        "state": hub.state,
        "software": hub.software,
        "last_seen_at": None if hub.last_seen_at is None else hub.last_seen_at.isoformat(),
        "announced": mirrors.latest_pending(conn, hub.origin).size,
        "mirrored": mirrored,
        "undecided": mirrored - hub.reconciled_size,
        "code": report.code if report else None,
        "reported_at": report.at.isoformat() if report else None,
        "trouble": (report.trouble if report else "") or None,
        "trouble_at": report.trouble_at.isoformat() if report and report.trouble_at else None,
    }


def _json(value: dict[str, Json]) -> web.Response:
    return only_for_it(web.Response(body=orjson.dumps(value), content_type=JSON_TYPE))
