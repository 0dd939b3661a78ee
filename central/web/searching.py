"""Cari: the national catalogue for everybody."""

from aiohttp import web

from central import projection
from central.web.visit import Visit
from protocol.canonical import parse

PAGE_SIZE = 20
QUERY_CHARS_MAX = 200


async def search_page(visit: Visit) -> web.Response:
    """The newest innovations, or those that have the words."""
    centre, query = visit.centre, visit.text("q")[:QUERY_CHARS_MAX]
    found = await centre.db.read(
        lambda conn: projection.search(
            conn, centre, query=query, filters={}, limit=PAGE_SIZE, after=None
        )
    )
    items = [parse(item) for item in found.items]
    return await visit.public_page(
        "search.html", here="search", query=query, items=items, total=found.total
    )
