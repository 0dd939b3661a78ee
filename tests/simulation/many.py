"""A world from its first step to its last invariant, for a process of its own."""

import asyncio
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from tests.simulation.invariants import check
from tests.simulation.play import heal, play, small_batches


def healed(seed: int, steps: int) -> str:
    """Plays, heals and checks a world; what broke and the steps that led to it, or ""."""
    trace: list[str] = []
    try:
        with small_batches(), memory_folder() as folder:
            asyncio.run(_healed(folder, seed, steps, trace))
    except Exception:  # noqa: BLE001  # whatever broke is told with its trace
        return "\n".join((traceback.format_exc(), *trace))
    return ""


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is a file system for that: no disk is tried here."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
    made = Path(mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        yield made
    finally:
        rmtree(made)


async def _healed(folder: Path, seed: int, steps: int, trace: list[str]) -> None:
    world = await play(folder, seed, steps, tell=trace.append)
    await heal(world)
    check(world)
    world.close()
