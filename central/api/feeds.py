"""Feeds of the catalogue: what is new, and what has changed."""

from functools import partial

from aiohttp import web

from central.api.parts import BRIEFLY, CENTRE, SETTINGS, address_of, read_page
from central.api.queries import cursor_of, read_feed_query
from central.datestamping import stamp_of
from central.outlets.feeds import FEEDS, FeedOrder, feed_document
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused

ATOM_TYPE = "application/atom+xml; charset=utf-8"


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/umpan/{name}.atom", feed)


async def feed(request: web.Request) -> web.Response:
    """A part of a feed, the newest entries where nothing else is asked for."""
    centre, name = request.app[CENTRE], request.match_info["name"]
    if name not in FEEDS:
        raise Refused("not_found")
    asked = read_feed_query(request)
    order = FeedOrder(
        name=name,
        site=request.app[SETTINGS].name,
        address=address_of(request),
        now=stamp_of(centre.clock.now()),
        filters=asked.filters,
        before=asked.before,
    )
    page = await read_page(
        request,
        partial(feed_document, centre=centre, order=order, cursor_of=cursor_of),
        content_type=ATOM_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)
