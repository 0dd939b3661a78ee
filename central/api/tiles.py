"""Tiles and entry bundles of one log, exactly as tlog-tiles writes them."""

from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from central.api.parts import BYTES_TYPE, CENTRE, read_page
from central.centre import Centre
from protocol.errors import MalformedTile
from protocol.names import standing_origin
from protocol.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, parse_bundle_path, parse_tile_path
from runtime.http.etags import Page
from runtime.http.problem_responses import Refused
from runtime.logstore import LogRow, LogStore

BUNDLE_PREFIX = "tile/entries/"

Reader = Callable[[LogStore, Connection, LogRow], bytes | None]


async def tile_page(request: web.Request, *, origin: str, cache_control: str) -> Page:
    """The tile or bundle that the request's `path` names, of the log of `origin`.

    Raises:
        Refused: no log serves such a path, or this one is not that large yet.
    """
    logs = request.app[CENTRE].logs
    read = _reader("tile/" + request.match_info["path"])
    return await read_page(
        request,
        lambda conn: read(logs, conn, _standing(conn, request.app[CENTRE], origin)),
        content_type=BYTES_TYPE,
        cache_control=cache_control,
    )


def _reader(path: str) -> Reader:
    try:
        if path.startswith(BUNDLE_PREFIX):
            index, width = parse_bundle_path(path)
            return lambda logs, conn, log: logs.bundle(conn, log, index, width)
        tile = parse_tile_path(path)
    except MalformedTile as error:
        raise Refused("not_found") from error
    return lambda logs, conn, log: logs.tile(conn, log, tile) if _is_in(log, tile) else None


def _standing(conn: Connection, centre: Centre, origin: str) -> LogRow:
    """The log; one of an earlier epoch has its tiles in the present one, as far as it went."""
    log = centre.logs.open(conn, origin)
    standing = standing_origin(origin, centre.national_origin)
    if standing == origin or not log.id:
        return log
    return LogRow(id=centre.logs.open(conn, standing).id, origin=origin, tree=log.tree)


def _is_in(log: LogRow, tile: Tile) -> bool:
    """Whether every hash of the tile covers entries of the log alone."""
    last = tile.index * TILE_WIDTH + tile.width
    return last << (TILE_HEIGHT * tile.level) <= log.tree.size
