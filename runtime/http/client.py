"""The real `Transport`: HTTP over aiohttp with limits, mostly for talking to one peer.

It never follows a redirect (a captive portal answers with one), takes no proxy from the
environment, checks TLS always, and reads no more than it was told to. What the world does wrong is
one exception, `Unreachable`, with a reason that a screen can explain.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Self

import aiohttp

from runtime.http.codings import ACCEPTED, CodingRefused, decoder_of
from runtime.http.guard import AddressRefused, Guard
from runtime.ports import Request, Response, Unreachable

CONNECT_S = 10.0
READ_S = 60.0
"""Silence of the peer for so long ends a request; there is no limit on a body that flows."""

RESPONSE_BYTES_MAX = 32 * 1024 * 1024
"""Largest decoded response: a full entry bundle is 256 entries of 64 KiB, that is 16 MiB."""

CONNECTIONS_MAX = 4

BODYLESS = frozenset({204, 304})


class HttpTransport:
    """`runtime.ports.Transport` on a pool of kept-alive connections, few unless told otherwise.

    Use it as an async context manager, inside the event loop.

    Args:
        proxy: address of an HTTP proxy, or what says it before each request; "" for none.
        guard: judges every address before it is connected to; needed where others say the URL.
    """

    def __init__(
        self,
        *,
        proxy: str | Callable[[], str] = "",
        ca_file: str | None = None,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        response_bytes_max: int = RESPONSE_BYTES_MAX,
        connections_max: int = CONNECTIONS_MAX,
        guard: Guard | None = None,
    ) -> None:
        self._proxy = proxy
        self._guard = guard
        self._connections_max = connections_max
        # True is aiohttp's shared context: the system's authorities, TLS 1.2 at least
        self._tls = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_s, sock_connect=connect_s, sock_read=read_s
        )
        self._limit = response_bytes_max
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_how: object) -> None:
        await self.close()

    async def request(self, request: Request) -> Response:
        """Sends one request and reads its whole, decoded response.

        Raises:
            Unreachable: no answer, an answer that was cut, or one beyond the limits. Whether the
                peer acted on the request is then unknown.
        """
        try:
            async with self._open_session().request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                proxy=self._proxy_now(),
                allow_redirects=False,
            ) as answer:
                body = await self._read(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(status=answer.status, headers=headers, body=body)
        except (aiohttp.ClientError, TimeoutError, OSError, CodingRefused) as error:
            raise Unreachable(_reason(error), _detail(error)) from error

    async def close(self) -> None:
        """Closes the connections; a later request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _proxy_now(self) -> str | None:
        proxy = self._proxy if isinstance(self._proxy, str) else self._proxy()
        return proxy or None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections_max,
                    ssl=self._tls,
                    resolver=self._guard,
                    socket_factory=self._guard.socket if self._guard else None,
                ),
                timeout=self._timeout,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept-Encoding": ", ".join(ACCEPTED), "User-Agent": "jipp"},
            )
        return self._session

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        decoder = decoder_of(answer.headers.get("Content-Encoding", ""))
        if decoder is None:
            raise Unreachable("garbled", "a Content-Encoding that was not asked for")
        body = bytearray()
        is_bodyless = answer.status in BODYLESS or answer.method == "HEAD"
        async for data in _chunks(answer):
            for piece in decoder.feed(data):
                body += piece
                if len(body) > self._limit:
                    raise Unreachable("too_large", f"a response over {self._limit} bytes")
        # a bodyless answer may still name the coding of the body it stands for
        if not is_bodyless:
            decoder.finish()
        return bytes(body)


def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    return aiter(answer.content.iter_any())


REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientConnectorCertificateError, "tls"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (socket.gaierror, "dns"),
    (aiohttp.ClientProxyConnectionError, "proxy"),
    (aiohttp.ClientHttpProxyError, "proxy"),
    (asyncio.TimeoutError, "timeout"),
    (aiohttp.ClientConnectorError, "refused"),
    (aiohttp.InvalidURL, "address"),
    (CodingRefused, "garbled"),
    (aiohttp.ClientResponseError, "garbled"),
    (OSError, "cut"),
    (aiohttp.ClientError, "cut"),
)
"""What went wrong, most exact first, and the reason in `Unreachable`."""


def _reason(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(
        error.os_error, AddressRefused
    ):
        return "address_refused"
    return next(reason for kind, reason in REASONS if isinstance(error, kind))


_SAYS_NO_ADDRESS = (aiohttp.ClientConnectorError, ssl.SSLError)
"""Errors that name a host and a port at most, and no path."""


def _detail(error: BaseException) -> str:
    """What went wrong, without the address that was asked.

    Its path may be the secret: Telegram's holds the bot's token, a webhook's is all that its
    receiver knows a sender by. aiohttp writes it into many of its errors, so of those that are not
    known to be silent about it only the class is told, and the status where there is one.
    """
    if isinstance(error, CodingRefused):
        return error.code
    if isinstance(error, _SAYS_NO_ADDRESS):
        return str(error)
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{name}, status {error.status}"
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    return f"{name}, {errno.errorcode[number]}" if number in errno.errorcode else name
