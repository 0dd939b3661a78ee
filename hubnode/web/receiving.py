"""A file on its way from a browser: written to the disk as it comes, never whole in memory.

RFC 7578 lets a browser send the parts of a form one behind the other; the token of the form stands
before the file, so a form of somebody else is refused before a byte of its file is kept.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiohttp
from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError

from hubnode.imports.readers import FILE_BYTES_MAX
from hubnode.imports.refusal import FileRefused
from hubnode.imports.uploads import Upload, Uploads
from hubnode.web.visit import Visit, is_form_of
from runtime.http.body import SILENCE_S
from runtime.http.problem_responses import Refused

T = TypeVar("T")

ID_BYTES = 8
_PIECE_BYTES = 256 * 1024
_SHORT_BYTES_MAX = 1_000
BROKEN = (
    aiohttp.ClientPayloadError,
    HttpProcessingError,
    ConnectionError,
    ValueError,
    AssertionError,
)
"""What aiohttp's reader raises of a body that is cut, or no form."""


async def receive_file(visit: Visit, uploads: Uploads) -> Upload:
    """Keeps the file that a form brings.

    Raises:
        FileRefused: code no_file, file_type_unknown, file_too_large or too_many_uploads; all of
            the form was read, so that the browser shows the answer.
        Refused: no form of this session, or it was cut or came too slowly.
    """
    if visit.request.content_type != "multipart/form-data":
        raise Refused("request_malformed")
    kept: list[Upload] = []
    try:
        await _receive(visit, uploads, kept)
    except BaseException as error:
        for upload in kept:
            uploads.discard(upload.id)
        if isinstance(error, BROKEN):
            raise Refused("body_truncated") from error
        raise
    return kept[0]


async def _receive(visit: Visit, uploads: Uploads, kept: list[Upload]) -> None:
    """Reads the form to its end; what it keeps of it is in `kept`, also where it was cut."""
    form = await visit.request.multipart()
    is_allowed, refused = False, None
    while (part := await in_time(form.next())) is not None:
        if isinstance(part, MultipartReader):
            raise Refused("request_malformed")
        if part.name == "csrf":
            is_allowed = is_form_of(visit, await short_text(part))
        elif part.name != "file" or kept:
            await ignore(part)
        elif not is_allowed:
            raise Refused("form_expired")
        else:
            try:
                await _keep(visit, uploads, part, kept)
            except FileRefused as error:
                refused = error
                await ignore(part)
    if refused is not None or not kept:
        raise refused or FileRefused("there is no file", code="no_file")


async def _keep(visit: Visit, uploads: Uploads, part: BodyPartReader, kept: list[Upload]) -> None:
    name = part.filename or ""
    if not name:
        raise FileRefused("there is no file", code="no_file")
    node = visit.node
    id_, now = node.entropy.bytes(ID_BYTES).hex(), node.clock.now()
    kept.append(uploads.begin(id_=id_, name=name, by=visit.account, at=now))
    await write_part(visit, uploads.file(kept[0]), part, bytes_max=FILE_BYTES_MAX)


async def write_part(visit: Visit, path: Path, part: BodyPartReader, *, bytes_max: int) -> None:
    """Writes a part to a file; the disk is asked in a thread.

    Raises:
        FileRefused: code file_too_large or storage_full.
    """
    worker, count = visit.node.db.worker, 0
    async for piece in pieces(part):
        count += len(piece)
        if count > bytes_max:
            raise FileRefused(f"over {bytes_max} bytes", code="file_too_large")
        await worker.run(partial(_append, path, piece))


def _append(path: Path, piece: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(piece)
    except OSError as error:
        raise FileRefused(f"not written: {error.strerror}", code="storage_full") from error


async def pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    """The bytes of a part as they come, in pieces of a size that is worth a trip to the disk."""
    piece = bytearray()
    while chunk := await in_time(part.read_chunk()):
        piece += chunk
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


async def short_text(part: BodyPartReader) -> str:
    """The text of a short part, such as the token of the form; what is longer is cut."""
    text = await in_time(part.read_chunk(_SHORT_BYTES_MAX))
    await ignore(part)
    return text.decode("ascii", "replace")


async def ignore(part: BodyPartReader) -> None:
    """Reads a part and keeps nothing of it."""
    while await in_time(part.read_chunk()):
        pass


async def in_time(coming: Awaitable[T]) -> T:
    """What comes from the browser, unless that is silent for too long.

    Raises:
        Refused: it was.
    """
    try:
        async with asyncio.timeout(SILENCE_S):
            return await coming
    except TimeoutError as error:
        raise Refused("body_too_slow", headers={"Connection": "close"}) from error
