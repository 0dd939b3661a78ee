"""Reading a request's body: bounded in bytes and in time, decoded, and known to be complete.

Never `request.json()` or `request.read()`: aiohttp accepts a truncated gzip body, passes unknown
codings through, and has no timeout on a body.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from runtime.http.codings import ACCEPTED, CodingRefused, Decoder, decoder_of
from runtime.http.problem_responses import Refused

SILENCE_S = 20.0
"""No byte for so long ends the request."""

GRACE_S = 30.0
RATE_MIN = 512
"""After the grace, a body must have come at so many bytes a second on average: a link of 4 kbit/s
still gets through, a sender of one byte a second does not hold a connection."""


class Patience:
    """How long a reader waits for the next bytes. Whoever holds it can end the wait at once."""

    def __init__(self) -> None:
        self.scope: asyncio.Timeout | None = None

    def end(self) -> None:
        """Lets a reader that is waiting now give up, as if nothing had come for too long."""
        if self.scope is not None:
            self.scope.reschedule(asyncio.get_running_loop().time())


async def read_body(request: web.Request, *, limit_bytes: int) -> bytes:
    """The whole decoded body.

    Raises:
        Refused: too large, too slow, cut, damaged, or in an unknown coding.
    """
    return b"".join([piece async for piece in stream_body(request, limit_bytes=limit_bytes)])


async def stream_body(
    request: web.Request, *, limit_bytes: int, patience: Patience | None = None
) -> AsyncIterator[bytes]:
    """The decoded body as it arrives, in pieces of at most `codings.STEP_BYTES`.

    Everything yielded before an exception arrived well; whether the rest exists is unknown.

    Raises:
        Refused: as `read_body`; `body_truncated` when the end is missing.
    """
    decoder = _decoder(request)
    if (request.content_length or 0) > limit_bytes:
        raise _too_large(limit_bytes)
    received = 0
    try:
        async for data in _wire(request, patience or Patience()):
            for piece in decoder.feed(data):
                received += len(piece)
                if received > limit_bytes:
                    raise _too_large(limit_bytes)
                yield piece
        decoder.finish()
    except CodingRefused as error:
        raise Refused(error.code) from error


def _decoder(request: web.Request) -> Decoder:
    codings = request.headers.getall(hdrs.CONTENT_ENCODING, [])
    decoder = decoder_of(codings[0] if codings else "") if len(codings) < 2 else None  # noqa: PLR2004
    if decoder is None:
        raise Refused("body_encoding_unknown", headers={"Accept-Encoding": ", ".join(ACCEPTED)})
    return decoder


async def _wire(request: web.Request, patience: Patience) -> AsyncIterator[bytes]:
    """The bytes on the wire, as long as they keep coming."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    count = 0
    while True:
        try:
            async with asyncio.timeout(SILENCE_S) as patience.scope:
                data = await request.content.readany()
        except TimeoutError as error:
            raise Refused("body_too_slow", headers={"Connection": "close"}) from error
        except (aiohttp.ClientPayloadError, HttpProcessingError, ConnectionError) as error:
            raise Refused("body_truncated") from error
        finally:
            patience.scope = None
        if not data:
            return
        yield data
        count += len(data)
        if loop.time() - started > GRACE_S + count / RATE_MIN:
            raise Refused("body_too_slow", headers={"Connection": "close"})


def _too_large(limit_bytes: int) -> Refused:
    return Refused("body_too_large", detail=f"The limit is {limit_bytes} bytes.")
