"""Between the centre and one hub: enrolment, how the centre sees the hub, its own log back.

All but enrolment and cosignatures is signed by the hub (`central.api.caller`): an enrolment proves
possession of its keys, a cosignature is a signature.
"""

import logging

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import cosigning, instances, intake, issued, presence, registry
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
from central.api.recovering import read_hand_back
from central.api.tiles import tile_page
from central.store.hubs import HubRow
from protocol.canonical import parse
from protocol.decimals import parse_decimal
from protocol.enrolment import (
    decode_adoption,
    decode_enrol_request,
    encode_enrol_answer,
)
from protocol.limits import INSTANCE_CHARACTERS_MAX, REQUEST_PACKAGES_MAX
from runtime.database import DatabaseError
from runtime.http.body import read_body
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused

ENROL_BYTES_MAX = 16_384
COSIGN_BYTES_MAX = 8_192

log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_post("/sync/v1/enrol", enrol)
    app.router.add_get("/sync/v1/hub", hub_view)
    app.router.add_get("/sync/v1/mirror/checkpoint", mirror_checkpoint)
    app.router.add_get("/sync/v1/mirror/tile/{path:.+}", mirror_tile)
    app.router.add_post("/sync/v1/adopt", adopt)
    app.router.add_post("/sync/v1/cosign", cosign)
    app.router.add_post("/sync/v1/report", report)
    app.router.add_post("/sync/v1/hand-back", hand_back)


async def enrol(request: web.Request) -> web.Response:
    """Takes a hub's keys against an invitation."""
    asked = decode_enrol_request(await read_body(request, limit_bytes=ENROL_BYTES_MAX))
    centre = request.app[CENTRE]
    answer = await centre.db.run(lambda conn: registry.enrol(conn, centre, asked))
    request.app[RECONCILER].wake()
    return _json(encode_enrol_answer(answer), status=201)


async def hub_view(request: web.Request) -> web.Response:
    """How the centre sees the hub that asks; a revoked one learns that it is.

    Raises:
        Refused: the machine that asks is not the hub's (`identity_in_use`).
    """
    hub, _ = await calling_hub(request)
    centre = request.app[CENTRE]
    await _check_machine(request, hub)
    view = await centre.db.read(lambda conn: intake.hub_view(conn, centre, hub.hub))
    advice = {
        "call_again_s": request.app[SETTINGS].call_again_s,
        "limits": {"packages_a_request": REQUEST_PACKAGES_MAX},
    }
    return _json(orjson.dumps({**advice, **view}))


async def _check_machine(request: web.Request, hub: HubRow) -> None:
    """Stops a machine that is not the hub's; one that does not say which it is may ask."""
    call = _call_of(request)
    if call is None:
        return
    centre = request.app[CENTRE]
    judged = await centre.db.read(lambda conn: instances.judge(conn, centre, hub, call))

    def keep(conn: Connection) -> None:
        instances.keep(conn, centre, judged)
        if call.good_s is not None and not judged.sentence:
            presence.note_good(conn, centre, hub, good_s=call.good_s)

    if judged.row is not None:
        try:
            await centre.db.run(keep)
        except DatabaseError as error:  # who only asks is answered all the same
            log.warning("machine_not_kept", extra={"hub": hub.hub, "reason": str(error)})
    if judged.sentence:
        raise Refused("identity_in_use", detail=judged.sentence)


def _call_of(request: web.Request) -> instances.Call | None:
    query = request.query
    instance, size = query.get("instance", ""), parse_decimal(query.get("head", "0"))
    good_s = parse_decimal(query.get("good", "0"))
    if len(instance) > INSTANCE_CHARACTERS_MAX or not instance.isprintable():
        raise Refused("bad_query")
    if size is None or good_s is None:
        raise Refused("bad_query")
    said = good_s if "good" in query else None
    return instances.Call(instance=instance, head=size, good_s=said) if instance else None


async def adopt(request: web.Request) -> web.Response:
    """Makes the machine that asks the hub's only one."""
    hub, body = await active_hub(request)
    centre = request.app[CENTRE]
    named = decode_adoption(body)
    await centre.db.run(
        lambda conn: instances.take(
            conn,
            centre,
            registry.get_hub(conn, hub.hub),
            named.instance,
            former=named.former,
        )
    )
    return web.Response(status=204)


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


async def hand_back(request: web.Request) -> web.Response:
    """Looks at a checkpoint that a hub holds of the national log, and nothing else of the message.

    Where this centre signed it and does not have what it covers, an old backup was restored: the
    mark is moved, and the reconciler ends the service before anything more is signed.
    """
    message = await read_hand_back(request)
    centre = request.app[CENTRE]
    if await centre.db.read(lambda conn: issued.learn(conn, centre, message.checkpoint)):
        log.error("history_lost", extra={"origin": centre.national_origin})
        request.app[RECONCILER].wake()
    return web.Response(status=204)


def _json(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=body, content_type=JSON_TYPE, headers={"Cache-Control": PRIVATE}
    )
