"""Files of what one sees: `/api/v1/innovations.csv` and its siblings."""

from dataclasses import dataclass
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
from runtime.http.sending import send_file
from runtime.http.turns import Turns

AT_ONCE = 2
"""Files that are made at one time: each takes a core as long as it lasts."""

WAITING_MAX = 16

FILES_MAX = 24
"""Files that are waited for, made, or sent at one time: each may be as large as the catalogue, and
lies on the centre's disk until its reader has it."""


FILES: web.AppKey[Turns] = web.AppKey("files", Turns)
MAKING: web.AppKey[Turns] = web.AppKey("making", Turns)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[FILES] = Turns(at_once=FILES_MAX, waiting_max=0)
    app[MAKING] = Turns(at_once=AT_ONCE, waiting_max=WAITING_MAX)
    for ending in FORMATS:
        app.router.add_get(f"{PREFIX}.{ending}", export)


async def export(request: web.Request) -> web.StreamResponse:
    """Every innovation that the same query finds as JSON, in one file."""
    centre = request.app[CENTRE]
    ending = request.path.rpartition(".")[2]
    order = read_order(request, ending=ending, facets=centre.documents.facets)
    coding = "" if order.format.is_packed else wanted_coding(request)
    tag = await centre.db.read(lambda conn: tag_of(conn, centre, order))
    headers = _keeping(tag, coding)
    if has_tag(request, headers[hdrs.ETAG]):
        return web.Response(status=304, headers=headers)
    headers |= _describing(order, coding)
    if request.method == hdrs.METH_HEAD:
        return web.Response(headers=headers)
    async with request.app[FILES].taken():
        async with request.app[MAKING].taken():
            made = await centre.db.read(lambda conn: _make(conn, centre, order, coding))
        # a decision may have come since: the tag is that of these bytes
        headers |= _keeping(made.tag, coding)
        return await send_file(request, made.file, headers=headers)


def _keeping(tag: str, coding: str) -> dict[str, str]:
    """The headers by which a reader keeps a file and asks for it again."""
    return {
        hdrs.ETAG: f'"{tag}-{coding}"' if coding else f'"{tag}"',
        hdrs.CACHE_CONTROL: BRIEFLY,
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }


def _describing(order: Order, coding: str) -> dict[str, str]:
    """The headers that say what a file is."""
    described: dict[str, str] = {
        hdrs.CONTENT_TYPE: order.format.media_type,
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="inovasi.{order.ending}"',
    }
    if coding:
        described[hdrs.CONTENT_ENCODING] = coding
    return described


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file, open at its beginning, with the tag of its bytes."""

    file: BinaryIO
    tag: str


def _make(conn: Connection, centre: Centre, order: Order, coding: str) -> Made:
    """The file and its tag of one snapshot; it has no name, so that nothing is left of it."""
    tag = tag_of(conn, centre, order)
    file = cast("BinaryIO", TemporaryFile(dir=_disk_of(centre)))  # noqa: SIM115  # its sender closes it
    try:
        with packing(file, coding) as target:
            write_export(conn, centre, order, target)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Made(file=file, tag=tag)


def _disk_of(centre: Centre) -> Path:
    """Where there is room: a folder for passing files may lie in memory."""
    return centre.folder
