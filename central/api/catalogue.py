"""The national catalogue for readers and programs: `/api/v1/innovations`."""

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central import projection
from central.api.parts import BRIEFLY, CENTRE, JSON_TYPE, TEXT_TYPE, Part, read_page
from central.api.queries import (
    HistoryQuery,
    Query,
    cursor_of,
    read_history_query,
    read_query,
)
from central.casework.campaigns import get_campaign
from central.centre import Centre
from central.search_turns import search_turns
from protocol.canonical import Json
from protocol.documents import encode_shown
from protocol.innovation.identifiers import is_uuid7
from protocol.record_state import decode_record_state
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused
from runtime.http.turns import Turns
from runtime.lineages import lineage_document

PREFIX = "/api/v1/innovations"
SEARCHES: web.AppKey[Turns] = web.AppKey("searches", Turns)


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[SEARCHES] = search_turns()
    app.router.add_get(PREFIX, innovations)
    app.router.add_get(PREFIX + "/{record}", innovation)
    app.router.add_get(PREFIX + "/{record}/history", history)
    app.router.add_get(PREFIX + "/{record}/proof", proof)


async def innovations(request: web.Request) -> web.Response:
    """A page of the innovations that match, the best first, with facets."""
    centre = request.app[CENTRE]
    query = read_query(request, facets=centre.documents.facets)
    async with request.app[SEARCHES].taken():
        page = await read_page(
            request,
            lambda conn: _search(conn, centre, query),
            content_type=JSON_TYPE,
            cache_control=BRIEFLY,
        )
    return page_response(request, page)


async def innovation(request: web.Request) -> web.Response:
    """One innovation with its lineage and its history."""
    centre, record = request.app[CENTRE], _record(request)
    page = await read_page(
        request,
        lambda conn: _whole(conn, centre, record),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def history(request: web.Request) -> web.Response:
    """A page of the decisions about an innovation, the newest first."""
    centre, record = request.app[CENTRE], _record(request)
    asked = read_history_query(request)
    page = await read_page(
        request,
        lambda conn: _history(conn, centre, record, asked),
        content_type=JSON_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)


async def proof(request: web.Request) -> web.Response:
    """The `.tlog-proof` of the latest decision on an innovation, checkable without this service."""
    centre, record = request.app[CENTRE], _record(request)
    page = await read_page(
        request,
        lambda conn: projection.proof(conn, centre, record),
        content_type=TEXT_TYPE,
        cache_control=BRIEFLY,
    )
    response = page_response(request, page)
    response.headers["Content-Disposition"] = f'attachment; filename="{record}.tlog-proof"'
    return response


def _search(conn: Connection, centre: Centre, query: Query) -> Part:
    if query.chosen is not None:
        get_campaign(conn, centre, query.chosen.campaign)
    found = projection.search(
        conn,
        centre,
        query=query.text,
        filters=query.filters,
        limit=query.limit,
        after=query.after,
        chosen=query.chosen,
        original=query.original,
        is_exact=query.is_exact,
        newest_first=query.newest_first,
    )
    body = orjson.dumps(
        {
            "items": [orjson.Fragment(item) for item in found.items],
            "next": None if found.next is None else cursor_of(found.next),
            "total": found.total,
            "facets": found.facets,
            "corrected": {"asked": query.text, "q": found.corrected} if found.corrected else None,
        }
    )
    return Part(body, None if found.next is None else cursor_of(found.next))


def _whole(conn: Connection, centre: Centre, record: str) -> bytes | None:
    body = centre.documents.get(conn, record)
    if body is None:
        return None
    state = decode_record_state(body)
    beside = lineage_document(conn, centre.lineages, centre.documents, state)
    rows, following = _page_of_history(conn, centre, record, HistoryQuery())
    beside |= {"history": rows, "history_next": following}
    # both are JSON objects: what stands beside the record becomes the last members of the shown one
    return encode_shown(body)[:-1] + b"," + orjson.dumps(beside)[1:]


def _history(conn: Connection, centre: Centre, record: str, asked: HistoryQuery) -> Part | None:
    if centre.documents.get(conn, record) is None:
        return None
    rows, following = _page_of_history(conn, centre, record, asked)
    return Part(orjson.dumps({"items": rows, "next": following}), following)


def _page_of_history(
    conn: Connection, centre: Centre, record: str, asked: HistoryQuery
) -> tuple[list[Json], str | None]:
    """A page, and the cursor of the one behind it; None where there is none."""
    limit = asked.limit
    rows = projection.history(conn, centre, record, limit=limit + 1, before=asked.before)
    is_last = len(rows) <= limit
    return list[Json](rows[:limit]), None if is_last else cursor_of(str(rows[limit - 1]["place"]))


def _record(request: web.Request) -> str:
    record = request.match_info["record"]
    if not is_uuid7(record):
        raise Refused("not_found")
    return record
