"""Sending a file that was made for one reader: bounded in time, and closed whatever happens.

aiohttp waits for a reader as long as its connection stands. One that takes nothing would hold the
file, and its room on the disk, for ever.
"""

import asyncio
import os
from collections.abc import Mapping
from typing import BinaryIO

from aiohttp import web

STEP_BYTES = 64 * 1024
STEP_S = 60.0
"""What a reader has for a step: so it takes a kilobyte a second at least. A link of a few gets
through, though the kernel tells of room in large pieces."""


async def send_file(
    request: web.Request,
    file: BinaryIO,
    *,
    headers: Mapping[str, str],
    step_s: float = STEP_S,
) -> web.StreamResponse:
    """Sends what is in an open file from its beginning, and closes it.

    A reader that takes too little is cut off: what it has is shorter than its Content-Length says.

    Args:
        request: whom it is for.
        file: on a disk; it is closed also where the reader went away.
        headers: of the answer.
        step_s: seconds in which a reader takes `STEP_BYTES`.
    """
    response = web.StreamResponse(headers=headers)
    try:
        response.content_length = os.fstat(file.fileno()).st_size
        await response.prepare(request)
        while piece := await asyncio.to_thread(file.read, STEP_BYTES):
            async with asyncio.timeout(step_s):
                await response.write(piece)
    except TimeoutError:
        _cut(request)
    except ConnectionError:
        pass  # the reader went away; there is nobody to tell
    finally:
        file.close()
    return response


def _cut(request: web.Request) -> None:
    """Closes the connection at once, without waiting until what is left has been taken."""
    if request.transport is not None:
        request.transport.abort()
