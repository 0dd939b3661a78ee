"""Files of what one sees: `/api/v1/innovations.csv` and its siblings."""

import asyncio
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from aiohttp import hdrs, web
from sqlalchemy import Connection

from central.api.catalogue import PREFIX
from central.api.parts import BRIEFLY, CENTRE
from central.api.queries import read_order
from central.centre import Centre
from central.outlets.exporting import FORMATS, Order, tag_of, write_export
from runtime.http.codings import packing
from runtime.http.etags import has_tag, wanted_coding
from runtime.http.problem_responses import Refused

AT_ONCE = 2
"""Files that are made at one time: each takes a core as long as it lasts."""

WAITING_MAX = 16


class Makers:
    """Whose turn it is to have a file made."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.waiting_count = 0


MAKERS: web.AppKey[Makers] = web.AppKey("makers", Makers)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[MAKERS] = Makers()
    for ending in FORMATS:
        app.router.add_get(f"{PREFIX}.{ending}", export)


async def export(request: web.Request) -> web.StreamResponse:
    """Every innovation that the same query finds as JSON, in one file."""
    centre = request.app[CENTRE]
    ending = request.path.rpartition(".")[2]
    order = read_order(request, ending=ending, facets=centre.documents.facets)
    coding = "" if order.format.is_packed else wanted_coding(request)
    tag = await centre.db.read(lambda conn: tag_of(conn, centre, order))
    headers = {
        hdrs.ETAG: f'"{tag}-{coding}"' if coding else f'"{tag}"',
        hdrs.CACHE_CONTROL: BRIEFLY,
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }
    if has_tag(request, headers[hdrs.ETAG]):
        return web.Response(status=304, headers=headers)
    headers[hdrs.CONTENT_TYPE] = order.format.media_type
    headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="inovasi.{ending}"'
    if coding:
        headers[hdrs.CONTENT_ENCODING] = coding
    if request.method == hdrs.METH_HEAD:
        return web.Response(headers=headers)
    return web.Response(body=await _made(request.app, order, coding), headers=headers)


async def _made(app: web.Application, order: Order, coding: str) -> BinaryIO:
    """The file, made when it is its turn.

    Raises:
        Refused: too many wait (`busy`).
    """
    makers, centre = app[MAKERS], app[CENTRE]
    if makers.waiting_count >= WAITING_MAX:
        raise Refused("busy")
    makers.waiting_count += 1
    try:
        async with makers.turns:
            return await centre.db.read(lambda conn: _make(conn, centre, order, coding))
    finally:
        makers.waiting_count -= 1


def _make(conn: Connection, centre: Centre, order: Order, coding: str) -> BinaryIO:
    """The file, open at its beginning; it has no name, so that nothing is left of it."""
    file = cast("BinaryIO", TemporaryFile(dir=_disk_of(centre)))  # noqa: SIM115  # the answer closes it
    try:
        with packing(file, coding) as target:
            write_export(conn, centre, order, target)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _disk_of(centre: Centre) -> Path:
    """Where there is room: a folder for passing files may lie in memory."""
    return centre.folder
