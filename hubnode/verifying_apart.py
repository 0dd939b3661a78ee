"""Verifying in a process of its own, which gives back the memory that folding a catalogue takes.

A service that rests for weeks would keep it: on a machine of 1 GB that is what other programs miss.
A short log is verified within the service, because starting a process costs more.
`python -m hubnode.verifying_apart FOLDER` is that process.
"""

import asyncio
import os
import sys
from pathlib import Path

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import Node
from hubnode.store import identity, verifications
from hubnode.store.verifications import Verification
from hubnode.verifying import is_due, verify_now
from runtime.durable import FolderLock

GENTLENESS = 10
"""Added to the niceness: nobody waits for it."""


TIME_LIMIT_S = 3_600
"""Until a process that verifies is taken to hang; the sync runs wait for it."""

LOCK = "verify.lock"
"""Held in the data folder by the one verification at a time."""

ENTRIES_WITHIN = 1_000
"""Of the national log; folding them takes some 10 MB."""


class VerificationFailed(Exception):
    """The process ended with a fault of its own, or did not end; its words are in `args`."""


async def verify_if_due(node: Node) -> Verification | None:
    """Verifies where a week has passed, and keeps what was found; None where nothing was due."""
    return await verify(node) if await is_due(node) else None


async def verify(node: Node) -> Verification | None:
    """As `hubnode.verifying.verify_now`, apart where that saves memory.

    Raises:
        AlreadyRunning: another verification is under way.
        VerificationFailed: as `verify_apart` says.
    """
    with FolderLock(node.folder, LOCK):
        is_long = await node.db.read(lambda conn: _size(conn, node)) > ENTRIES_WITHIN
        return await (verify_apart(node) if is_long else verify_now(node))


async def verify_apart(node: Node, *, limit_s: float = TIME_LIMIT_S) -> Verification | None:
    """As `hubnode.verifying.verify_now`, apart.

    Args:
        node: whose data is verified.
        limit_s: seconds after which the process is ended.

    Raises:
        VerificationFailed: nothing is known of what is on the disk.
    """
    before = await node.db.read(verifications.latest)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(node.folder), stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(limit_s):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise VerificationFailed(f"not done after {limit_s:.0f} seconds") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise VerificationFailed(said.decode(errors="replace"))
    after = await node.db.read(verifications.latest)
    return None if after == before else after


def _size(conn: Connection, node: Node) -> int:
    who = identity.get(conn)
    return replica.applied_size(conn, node, who) if who else 0


async def _verify(folder: Path) -> None:
    from hubnode.opening import opened_node  # noqa: PLC0415  # the service has it in its own way

    with opened_node(folder) as node:
        await verify_now(node)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(GENTLENESS)
    asyncio.run(_verify(Path(sys.argv[1])))
