import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from runtime.http.client import HttpTransport
from runtime.http.codings import encode
from runtime.http.problem_responses import Refused
from runtime.ports import Request, Response, Unreachable
from tests.support.certificates import loopback_certificate, server_context
from tests.support.servers import bare_app, served

EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def saying(
    data: bytes, *, then_wait_s: float = 0.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A server that answers anything with these bytes and closes."""

    answering: list[asyncio.Task[None] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        await reader.read(1)
        writer.write(data)
        await asyncio.sleep(then_wait_s)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*(task for task in answering if task))


async def get(url: str, *, read_s: float = 5.0, limit: int = 100_000) -> Response:
    async with HttpTransport(read_s=read_s, response_bytes_max=limit) as transport:
        return await transport.request(Request(method="GET", url=url))


async def reason(url: str, *, read_s: float = 5.0, limit: int = 100_000) -> str:
    with pytest.raises(Unreachable) as unreachable:
        await get(url, read_s=read_s, limit=limit)
    return unreachable.value.reason


async def test_a_response_comes_back_whole_with_small_header_names() -> None:
    async with saying(b"HTTP/1.1 202 Accepted\r\nX-Test: a\r\nContent-Length: 2\r\n\r\nok") as url:
        assert await get(url) == Response(
            status=202, headers={"x-test": "a", "content-length": "2"}, body=b"ok"
        )


async def test_method_headers_and_body_arrive() -> None:
    async def seen(request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(body=request.headers["X-Test"].encode() + body)

    app = bare_app()
    app.router.add_post("/", seen)
    async with served(app) as url, HttpTransport() as transport:
        sent = Request(method="POST", url=url, headers={"X-Test": "a"}, body=b"b")
        assert (await transport.request(sent)).body == b"ab"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_compressed_body_is_decoded(coding: str) -> None:
    body = encode(b"inovasi", coding)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    async with saying(head.encode() + body) as url:
        assert (await get(url)).body == b"inovasi"


async def test_not_modified_may_name_a_coding_without_a_body() -> None:
    async with saying(b"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n") as url:
        assert (await get(url)).status == 304


async def test_a_redirect_is_an_answer_like_another() -> None:
    async with saying(b"HTTP/1.1 302 Found\r\nLocation: http://a.test/\r\n\r\n") as url:
        assert (await get(url)).status == 302


async def test_nobody_there_is_refused() -> None:
    assert await reason("http://127.0.0.1:1") == "refused"


async def test_an_unknown_name_is_told_as_such() -> None:
    assert await reason("http://pusat.invalid") == "dns"


async def test_an_address_that_is_none_is_told_as_such() -> None:
    assert await reason("http://") == "address"


async def test_silence_is_a_timeout() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", then_wait_s=0.5) as url:
        assert await reason(url, read_s=0.1) == "timeout"


async def test_a_cut_answer_is_not_an_answer() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab") as url:
        assert await reason(url) == "cut"


async def test_a_cut_stream_is_not_an_answer() -> None:
    body = encode(b"inovasi" * 50, "gzip")[:-5]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    async with saying(head.encode() + body) as url:
        assert await reason(url) == "garbled"


async def test_an_unknown_coding_is_not_an_answer() -> None:
    async with saying(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\na"
    ) as url:
        assert await reason(url) == "garbled"


async def test_what_is_not_http_is_garbled() -> None:
    async with saying(b"SSH-2.0-OpenSSH_9.9\r\n") as url:
        assert await reason(url) == "garbled"


SECRET = "123456:rahasia"


async def told_of(url: str, **how: float) -> str:
    """All that an `Unreachable` says of an address whose path is a secret."""
    with pytest.raises(Unreachable) as unreachable:
        await get(f"{url}/bot{SECRET}/sendMessage", **how)  # type: ignore[arg-type]
    return f"{unreachable.value} {unreachable.value.detail}"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/9.x nonsense\r\n\r\n", "status 400"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "status 400"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "ClientPayloadError"),
        (b"", "ServerDisconnectedError"),
    ],
)
async def test_whatever_is_answered_the_path_of_the_address_is_not_told(
    answer: bytes, why: str
) -> None:
    async with saying(answer) as url:
        told = await told_of(url)
    assert why in told
    assert SECRET not in told


async def test_a_silent_peer_does_not_bring_out_the_path_of_its_address() -> None:
    async with saying(b"", then_wait_s=0.5) as url:
        assert SECRET not in await told_of(url, read_s=0.1)


@pytest.mark.parametrize("url", ["http://", "http://[x", "http://a b", "http://127.0.0.1:1"])
async def test_an_address_that_leads_nowhere_is_not_repeated(url: str) -> None:
    assert SECRET not in await told_of(url)


async def test_who_did_not_even_accept_within_the_time_is_told_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        host, port = full.getsockname()
        with ExitStack() as held:
            for _ in range(3):  # more than the kernel lets wait
                waiting = held.enter_context(socket.socket())
                waiting.settimeout(0.0)
                waiting.connect_ex((host, port))
            request = Request(method="GET", url=f"http://{host}:{port}/{SECRET}")
            async with HttpTransport(connect_s=0.2) as transport:
                with pytest.raises(Unreachable) as unreachable:
                    await transport.request(request)
    assert unreachable.value.reason == "timeout"
    assert SECRET not in unreachable.value.detail


async def test_an_endless_answer_is_stopped() -> None:
    body = encode(bytes(5_000_000), "gzip")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    async with saying(head.encode() + body) as url:
        assert await reason(url, limit=1_000_000) == "too_large"


async def test_a_peer_without_tls_is_told_as_such() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\n\r\n") as url:
        assert await reason(url.replace("http:", "https:")) in {"tls", "cut"}


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    tls = server_context(loopback_certificate(tmp_path))
    async with saying(EMPTY, tls=tls) as url:
        assert await reason(url) == "tls"


async def test_a_certificate_that_the_operator_vouches_for_is_accepted(tmp_path: Path) -> None:
    certificate = loopback_certificate(tmp_path)
    async with (
        saying(EMPTY, tls=server_context(certificate)) as url,
        HttpTransport(ca_file=str(certificate)) as transport,
    ):
        assert (await transport.request(Request(method="GET", url=url))).status == 200


async def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    certificate = loopback_certificate(tmp_path, until=datetime(2021, 1, 1, tzinfo=UTC))
    async with (
        saying(EMPTY, tls=server_context(certificate)) as url,
        HttpTransport(ca_file=str(certificate)) as transport,
    ):
        with pytest.raises(Unreachable, match="expired"):
            await transport.request(Request(method="GET", url=url))


async def test_a_proxy_from_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as url:
        assert (await get(url)).body == b"ok"


async def test_a_proxy_that_was_set_is_used() -> None:
    async with (
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as proxy,
        HttpTransport(proxy=proxy) as transport,
    ):
        answer = await transport.request(Request(method="GET", url="http://pusat.invalid/"))
    assert answer.body == b"ok"


async def test_a_proxy_that_changes_is_asked_for_before_each_request() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    chosen = ""
    async with (
        saying(answer + b"no") as direct,
        saying(answer + b"ok") as proxy,
        HttpTransport(proxy=lambda: chosen) as transport,
    ):
        request = Request(method="GET", url=direct)
        assert (await transport.request(request)).body == b"no"
        chosen = proxy
        assert (await transport.request(request)).body == b"ok"


async def test_it_can_be_used_again_after_closing() -> None:
    transport = HttpTransport()
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as url:
        for _ in range(2):
            assert (await transport.request(Request(method="GET", url=url))).status == 200
            await transport.close()


def test_a_refusal_says_its_code() -> None:
    assert "busy" in str(Refused("busy"))
