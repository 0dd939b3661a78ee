"""Between the centre and one hub: enrolment, how the centre sees the hub, its own log back.

All but enrolment and cosignatures is signed by the hub (`central.api.caller`): an enrolment proves
possession of its keys, a cosignature is a signature.
"""

import orjson
from aiohttp import web

from central import cosigning, intake, presence, registry
from central.api.caller import active_hub, calling_hub
from central.api.parts import (
    CENTRE,
    JSON_TYPE,
    PRIVATE,
    RECONCILER,
    SETTINGS,
    TEXT_TYPE,
    read_page,
)
from central.api.tiles import tile_page
from protocol.canonical import parse
from protocol.enrolment import decode_enrol_request, encode_enrol_answer
from protocol.limits import REQUEST_PACKAGES_MAX
from runtime.http.body import read_body
from runtime.http.etags import page_response

ENROL_BYTES_MAX = 16_384
COSIGN_BYTES_MAX = 8_192


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_post("/sync/v1/enrol", enrol)
    app.router.add_get("/sync/v1/hub", hub_view)
    app.router.add_get("/sync/v1/mirror/checkpoint", mirror_checkpoint)
    app.router.add_get("/sync/v1/mirror/tile/{path:.+}", mirror_tile)
    app.router.add_post("/sync/v1/cosign", cosign)
    app.router.add_post("/sync/v1/report", report)


async def enrol(request: web.Request) -> web.Response:
    """Takes a hub's keys against an invitation."""
    asked = decode_enrol_request(await read_body(request, limit_bytes=ENROL_BYTES_MAX))
    centre = request.app[CENTRE]
    answer = await centre.db.run(lambda conn: registry.enrol(conn, centre, asked))
    request.app[RECONCILER].wake()
    return _json(encode_enrol_answer(answer), status=201)


async def hub_view(request: web.Request) -> web.Response:
    """How the centre sees the hub that asks; a revoked one learns that it is."""
    hub, _ = await calling_hub(request)
    centre = request.app[CENTRE]
    view = await centre.db.read(lambda conn: intake.hub_view(conn, centre, hub.hub))
    advice = {
        "call_again_s": request.app[SETTINGS].call_again_s,
        "limits": {"packages_a_request": REQUEST_PACKAGES_MAX},
    }
    return _json(orjson.dumps({**advice, **view}))


async def mirror_checkpoint(request: web.Request) -> web.Response:
    """The mirror checkpoint of the hub's own log, with the centre's cosignature."""
    hub, _ = await active_hub(request)
    logs = request.app[CENTRE].logs
    page = await read_page(
        request,
        lambda conn: logs.latest_checkpoint(conn, logs.open(conn, hub.origin)),
        content_type=TEXT_TYPE,
        cache_control=PRIVATE,
    )
    return page_response(request, page)


async def mirror_tile(request: web.Request) -> web.Response:
    """A tile or entry bundle of the hub's own log, for its recovery."""
    hub, _ = await active_hub(request)
    page = await tile_page(request, origin=hub.origin, cache_control=PRIVATE)
    return page_response(request, page)


async def cosign(request: web.Request) -> web.Response:
    """Keeps a witness's cosignature on the national checkpoint of the size in the first line."""
    body = await read_body(request, limit_bytes=COSIGN_BYTES_MAX)
    centre = request.app[CENTRE]
    await centre.db.run(lambda conn: cosigning.keep_cosignatures(conn, centre, body))
    return web.Response(status=204)


async def report(request: web.Request) -> web.Response:
    """Keeps what a node says of itself: software, instance, its last run."""
    hub, body = await active_hub(request)
    values = parse(body)
    centre = request.app[CENTRE]
    await centre.db.run(lambda conn: presence.note_report(conn, centre, hub, values))
    return web.Response(status=204)


def _json(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=body, content_type=JSON_TYPE, headers={"Cache-Control": PRIVATE}
    )
