import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from protocol.canonical import parse
from runtime.http import body as body_module
from runtime.http.body import read_body, stream_body
from runtime.http.codings import encode
from runtime.http.problem_responses import Refused
from runtime.ports import Response
from tests.support.servers import ask, bare_app, served, shout

LIMIT = 1_000


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await read_body(request, limit_bytes=LIMIT))

    app = bare_app()
    app.router.add_post("/echo", echo)
    async with served(app) as address:
        yield address


def code(response: Response) -> object:
    document = parse(response.body)
    assert isinstance(document, dict)
    return document["code"]


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
async def test_a_body_is_decoded(url: str, coding: str) -> None:
    sent = b"inovasi" if coding == "identity" else encode(b"inovasi", coding)
    answer = await ask(
        url + "/echo", method="POST", body=sent, headers={"Content-Encoding": coding}
    )
    assert answer.body == b"inovasi"


async def test_a_body_at_the_limit_is_taken(url: str) -> None:
    answer = await ask(url + "/echo", method="POST", body=b"a" * LIMIT)
    assert len(answer.body) == LIMIT


async def test_a_body_over_the_limit_is_too_large(url: str) -> None:
    answer = await ask(url + "/echo", method="POST", body=b"a" * (LIMIT + 1))
    assert (answer.status, code(answer)) == (413, "body_too_large")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_bomb_is_too_large(url: str, coding: str) -> None:
    bomb = encode(bytes(3_000_000), coding)
    assert len(bomb) < 4_000
    answer = await ask(
        url + "/echo", method="POST", body=bomb[:LIMIT], headers={"Content-Encoding": coding}
    )
    assert code(answer) == "body_too_large"


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "exe"])
async def test_another_coding_names_the_ones_that_are_understood(url: str, coding: str) -> None:
    answer = await ask(
        url + "/echo", method="POST", body=b"abc", headers={"Content-Encoding": coding}
    )
    assert (answer.status, code(answer)) == (415, "body_encoding_unknown")
    assert answer.headers["accept-encoding"] == "gzip, zstd"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_cut_stream_is_truncated(url: str, coding: str) -> None:
    cut = encode(b"inovasi" * 20, coding)[:-4]
    answer = await ask(url + "/echo", method="POST", body=cut, headers={"Content-Encoding": coding})
    assert (answer.status, code(answer)) == (400, "body_truncated")


async def test_a_damaged_stream_is_corrupt(url: str) -> None:
    answer = await ask(
        url + "/echo", method="POST", body=b"not gzip", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status, code(answer)) == (400, "body_corrupt")


async def test_a_broken_chunk_is_not_a_body(url: str) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = await shout(url, head + b"3\r\nabc\r\nzz\r\n")
    assert b" 400 " in said.split(b"\r\n")[0]


async def test_a_silent_sender_is_dropped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "SILENCE_S", 0.1)
    said = await shout(url, b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
    assert b" 408 " in said.split(b"\r\n")[0]
    assert b"body_too_slow" in said


async def test_a_trickling_sender_is_dropped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "GRACE_S", 0.05)
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
    for _ in range(20):
        writer.write(b"a")
        await asyncio.sleep(0.02)
    said = await reader.read()
    writer.close()
    assert b"body_too_slow" in said


async def test_what_arrived_before_the_cut_can_be_used() -> None:
    arrived: list[bytes] = []

    async def keep(request: web.Request) -> web.Response:
        try:
            async for piece in stream_body(request, limit_bytes=LIMIT):
                await asyncio.sleep(0)
                arrived.append(piece)
        except Refused as refused:
            return web.Response(text=refused.code)
        return web.Response()

    app = bare_app()
    app.router.add_post("/", keep)
    async with served(app) as url:
        await shout(
            url,
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
            then_close=True,
        )
        await asyncio.sleep(0.05)
    assert b"".join(arrived) == b"abc"
