"""The data dictionary for programs, beside its page at `/metadata`."""

from collections.abc import Callable

import orjson
from aiohttp import web

from central.api.parts import BRIEFLY, JSON_TYPE, read_page
from central.outlets.dictionary import TABLES, dictionary_csv, dictionary_document
from protocol.innovation.reference import table
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/metadata.json", as_json)
    app.router.add_get("/metadata.csv", as_csv)
    app.router.add_get("/metadata/tabel/{name}.json", reference_table)


async def as_json(request: web.Request) -> web.Response:
    """Every field with its definition, type, classification and rules."""
    return await _answered(request, lambda: orjson.dumps(dictionary_document()), JSON_TYPE)


async def as_csv(request: web.Request) -> web.Response:
    """The same for a spreadsheet."""
    response = await _answered(request, dictionary_csv, "text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = 'attachment; filename="kamus-data.csv"'
    return response


async def reference_table(request: web.Request) -> web.Response:
    """A reference table: its codes, and the decree that they come from."""
    name = request.match_info["name"]
    if name not in TABLES:
        raise Refused("not_found")
    return await _answered(request, lambda: orjson.dumps(table(name)), JSON_TYPE)


async def _answered(
    request: web.Request, made: Callable[[], bytes], content_type: str
) -> web.Response:
    page = await read_page(
        request, lambda _conn: made(), content_type=content_type, cache_control=BRIEFLY
    )
    return page_response(request, page)
