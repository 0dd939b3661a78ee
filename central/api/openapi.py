"""The OpenAPI document of `/api/v1`."""

import orjson
from aiohttp import web

from central.api.parts import BRIEFLY, JSON_TYPE, SETTINGS, read_page
from central.openapi.document import openapi_document
from runtime.http.etags import page_response


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/api/v1/openapi.json", openapi)


async def openapi(request: web.Request) -> web.Response:
    """OpenAPI 3.1, made from the schema file and from the tables of the operations."""
    licence = request.app[SETTINGS].licence
    page = await read_page(
        request,
        lambda _conn: orjson.dumps(openapi_document(licence)),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)
