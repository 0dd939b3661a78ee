"""The national log for every reader: C2SP tlog-tiles, public and cacheable by anything."""

from base64 import b64encode

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import cosigning
from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE, TEXT_TYPE, read_page
from central.api.tiles import tile_page
from central.centre import Centre
from protocol.canonical import Json
from protocol.confirmations import confirmations_of
from protocol.names import national_origin
from runtime.http.etags import FOR_EVER, page_response
from runtime.http.problem_responses import Refused


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get(r"/log/national/{epoch:[1-9][0-9]{0,8}}/checkpoint", checkpoint)
    app.router.add_get(r"/log/national/{epoch:[1-9][0-9]{0,8}}/cosigned-checkpoint", cosigned)
    app.router.add_get("/api/v1/checkpoint", confirmed)
    app.router.add_get(r"/log/national/{epoch:[1-9][0-9]{0,8}}/tile/{path:.+}", tile)


async def checkpoint(request: web.Request) -> web.Response:
    """The latest checkpoint with the agencies' cosignatures; 304 when the reader has it."""
    origin = _origin(request)
    centre = request.app[CENTRE]
    page = await read_page(
        request,
        lambda conn: cosigning.published_checkpoint(conn, centre, origin),
        content_type=TEXT_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def cosigned(request: web.Request) -> web.Response:
    """The largest checkpoint that hubs cosigned, with their lines: for whoever compares views."""
    centre = request.app[CENTRE]
    if _origin(request) != centre.national_origin:
        raise Refused("not_found")
    page = await read_page(
        request,
        lambda conn: cosigning.cosigned_checkpoint(conn, centre),
        content_type=TEXT_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def confirmed(request: web.Request) -> web.Response:
    """The newest checkpoint, and which hubs confirm it or an older one."""
    centre = request.app[CENTRE]
    page = await read_page(
        request,
        lambda conn: _confirmed(conn, centre),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def tile(request: web.Request) -> web.Response:
    """A tile or entry bundle; the bytes at one address never change."""
    page = await tile_page(request, origin=_origin(request), cache_control=FOR_EVER)
    return page_response(request, page)


def _confirmed(conn: Connection, centre: Centre) -> bytes | None:
    checkpoints = cosigning.cosigned_checkpoints(conn, centre)
    if not checkpoints:
        return None
    newest, *older = checkpoints
    confirmed = confirmations_of(checkpoints, cosigning.witness_keys(conn))
    return orjson.dumps(
        {
            "origin": newest.origin,
            "size": newest.tree.size,
            "root": b64encode(newest.tree.root).decode(),
            "checkpoint": newest.note.decode(),
            "older_checkpoints": [it.note.decode() for it in older],
            "hubs": confirmed.document(),
            "witnesses": _witnesses(conn, centre),
        }
    )


def _witnesses(conn: Connection, centre: Centre) -> list[dict[str, Json]]:
    sizes = cosigning.witnessed_sizes(conn, centre)
    return [{"name": it.name, "key": it.text, "size": sizes[it.name]} for it in centre.witnesses]


def _origin(request: web.Request) -> str:
    return national_origin(request.app[CENTRE].authority, int(request.match_info["epoch"]))
