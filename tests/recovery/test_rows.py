"""The recovery table, row by row: old backups, clones, lost disks; each ends with nothing lost."""

import pytest

from hubnode.sync.plan import Offer
from tests.support.federation import FederationUnderTest
from tests.support.machines import Dice, Machine, assert_whole

SEEDS = range(3)


async def forked(federation: FederationUnderTest, dice: Dice, *, marks: str) -> Machine:
    """Case C: signed and cut off, an older backup used meanwhile, and then the first one again."""
    machine = await Machine.enrolled(federation)
    await machine.work(dice)
    old = await machine.backup("lama")
    machine.edit(dice, dice.between(1, 3))
    await machine.sign_and_die(Offer)
    machine.edit(dice, dice.between(0, 2))
    newer = await machine.backup("baru")
    await machine.restore(old, marks="backup")
    await machine.work(dice)
    await machine.restore(newer, marks=marks)
    machine.edit(dice, dice.between(0, 2))
    return machine


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("marks", ["backup", "lost", "stay"])
async def test_row_c_both_went_on_differently(
    federation: FederationUnderTest, seed: int, marks: str
) -> None:
    machine = await forked(federation, Dice(seed), marks=marks)
    await federation.restart()
    found = await machine.recovered()
    assert [it.code for it in found.findings] == ["own_log_rejoined"]
    assert_whole(machine)
