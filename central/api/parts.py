"""What every handler may reach, and the few things that they all do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from central.centre import Centre
from central.reconciler import Reconciler
from central.settings import CentralSettings
from runtime.http.called_by import called_by
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


def address_of(request: web.Request) -> str:
    """The service's address in what it writes: of the settings, or the one that it was called by.

    Raises:
        Refused: it was called by a name that no host has.
    """
    return request.app[SETTINGS].url or called_by(request)


def email_of(request: web.Request) -> str:
    """Where whoever harvests writes to (RFC 5321, 4.5.1 has every domain take mail there)."""
    return request.app[SETTINGS].contact_email or f"postmaster@{request.app[CENTRE].authority}"


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a list.

    Attributes:
        body: the bytes.
        next: the cursor of the page behind it, or None.
    """

    body: bytes
    next: str | None


async def read_page(
    request: web.Request,
    work: Callable[[Connection], bytes | Part | None],
    *,
    content_type: str,
    cache_control: str,
) -> Page:
    """What `work` reads, in the client's coding: read, tagged and compressed in one worker thread.

    A page of a list names the one behind it in `Link` (RFC 8288).

    Raises:
        Refused: `work` found nothing.
    """
    coding = wanted_coding(request)

    def read(conn: Connection) -> Page | None:
        found = work(conn)
        if found is None:
            return None
        part = found if isinstance(found, Part) else Part(found, None)
        return make_page(
            part.body,
            coding=coding,
            content_type=content_type,
            cache_control=cache_control,
            headers=_links(request, part.next),
        )

    page = await request.app[CENTRE].db.read(read)
    if page is None:
        raise Refused("not_found")
    return page


def _links(request: web.Request, following: str | None) -> Mapping[str, str]:
    """The same question again with another cursor; nothing behind the last page."""
    if following is None:
        return {}
    place = request.rel_url.update_query({"cursor": following})
    return {"Link": f'<{place}>; rel="next"'}
