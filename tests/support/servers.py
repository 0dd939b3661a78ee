"""Real servers on loopback for tests, and raw sockets to be rude to them with."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry

from runtime.http.client import HttpTransport
from runtime.http.server import build_app, serve
from runtime.metrics import HttpMetrics
from runtime.ports import Request, Response

SILENCE_S = 1.0


def bare_app(*, in_flight_max: int = 8) -> web.Application:
    """A hardened application without a route."""
    return build_app(metrics=HttpMetrics(CollectorRegistry()), in_flight_max=in_flight_max)


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The address at which `app` answers meanwhile."""
    runner, url = await serve(app, host="127.0.0.1", port=0)
    try:
        yield url
    finally:
        await runner.cleanup()


async def ask(
    url: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One request through the project's own client."""
    async with HttpTransport() as transport:
        return await transport.request(
            Request(method=method, url=url, body=body, headers=headers or {})
        )


async def shout(url: str, data: bytes, *, then_close: bool = False) -> bytes:
    """Everything that the server says to raw bytes, until it closes or falls silent."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    if then_close:
        writer.write_eof()
    said = bytearray()
    try:
        async with asyncio.timeout(SILENCE_S):
            while piece := await reader.read(65_536):
                said += piece
    except TimeoutError:
        pass  # the server keeps the connection open for a next request
    finally:
        writer.close()
    return bytes(said)
