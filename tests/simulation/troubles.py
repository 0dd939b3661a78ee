"""What nobody does on purpose: time, clocks, lines, processes, backups, copies."""

import shutil

from tests.simulation.stage import Machine
from tests.simulation.weather import Crash
from tests.simulation.world import World
from tests.support.nodes import backup, restore_backup

MINUTE_S, DAY_S = 60, 86_400
SPANS_S = (MINUTE_S, 60 * MINUTE_S, DAY_S, 30 * DAY_S, 120 * DAY_S)
JUMPS_S = (-3_650 * DAY_S, -DAY_S, -11 * MINUTE_S, 11 * MINUTE_S, DAY_S, 3_650 * DAY_S)


async def sees_time_pass(world: World, _machine: Machine) -> str:
    """For everybody: an hour, or months."""
    seconds = world.chance.choice(SPANS_S)
    for clock in world.clocks:
        clock.advance(seconds)
    return f"{seconds} s"


async def has_its_clock_set(world: World, machine: Machine) -> str:
    """Somebody, or an empty battery, sets the clock of one machine; or mends it."""
    right = world.clocks[0].now()
    if machine.clock.now() != right and world.chance.randrange(2):
        machine.clock.jump((right - machine.clock.now()).total_seconds())
        return "right"
    seconds = world.chance.choice(JUMPS_S)
    machine.clock.jump(seconds)
    return f"by {seconds} s"


async def loses_its_line(world: World, machine: Machine) -> str:
    """One at a time: the next time that this happens to anybody, it comes back."""
    for other in world.machines.values():
        if other.line.is_down:
            other.line.is_down = False
            return f"no more: {other.name}"
    machine.line.is_down = True
    return ""


async def sees_the_centre_restart(world: World, _machine: Machine) -> str:
    """All that it had in memory is gone."""
    world.seat.restarts()
    return ""


async def waits_for_decisions(world: World, _machine: Machine) -> str:
    """A round of the reconciler, in the middle of which the centre may die."""
    dies_after = world.chance.randrange(30)
    world.seat.process.dies_after(dies_after if dies_after < 6 else None)
    try:
        ended = f"{await world.decide()} decided"
    except Crash:
        world.seat.restarts()
        ended = "the centre died"
    world.seat.process.dies_after(None)
    return ended


async def is_backed_up(world: World, machine: Machine) -> str:
    """As an operator copies the database."""
    shutil.rmtree(machine.backup, ignore_errors=True)
    backup(machine.node, machine.backup)
    machine.reopens(seed=world.fresh_seed())
    return ""


async def is_restored(world: World, machine: Machine) -> str:
    """An old database in place of the present one: what only that one held is lost with it."""
    if not machine.backup.exists():
        return "no backup"
    with_marks = bool(world.chance.randrange(3))
    machine.node.db.close()
    restore_backup(machine.folder, machine.backup, with_marks=with_marks)
    machine.reopens(seed=world.fresh_seed())
    machine.was_restored = True
    machine.saved &= machine.held() | world.mirrored(machine.hub)
    return "with its marks" if with_marks else "without its marks"


async def is_cloned(world: World, machine: Machine) -> str:
    """A copy of its folder, as of a virtual machine, runs beside it from now on."""
    if machine.is_twin:
        return "has a twin already"
    world.clone(machine)
    return ""
