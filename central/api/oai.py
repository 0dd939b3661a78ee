"""OAI-PMH 2.0 at `/oai`: how libraries and knowledge systems harvest the catalogue."""

from functools import partial
from urllib.parse import parse_qsl

from aiohttp import web

from central.api.parts import BRIEFLY, CENTRE, SETTINGS, address_of, email_of, read_page
from central.datestamping import stamp_of
from central.oai.answers import Repository, answer
from central.oai.xsd import xml_schema
from runtime.http.body import read_body
from runtime.http.etags import page_response
from runtime.http.problem_responses import Refused

XML_TYPE = "text/xml; charset=utf-8"
"""As OAI-PMH 2.0 demands (3.1.2.1)."""

FORM_TYPE = "application/x-www-form-urlencoded"
ARGUMENT_BYTES_MAX = 4_096


def add_routes(app: web.Application) -> None:
    """Adds this file's routes."""
    app.router.add_get("/oai", by_query)
    app.router.add_post("/oai", by_form)
    app.router.add_get("/oai/jipp.xsd", own_schema)


async def by_query(request: web.Request) -> web.Response:
    """A request whose arguments stand in its address."""
    return await _answered(request, request.raw_path.partition("?")[2])


async def by_form(request: web.Request) -> web.Response:
    """The same with its arguments in the body (3.1.1.2)."""
    if request.content_type != FORM_TYPE:
        raise Refused("request_malformed", detail=f"A body is {FORM_TYPE}.")
    body = await read_body(request, limit_bytes=ARGUMENT_BYTES_MAX)
    return await _answered(request, body.decode("ascii", "replace"))


async def own_schema(request: web.Request) -> web.Response:
    """The XML Schema of the format `jipp`."""
    page = await read_page(
        request, lambda _conn: xml_schema(), content_type=XML_TYPE, cache_control=BRIEFLY
    )
    return page_response(request, page)


async def _answered(request: web.Request, encoded: str) -> web.Response:
    centre = request.app[CENTRE]
    repository = Repository(
        centre=centre,
        name=request.app[SETTINGS].name,
        address=address_of(request),
        email=email_of(request),
        now=stamp_of(centre.clock.now()),
    )
    arguments = parse_qsl(encoded, keep_blank_values=True, errors="replace")
    page = await read_page(
        request,
        partial(answer, repository=repository, arguments=arguments),
        content_type=XML_TYPE,
        cache_control=BRIEFLY,
    )
    return page_response(request, page)
