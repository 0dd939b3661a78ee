"""Playing: what may happen with which weight, step by step, and then the healing."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from central import reconciler
from hubnode.sync import plan
from hubnode.sync.run import sync
from protocol import floods
from tests.simulation import admins, operators, troubles
from tests.simulation.admins import at_the_centre
from tests.simulation.invariants import look
from tests.simulation.stage import Machine
from tests.simulation.world import World

Happening = Callable[[World, Machine], Awaitable[str]]

HAPPENINGS: tuple[tuple[int, Happening, str], ...] = (
    (24, operators.edits, "edits"),
    (28, operators.syncs, "syncs"),
    (6, operators.proposes, "proposes"),
    (4, operators.rotates_its_keys, "rotates its keys"),
    (2, operators.moves_to_its_twin, "moves to its twin"),
    (14, troubles.waits_for_decisions, "waits for decisions"),
    (5, troubles.sees_time_pass, "sees time pass"),
    (4, troubles.has_its_clock_set, "has its clock set"),
    (3, troubles.loses_its_line, "loses its line"),
    (2, troubles.sees_the_centre_restart, "sees the centre restart"),
    (4, troubles.is_backed_up, "is backed up"),
    (1, troubles.is_restored, "is restored"),
    (1, troubles.is_cloned, "is cloned"),
    (6, at_the_centre(admins.is_curated), "is curated"),
    (3, at_the_centre(admins.has_a_conflict_resolved), "has a conflict resolved"),
    (4, at_the_centre(admins.is_asked_for_a_refresh), "is asked for a refresh"),
    (6, at_the_centre(admins.is_ruled_on), "is ruled on"),
    (4, at_the_centre(admins.is_judged), "is judged"),
    (4, at_the_centre(admins.is_given_away), "is given away"),
    (2, at_the_centre(admins.is_numbered_or_hidden), "is numbered or hidden"),
    (2, at_the_centre(admins.is_suspended), "is suspended"),
    (2, at_the_centre(admins.has_bytes_erased), "has bytes erased"),
    (2, at_the_centre(admins.is_compared_with_others), "is compared with others"),
)
"""How likely, what, and as the trace says it."""

_WEIGHTS = [weight for weight, _, _ in HAPPENINGS]


@contextmanager
def small_batches() -> Iterator[None]:
    """So that a few entries are many batches, and a few rewrites a flood."""
    with ExitStack() as stack:
        for module, name, value in (
            (reconciler, "BATCH_ENTRIES", 3),
            (plan, "FIRST_APPEND_ENTRIES", 2),
            (plan, "APPEND_ENTRIES", 5),
            (floods, "FLOOD_RECORDS", 4),
            (floods, "FLOOD_PERCENT", 50),
        ):
            stack.enter_context(patch.object(module, name, value))
        yield


def silent(_line: str) -> None:
    """Tells nobody."""


async def play(
    folder: Path,
    seed: int,
    steps: int,
    *,
    shifted_days: int = 0,
    tell: Callable[[str], None] = silent,
) -> World:
    """A world after so many steps, each told as it ends."""
    world = World(folder, seed, shifted_days=shifted_days)
    await begin(world)
    for _ in range(steps):
        machine = world.chance.choice(list(world.machines.values()))
        [(_, happen, name)] = world.chance.choices(HAPPENINGS, _WEIGHTS)
        world.trace.append(f"{machine.name} {name}: {await happen(world, machine)}")
        tell(world.trace[-1])
        look(world)
    return world


async def begin(world: World) -> None:
    """Every hub is enrolled, and has a record that everybody knows."""
    await world.begin()
    for machine in world.machines.values():
        await operators.edits(world, machine)
        await sync(machine.node)
    await world.decide()


async def heal(world: World) -> None:
    """Whatever people can end ends, and then there is good weather until all is quiet."""
    world.centre.db.run_sync(lambda conn: admins.resume_all(conn, world))
    await world.heal()
