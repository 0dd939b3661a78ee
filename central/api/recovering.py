"""The web face of a centre that takes back what it lost: hubs may ask and hand back, no more.

Nothing of a log that is older than what was published is shown to anybody, and nothing is taken
that would have to be decided.
"""

import logging
from base64 import b64encode

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import intake, issued, presence, taking_back
from central.api.caller import calling_hub
from central.api.parts import CENTRE, JSON_TYPE, PRIVATE
from central.centre import Centre
from protocol.canonical import Json
from protocol.handback import HandBack, decode_hand_back
from protocol.limits import HAND_BACK_BYTES_MAX
from runtime.http.body import read_body
from runtime.http.problem_responses import Refused

log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes; every other address says that the centre is being recovered."""
    app.router.add_get("/sync/v1/hub", hub_view)
    app.router.add_post("/sync/v1/hand-back", hand_back)
    app.router.add_route("*", "/{path:.*}", refuse)


async def hub_view(request: web.Request) -> web.Response:
    """How the centre sees the hub, with what it wants back."""
    hub, _ = await calling_hub(request)
    centre = request.app[CENTRE]

    def work(conn: Connection) -> dict[str, Json]:
        presence.note_seen(conn, centre, hub)  # each time: `central recover` says who has asked
        return {**intake.hub_view(conn, centre, hub.hub), "wanted": _wanted(conn, centre)}

    return _json(await centre.db.run(work))


async def hand_back(request: web.Request) -> web.Response:
    """Takes entries of the national log back; answers what is wanted then."""
    message = await read_hand_back(request)
    centre = request.app[CENTRE]

    def learn(conn: Connection) -> bool:
        return issued.learn(conn, centre, message.checkpoint)

    await centre.db.read(learn)

    def take(conn: Connection) -> dict[str, Json]:
        if message.entries:
            taking_back.take_back(conn, centre, message)
        return {"wanted": _wanted(conn, centre)}

    answer = await centre.db.run(take)
    log.warning("handed_back", extra={"start": message.start, "end": message.end})
    return _json(answer)


async def read_hand_back(request: web.Request) -> HandBack:
    """The message in a request's body."""
    return decode_hand_back(await read_body(request, limit_bytes=HAND_BACK_BYTES_MAX))


async def refuse(_request: web.Request) -> web.Response:
    """The answer to everything else."""
    raise Refused("centre_recovering")


def _wanted(conn: Connection, centre: Centre) -> dict[str, Json]:
    """From where on the national log is wanted: the origin, and the tree that there is."""
    tree = centre.logs.open(conn, centre.national_origin).tree
    root = b64encode(tree.root).decode()
    return {"origin": centre.national_origin, "size": tree.size, "root": root}


def _json(value: dict[str, Json]) -> web.Response:
    body = orjson.dumps(value)
    return web.Response(body=body, content_type=JSON_TYPE, headers={"Cache-Control": PRIVATE})
