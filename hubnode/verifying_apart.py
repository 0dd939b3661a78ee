"""Verifying in a process of its own, which gives back the memory that folding a catalogue takes.

A service that rests for weeks would keep it: on a machine of 1 GB that is what other programs miss.
`python -m hubnode.verifying_apart FOLDER` is that process.
"""

import asyncio
import os
import sys
from pathlib import Path

from hubnode.node import Node
from hubnode.store import verifications
from hubnode.store.verifications import Verification
from hubnode.verifying import is_due, verify_now

GENTLENESS = 10
"""Added to the niceness: nobody waits for it."""


class VerificationFailed(Exception):
    """The process ended with a fault of its own; its words are in `args`."""


async def verify_apart_if_due(node: Node) -> Verification | None:
    """As `hubnode.verifying.verify_if_due`, apart."""
    return await verify_apart(node) if await is_due(node) else None


async def verify_apart(node: Node) -> Verification | None:
    """As `hubnode.verifying.verify_now`, apart.

    Raises:
        VerificationFailed: nothing is known of what is on the disk.
    """
    before = await node.db.read(verifications.latest)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(node.folder), stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        raise VerificationFailed(said.decode(errors="replace"))
    after = await node.db.read(verifications.latest)
    return None if after == before else after


async def _verify(folder: Path) -> None:
    from hubnode.opening import opened_node  # noqa: PLC0415  # the service has it in its own way

    with opened_node(folder) as node:
        await verify_now(node)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(GENTLENESS)
    asyncio.run(_verify(Path(sys.argv[1])))
