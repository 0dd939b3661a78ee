"""An aiohttp server that is safe to put on the internet.

What aiohttp does by default and this does not (measured, see docs): keep idle connections an hour,
serve HTTP/0.9 and 2.0 request lines, inflate bodies without a bound, name itself in `Server`, and
answer a request that it cannot parse with a page that echoes it. Every answer that is not a
success is a problem document, whoever refused.
"""

import asyncio
import errno
import logging
import os
import socket
import ssl
from collections.abc import Awaitable, Callable

from aiohttp import HttpVersion10, HttpVersion11, hdrs, web
from aiohttp.web_protocol import RequestHandler

from protocol.errors import ProtocolError
from protocol.limits import PROTOCOL_VERSION
from runtime.database import DatabaseError
from runtime.http.codings import ACCEPTED
from runtime.http.problem_responses import CODE_OF_STATUS, Refused, problem_response, refusal
from runtime.metrics import HttpMetrics

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LINE_BYTES_MAX = 4_096
HEADER_COUNT_MAX = 64
KEEPALIVE_S = 15.0
HEAD_S = 15.0
"""A connection that has not sent one whole request head by then is closed."""

LINGERING_S = 2.0
STOP_S = 8.0
"""What a stop waits for answers that are under way; systemd is told ten."""

BACKLOG = 1_024
IN_FLIGHT_MAX = 512
"""Requests being answered at one time; the next is told to come back."""

