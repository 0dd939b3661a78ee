"""The national catalogue for readers and programs: `/api/v1/innovations`."""

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import projection
from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE, TEXT_TYPE, read_page
from central.api.queries import Query, cursor_of, read_query
from central.centre import Centre
from protocol.innovation.identifiers import is_uuid7
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused

PREFIX = "/api/v1/innovations"


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get(PREFIX, innovations)
    app.router.add_get(PREFIX + "/{record}", innovation)
    app.router.add_get(PREFIX + "/{record}/proof", proof)


async def innovations(request: web.Request) -> web.Response:
    """A page of the innovations that match, newest first; facets with the first page."""
    centre = request.app[CENTRE]
    query = read_query(request, facets=centre.documents.facet_names)
    page = await read_page(
        request,
        lambda conn: _search(conn, centre, query),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def innovation(request: web.Request) -> web.Response:
    """One innovation with its history."""
    centre, record = request.app[CENTRE], _record(request)
    page = await read_page(
        request,
        lambda conn: _with_history(conn, centre, record),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def proof(request: web.Request) -> web.Response:
    """The `.tlog-proof` of the latest decision on an innovation, checkable without this service."""
    centre, record = request.app[CENTRE], _record(request)
    page = await read_page(
        request,
        lambda conn: _proof(conn, centre, record),
        content_type=TEXT_TYPE,
        cache_control=BRIEFLY,
    )
    response = page_response(request, page)
    response.headers["Content-Disposition"] = f'attachment; filename="{record}.tlog-proof"'
    return response


def _search(conn: Connection, centre: Centre, query: Query) -> bytes:
    documents = centre.documents
    page = documents.search(
        conn, query=query.text, filters=query.filters, limit=query.limit, after=query.after
    )
    facets = (
        documents.facets(conn, query=query.text, filters=query.filters)
        if query.after is None
        else {}
    )
    return orjson.dumps(
        {
            "items": [orjson.Fragment(item) for item in page.items],
            "next": None if page.next is None else cursor_of(page.next),
            "total": page.total,
            "facets": facets,
        }
    )


def _with_history(conn: Connection, centre: Centre, record: str) -> bytes | None:
    shown = centre.documents.shown(conn, record)
    if shown is None:
        return None
    history = projection.history(conn, record)
    # both are JSON objects: the history becomes the last member of the shown form
    return shown[:-1] + b',"history":' + orjson.dumps(history) + b"}"


def _proof(conn: Connection, centre: Centre, record: str) -> bytes | None:
    if centre.documents.get(conn, record) is None:
        return None
    return projection.proof(conn, centre, record)


def _record(request: web.Request) -> str:
    record = request.match_info["record"]
    if not is_uuid7(record):
        raise Refused("not_found")
    return record
