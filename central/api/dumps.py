"""The nightly dumps at `/dumps/`: files that never change, and where the newest ones lie."""

from pathlib import Path

import orjson
from aiohttp import hdrs, web

from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE
from central.dumps.files import FILES, Dump, dump_named, dumps_in
from protocol.canonical import Json
from runtime.http.etags import Page, make_page, page_response, wanted_coding
from runtime.http.problem_responses import Refused

LATEST = "latest"
A_MINUTE = "public, max-age=60, must-revalidate"
"""A dump never changes, but goes when something in it is redacted, and then from every cache."""


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/dumps/", listed)
    app.router.add_get("/dumps/{dump}/{file}", one_file)


async def listed(request: web.Request) -> web.Response:
    """What each dump says of itself, the newest first."""
    centre, coding = request.app[CENTRE], wanted_coding(request)

    def made() -> Page:
        items = [_shown(dump) for dump in dumps_in(centre.folder)]
        return make_page(
            orjson.dumps({"items": items}),
            coding=coding,
            content_type=JSON_TYPE,
            cache_control=BRIEFLY,
        )

    return page_response(request, await centre.db.worker.run(made))


async def one_file(request: web.Request) -> web.StreamResponse:
    """A file of a dump, also in part (RFC 9110, 14); `latest` leads to the newest one's."""
    name, file = request.match_info["dump"], request.match_info["file"]
    folder = request.app[CENTRE].folder
    dump = await request.app[CENTRE].db.worker.run(lambda: _found(folder, name))
    if dump is None or file not in FILES:
        raise Refused("not_found")
    if name == LATEST:
        there = {hdrs.LOCATION: f"/dumps/{dump.name}/{file}", hdrs.CACHE_CONTROL: BRIEFLY}
        return web.Response(status=302, headers=there)
    headers = {hdrs.CONTENT_TYPE: FILES[file], hdrs.CACHE_CONTROL: A_MINUTE}
    return web.FileResponse(dump.path / file, headers=headers)


def _found(folder: Path, name: str) -> Dump | None:
    return next(iter(dumps_in(folder)), None) if name == LATEST else dump_named(folder, name)


def _shown(dump: Dump) -> dict[str, Json]:
    files: list[Json] = [f"/dumps/{dump.name}/{file}" for file in FILES]
    return {"dump": dump.name, **dump.manifest(), "paths": files}
