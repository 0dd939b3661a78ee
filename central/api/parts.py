"""What every handler may reach, and the few things that they all do with it."""

from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from central.centre import Centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from runtime.http.etags import Page, make_page, wanted_coding
from runtime.http.problem_responses import Refused

CENTRE: web.AppKey[Centre] = web.AppKey("centre", Centre)
RECONCILER: web.AppKey[Reconciler] = web.AppKey("reconciler", Reconciler)
SETTINGS: web.AppKey[CentralSettings] = web.AppKey("settings", CentralSettings)

JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain; charset=utf-8"
BYTES_TYPE = "application/octet-stream"

BRIEFLY = "public, max-age=5"
"""What readers may keep of anything that grows."""

PRIVATE = "no-store"


async def read_page(
    request: web.Request,
    work: Callable[[Connection], bytes | None],
    *,
    content_type: str,
    cache_control: str,
) -> Page:
    """What `work` reads, in the client's coding: read, tagged and compressed in one worker thread.

    Raises:
        Refused: `work` found nothing.
    """
    coding = wanted_coding(request)

    def read(conn: Connection) -> Page | None:
        body = work(conn)
        if body is None:
            return None
        return make_page(
            body, coding=coding, content_type=content_type, cache_control=cache_control
        )

    page = await request.app[CENTRE].db.read(read)
    if page is None:
        raise Refused("not_found")
    return page
