"""Between the centre and one hub: enrolment, how the centre sees the hub, its own log back.

All but enrolment and cosignatures is signed by the hub (`central.api.caller`): an enrolment proves
possession of its keys, a cosignature is a signature.
"""

import logging

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import cosigning, instances, intake, issued, presence, registry
from central.api.caller import active_hub, keep_if_possible, news_of, verified_caller
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
from central.centre import Centre
from central.store.hubs import HubRow
from protocol.canonical import Json, parse
from protocol.decimals import parse_decimal
from protocol.enrolment import (
    decode_adoption,
    decode_enrol_request,
    encode_enrol_answer,
)
from protocol.limits import INSTANCE_CHARACTERS_MAX, REQUEST_PACKAGES_MAX
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

    All that the question tells is written down in one transaction, and only where it is news: a hub
    with nothing to send asks this and a checkpoint, so this is what it costs.

    Raises:
        Refused: the machine that asks is not the hub's (`identity_in_use`).
    """
    caller, call = await verified_caller(request), _call_of(request)
    centre, hub = request.app[CENTRE], caller.hub
    news = news_of(centre, caller)

    def view_of(conn: Connection) -> dict[str, Json]:
        return intake.hub_view(conn, centre, hub.hub)

    def look(conn: Connection) -> tuple[instances.Judgement, dict[str, Json] | None]:
        judged = instances.judge(conn, centre, hub, call) if call else instances.NOT_JUDGED
        is_to_keep = news is not None or judged.row is not None
        return judged, None if is_to_keep else view_of(conn)

    judged, view = await centre.db.read(look)

    def keep(conn: Connection) -> dict[str, Json]:
        if news is not None:
            news(conn)
        _keep_call(conn, centre, hub, call, judged)
        return view_of(conn)

    if view is None:
        view = await keep_if_possible(centre, hub, keep)
    if view is None:
        view = await centre.db.read(view_of)
    if judged.sentence:
        raise Refused("identity_in_use", detail=judged.sentence)
    advice = {
        "call_again_s": request.app[SETTINGS].call_again_s,
        "limits": {"packages_a_request": REQUEST_PACKAGES_MAX},
    }
    return _json(orjson.dumps({**advice, **view}))


def _keep_call(
    conn: Connection,
    centre: Centre,
    hub: HubRow,
    call: instances.Call | None,
    judged: instances.Judgement,
) -> None:
    """Writes down which machine asked, and of the hub's own how its last run went."""
    instances.keep(conn, centre, judged)
    if call and call.good_s is not None and judged.row and not judged.sentence:
        presence.note_good(conn, centre, hub, good_s=call.good_s)


def _call_of(request: web.Request) -> instances.Call | None:
    """The machine that asks; one that does not say which it is may ask too."""
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