VERSION_HEADER = "JIPP-Protocol"
COMMON_HEADERS = {
    VERSION_HEADER: str(PROTOCOL_VERSION),
    "Accept-Encoding": ", ".join(ACCEPTED),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every response; a page that needs a wider policy sets its own."""

ALWAYS_ANSWERED = frozenset({"/healthz"})
"""Whoever watches the service is to hear that it lives, however many ask."""

METRICS: web.AppKey[HttpMetrics] = web.AppKey("metrics", HttpMetrics)

log = logging.getLogger(__name__)


class Admission:
    """Counts the requests being answered, so that a flood is refused and not queued."""

    def __init__(self, *, limit: int = IN_FLIGHT_MAX) -> None:
        self.limit = limit
        self.count = 0


ADMISSION: web.AppKey[Admission] = web.AppKey("admission", Admission)


def build_app(*, metrics: HttpMetrics, in_flight_max: int = IN_FLIGHT_MAX) -> web.Application:
    """An application with guards, common headers and counters; routes are the caller's."""
    app = web.Application(middlewares=[_guard])
    app[METRICS] = metrics
    app[ADMISSION] = Admission(limit=in_flight_max)
    app.on_response_prepare.append(_dress)
    return app


class CannotListen(OSError):
    """The address is taken, or not this machine's; the message is a sentence."""


async def serve(
    app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None = None
) -> tuple[web.AppRunner, str]:
    """Starts to answer, over https where `tls` is given; port 0 takes a free one.

    Returns:
        The runner, whose `cleanup()` stops cleanly, and the address that is served.

    Raises:
        CannotListen: nothing is served.
    """
    runner = _Runner(
        app,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=KEEPALIVE_S,
        lingering_time=LINGERING_S,
        max_line_size=LINE_BYTES_MAX,
        max_field_size=LINE_BYTES_MAX,
        max_headers=HEADER_COUNT_MAX,
        shutdown_timeout=STOP_S,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=BACKLOG, ssl_context=tls).start()
    except (OSError, UnicodeError) as error:
        await runner.cleanup()
        raise CannotListen(f"{host}:{port} cannot be served: {_advice(error)}.") from error
    return runner, _address(runner, host, "https" if tls else "http")


def _advice(error: OSError | UnicodeError) -> str:
    """Why nothing can listen there, and what to change."""
    host = "Set `host` to an address of this machine, such as 127.0.0.1"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the name is not known. {host}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"the address is another machine's. {host}"
    return f"{os.strerror(error.errno or 0).lower()}. Try --port 0"


def _address(runner: web.AppRunner, host: str, scheme: str) -> str:
    port: int = runner.addresses[0][1]
    name = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - shown, not bound
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


async def _dress(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall(hdrs.SERVER, None)
    for name, value in COMMON_HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every request passes here once: admission, translation of failures, counting."""
    metrics, admission = request.app[METRICS], request.app[ADMISSION]
    loop = asyncio.get_running_loop()
    started = loop.time()
    admission.count += 1
    try:
        response = await _answered(request, handler, admission)
    finally:
        admission.count -= 1
    metrics.observe(
        method=request.method,
        route=_route_of(request),
        status=response.status,
        seconds=loop.time() - started,
    )
    return response


async def _answered(
    request: web.Request, handler: Handler, admission: Admission
) -> web.StreamResponse:
    """Asks the handler. The one place where exceptions become statuses."""
    try:
        _admit(request, admission)
        return await handler(request)
    except (Refused, ProtocolError) as error:
        return refusal(error)
    except web.HTTPException as error:
        return _of_aiohttp(error)
    except DatabaseError as error:
        log.exception("database_failed", extra={"code": error.code, "route": _route_of(request)})
        return problem_response(error.code)
    except Exception:
        # ours: the peer learns nothing but that, the log has it all
        log.exception(
            "request_failed", extra={"method": request.method, "route": _route_of(request)}
        )
        return problem_response("internal")


def _admit(request: web.Request, admission: Admission) -> None:
    if request.version not in {HttpVersion10, HttpVersion11}:
        raise Refused("http_version_unsupported", headers={"Connection": "close"})
    if "\0" in request.path:  # nothing is called so, and PostgreSQL keeps it in no text
        raise Refused("not_found")
    if admission.count > admission.limit and request.path not in ALWAYS_ANSWERED:
        raise Refused("busy")
    if request.headers.get(VERSION_HEADER, str(PROTOCOL_VERSION)) != str(PROTOCOL_VERSION):
        supported = {"Upgrade": f"JIPP/{PROTOCOL_VERSION}"}
        detail = f"This side speaks version {PROTOCOL_VERSION}."
        raise Refused("protocol_version_unsupported", detail=detail, headers=supported)


def _of_aiohttp(error: web.HTTPException) -> web.StreamResponse:
    """A refusal of aiohttp's own as a problem document; a redirect stays what it is."""
    code = CODE_OF_STATUS.get(error.status)
    if code is None:
        raise error
    allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return problem_response(code, headers=allowed)


def _route_of(request: web.Request) -> str:
    """The pattern that matched, never the path: a counter per record would be a leak."""
    resource = request.match_info.route.resource
    return "unmatched" if resource is None else resource.canonical


class _ParserAnswer(web.Response):
    """An answer to bytes that never became a request, so that no signal dresses it."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall(hdrs.SERVER, None)
        self.headers.update(COMMON_HEADERS)


class _Connection(RequestHandler):
    """aiohttp's connection, with a limit on silence and its own answer to what is no request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the clock: aiohttp's keep-alive timer runs only after a first answer."""
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(HEAD_S, self._drop_if_silent)

    def _drop_if_silent(self) -> None:
        if self._request_count == 0:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - echoes the request
    ) -> web.StreamResponse:
        """The answer to a parser's refusal, or to a fault outside every handler."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was already under way")
        if status >= 500:  # noqa: PLR2004
            log.error("connection_failed", exc_info=exc)
        plain = problem_response(CODE_OF_STATUS.get(status, "internal"))
        answer = _ParserAnswer(status=plain.status, body=plain.body, headers=plain.headers)
        answer.force_close()
        return answer


class _Server(web.Server):
    """Makes the connections above."""

    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


BaseHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class _Runner(web.AppRunner):
    """aiohttp's runner with the server above; it has no public place to say so."""

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        return _Server(
            _outside_middleware(plain.request_handler),
            request_factory=plain.request_factory,
            **self._kwargs,
        )


def _outside_middleware(handler: BaseHandler) -> BaseHandler:
    """Translates what aiohttp refuses before any middleware runs (the header Expect)."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            return _of_aiohttp(error)

    return answer
