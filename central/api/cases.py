"""What waits for a person at the centre, for systems whose token is for `cases:read`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import orjson
from aiohttp import web
from sqlalchemy import Connection

from central.api.bearer import calling_system, only_for_it
from central.api.parts import CENTRE, JSON_TYPE
from central.api.queries import ListQuery, cursor_of, read_list_query
from central.casework import conflicts, duplicates, holds
from central.casework.conflicts import ConflictTotal
from central.centre import Centre
from central.scope import Scope
from central.store import decisions
from protocol.canonical import Json
from protocol.decimals import parse_decimal
from protocol.innovation.identifiers import is_uuid7
from runtime.http.problem_responses import Refused

PREFIX = "/api/v1/cases"
CONFLICT_TOTAL: web.AppKey[ConflictTotal] = web.AppKey("conflict_total", ConflictTotal)

Read = Callable[[Connection, Centre, ListQuery], dict[str, Json]]


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app[CONFLICT_TOTAL] = ConflictTotal()
    app.router.add_get(PREFIX + "/conflicts", open_conflicts)
    app.router.add_get(PREFIX + "/duplicates", open_duplicates)
    app.router.add_get(PREFIX + "/held", waiting_changes)


async def open_conflicts(request: web.Request) -> web.Response:
    """Fields with several current values, by record and field."""
    total = request.app[CONFLICT_TOTAL]
    return await _answered(
        request, lambda conn, centre, asked: _conflicts(conn, centre, asked, total)
    )


async def open_duplicates(request: web.Request) -> web.Response:
    """Pairs that may be one innovation and that nobody has judged, the likeliest first."""
    return await _answered(request, _duplicates)


async def waiting_changes(request: web.Request) -> web.Response:
    """Changes that are held or proposed, the oldest first."""
    return await _answered(request, _held)


async def _answered(request: web.Request, read: Read) -> web.Response:
    await calling_system(request, Scope.CASES_READ)
    asked, centre = read_list_query(request), request.app[CENTRE]
    body = await centre.db.read(lambda conn: orjson.dumps(read(conn, centre, asked)))
    return only_for_it(web.Response(body=body, content_type=JSON_TYPE))


def _conflicts(
    conn: Connection, centre: Centre, asked: ListQuery, total: ConflictTotal
) -> dict[str, Json]:
    record, _, field = asked.after.partition(" ")
    if asked.after and not is_uuid7(record):
        raise Refused("bad_cursor")
    found = conflicts.conflicts_behind(conn, centre, (record, field), limit=asked.limit + 1)
    rows = [(f"{it.record} {it.field}", asdict(it)) for it in found]
    return _page(rows, asked, total=total.read(conn, centre))


def _held(conn: Connection, _centre: Centre, asked: ListQuery) -> dict[str, Json]:
    after = parse_decimal(asked.after) if asked.after else -1
    if after is None:
        raise Refused("bad_cursor")
    found = holds.list_waiting(conn, after=after, limit=asked.limit + 1)
    rows = [(str(it.place), asdict(it)) for it in found]
    return _page(rows, asked, total=decisions.waiting_count(conn))


def _duplicates(conn: Connection, centre: Centre, asked: ListQuery) -> dict[str, Json]:
    if asked.after and not _is_end_of_pairs(asked.after):
        raise Refused("bad_cursor")
    page = duplicates.list_open(conn, centre, limit=asked.limit, after=asked.after)
    return {
        "items": [duplicates.document_of(*item) for item in page.items],
        "next": None if page.next is None else cursor_of(page.next),
        "total": page.total,
    }


def _is_end_of_pairs(after: str) -> bool:
    """Whether a page of pairs may have ended there: a score and two ids, as `list_open` says it."""
    score, *pair = after.split(":")
    return parse_decimal(score) is not None and len(pair) == 2 and all(map(is_uuid7, pair))  # noqa: PLR2004


def _page(
    rows: Sequence[tuple[str, dict[str, Json]]], asked: ListQuery, *, total: int
) -> dict[str, Json]:
    """A page of rows by how each ends a page, of which one may be too many."""
    shown = rows[: asked.limit]
    return {
        "items": [row for _, row in shown],
        "next": cursor_of(shown[-1][0]) if len(rows) > asked.limit else None,
        "total": total,
    }
