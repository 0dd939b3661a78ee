"""How each hub is, for systems whose token is for `hubs:read`; and what a token is for."""

from datetime import datetime

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central.api.bearer import calling_system, only_for_it
from central.api.parts import CENTRE, JSON_TYPE, SETTINGS
from central.api.queries import refuse_parameters
from central.monitoring import hub_health
from central.monitoring.hub_health import HubHealth, Lag
from central.scope import Scope
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
    """Every hub with its freshness, its lag, its software and its last trouble."""
    await calling_system(request, Scope.HUBS_READ)
    refuse_parameters(request)
    centre = request.app[CENTRE]
    default_hours = request.app[SETTINGS].freshness_target_hours

    def read(conn: Connection) -> list[Json]:
        found = hub_health.of_everyone(conn, centre, default_hours=default_hours)
        lags = hub_health.lags(conn, centre)
        by_id = sorted(found, key=lambda it: it.hub.hub)
        return [_shown(it, lags[it.hub.hub]) for it in by_id]

    return _json({"items": await centre.db.read(read)})


def _shown(found: HubHealth, lag: Lag) -> dict[str, Json]:
    hub, report = found.hub, found.report
    return {
        "hub": hub.hub,
        "name": hub.name,
        "state": hub.state,
        "software": hub.software,
        "last_seen_at": _moment(hub.last_seen_at),
        "freshness": found.freshness,
        "target_hours": found.target_hours,
        "good_at": _moment(report.good_at if report else None),
        "announced": lag.offered,
        "mirrored": lag.held,
        "undecided": lag.undecided,
        "code": report.code if report else None,
        "reported_at": _moment(report.at if report else None),
        "trouble": (report.trouble if report else "") or None,
        "trouble_at": _moment(report.trouble_at if report else None),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _json(value: dict[str, Json]) -> web.Response:
    return only_for_it(web.Response(body=orjson.dumps(value), content_type=JSON_TYPE))
