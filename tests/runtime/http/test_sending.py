"""A file that was made for one reader: sent whole, and held by nobody who takes nothing."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO
from urllib.parse import urlsplit

from aiohttp import web

from runtime.http.sending import STEP_BYTES, send_file
from tests.support.decided import until
from tests.support.servers import ask, bare_app, served

LARGE = 64 * 1024 * 1024
"""More than the kernel keeps for a reader that takes nothing."""


@asynccontextmanager
async def sending(size: int, files: list[IO[bytes]], *, step_s: float) -> AsyncIterator[str]:
    """A server whose every answer is a fresh file of `size` bytes, which is put into `files`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # closing it is what is tested
        file.truncate(size)
        files.append(file)
        return await send_file(request, file, headers={"X-Test": "a"}, step_s=step_s)

    app = bare_app()
    app.router.add_get("/", answer)
    async with served(app) as url:
        yield url


async def asking(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A reader that asked and takes nothing beyond a kilobyte."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1_024)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    return reader, writer


async def test_a_file_arrives_whole_and_is_closed() -> None:
    files: list[IO[bytes]] = []
    async with sending(3 * STEP_BYTES + 1, files, step_s=5.0) as url:
        answer = await ask(f"{url}/")
    assert (answer.status, answer.body) == (200, bytes(3 * STEP_BYTES + 1))
    assert answer.headers["content-length"] == str(3 * STEP_BYTES + 1)
    assert answer.headers["x-test"] == "a"
    assert [file.closed for file in files] == [True]


async def test_an_empty_file_is_an_answer() -> None:
    files: list[IO[bytes]] = []
    async with sending(0, files, step_s=5.0) as url:
        assert (await ask(f"{url}/")).body == b""


async def test_a_reader_that_takes_nothing_is_cut_off_and_its_file_closed() -> None:
    files: list[IO[bytes]] = []
    async with sending(LARGE, files, step_s=0.2) as url:
        reader, writer = await asking(url)
        await until(lambda: bool(files) and files[0].closed)
        received = 0
        try:
            while piece := await reader.read(STEP_BYTES):
                received += len(piece)
        except ConnectionError:
            pass
        writer.close()
    assert received < LARGE


async def test_the_file_of_a_reader_that_went_away_is_closed() -> None:
    files: list[IO[bytes]] = []
    async with sending(LARGE, files, step_s=60.0) as url:
        _, writer = await asking(url)
        await until(lambda: bool(files))
        writer.transport.abort()
        await until(lambda: files[0].closed)
