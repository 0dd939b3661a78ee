"""`python -m tests.simulation SEED STEPS`: plays one world again, tells every step, and checks."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.simulation.invariants import check
from tests.simulation.play import heal, play, small_batches


async def main(seed: int, steps: int) -> None:
    """Plays, heals and checks; raises what does not hold."""
    with tempfile.TemporaryDirectory() as folder, small_batches():
        world = await play(Path(folder), seed, steps, tell=print)
        await heal(world)
        check(world)
        world.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
