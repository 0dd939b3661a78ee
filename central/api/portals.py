"""What data portals read: DCAT 3 at `/dcat`, and CKAN's Action API at `/api/3/action`."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE, SETTINGS, address_of, email_of
from central.portals import ckan
from central.portals.datasets import Publisher, publisher_of
from central.portals.dcat import dcat_catalogue
from protocol.decimals import parse_decimal
from runtime.http.etags import make_page, page_response, wanted_coding

JSON_LD_TYPE = "application/ld+json"
ROWS_MAX = 1_000
"""As CKAN has it."""

ROWS_DEFAULT = "10"
NOT_FOUND = {"__type": "Not Found Error", "message": "Not found"}
NO_NAME = {"__type": "Validation Error", "name_or_id": ["Missing value"]}
NO_NUMBER = {"__type": "Validation Error", "rows": ["Must be a natural number"]}


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/dcat", dcat)
    app.router.add_get("/api/3/action/package_list", package_list)
    app.router.add_get("/api/3/action/package_show", package_show)
    app.router.add_get("/api/3/action/package_search", package_search)


async def dcat(request: web.Request) -> web.Response:
    """The datasets as a DCAT 3 catalogue."""
    return _page(request, dcat_catalogue(await _publisher(request)), content_type=JSON_LD_TYPE)


async def package_list(request: web.Request) -> web.Response:
    """The names of the datasets."""
    publisher = await _publisher(request)
    names = [it["name"] for it in ckan.packages(publisher)]
    return _page(request, ckan.enveloped(publisher, "package_list", result=names))


async def package_show(request: web.Request) -> web.Response:
    """One dataset by its id or name."""
    publisher, wanted = await _publisher(request), request.query.get("id", "")
    if not wanted:
        return _refused(publisher, "package_show", NO_NAME, status=409)
    found = ckan.package(publisher, wanted)
    if found is None:
        return _refused(publisher, "package_show", NOT_FOUND, status=404)
    return _page(request, ckan.enveloped(publisher, "package_show", result=found))


async def package_search(request: web.Request) -> web.Response:
    """The datasets that have every word of `q`."""
    publisher = await _publisher(request)
    start = parse_decimal(request.query.get("start", "0"))
    rows = parse_decimal(request.query.get("rows", ROWS_DEFAULT))
    if start is None or rows is None:
        return _refused(publisher, "package_search", NO_NUMBER, status=409)
    words, count = request.query.get("q", ""), min(rows, ROWS_MAX)
    found = ckan.search(publisher, words, start=start, rows=count)
    return _page(request, ckan.enveloped(publisher, "package_search", result=found))


async def _publisher(request: web.Request) -> Publisher:
    centre, settings = request.app[CENTRE], request.app[SETTINGS]
    address, email = address_of(request), email_of(request)
    return await centre.db.read(
        lambda conn: publisher_of(
            conn,
            centre,
            name=settings.name,
            address=address,
            email=email,
            licence=settings.licence,
        )
    )


def _page(
    request: web.Request, said: Mapping[str, Any], *, content_type: str = JSON_TYPE
) -> web.Response:
    page = make_page(
        orjson.dumps(said),
        coding=wanted_coding(request),
        content_type=content_type,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


def _refused(
    publisher: Publisher, action: str, error: Mapping[str, Any], *, status: int
) -> web.Response:
    """As CKAN refuses: its own envelope, which its harvesters read."""
    body = orjson.dumps(ckan.enveloped(publisher, action, error=error))
    return web.Response(status=status, body=body, content_type=JSON_TYPE)
