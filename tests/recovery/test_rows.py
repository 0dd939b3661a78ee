"""The recovery table, row by row: old backups, clones, lost disks; each ends with nothing lost.

Backups are of random ages, the marks beside the database stay or are lost, and the centre is
restarted before the recovery. Each is recovered twice in a row (`Machine.recovered`).
"""

import shutil

import pytest
from sqlalchemy import Connection, text

from hubnode.adopting import adopt
from hubnode.sync.plan import Offer, Send
from hubnode.sync.run import sync
from tests.support.federation import FederationUnderTest
from tests.support.machines import (
    Dice,
    Machine,
    assert_shown_as_saved,
    assert_whole,
    mirrored,
    title_in,
)
from tests.support.stories import who

SEEDS = (1, 2)


async def begun(federation: FederationUnderTest, dice: Dice) -> Machine:
    """A machine of hub 51 that has worked for a while."""
    machine = await Machine.enrolled(federation)
    await machine.work(dice)
    return machine


@pytest.mark.parametrize("seed", SEEDS)
async def test_row_a_nothing_is_wrong(federation: FederationUnderTest, seed: int) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    machine.edit(dice, 2)
    await federation.restart()
    assert (await machine.recovered()).findings == ()
    assert_whole(machine)
    assert_shown_as_saved(machine)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("marks", ["stay", "lost"])
async def test_row_b_an_old_backup_and_nothing_signed_since(
    federation: FederationUnderTest, seed: int, marks: str
) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    machine.edit(dice, dice.between(0, 2))
    old = await machine.backup("lama")
    await machine.work(dice, rounds=3)
    await machine.restore(old, marks=marks)
    machine.edit(dice, dice.between(0, 2))
    await federation.restart()
    assert (await machine.recovered()).findings == ()
    assert_whole(machine)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("marks", ["stay", "lost"])
async def test_row_c_both_went_on_differently(
    federation: FederationUnderTest, seed: int, marks: str
) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    old = await machine.backup("lama")
    machine.edit(dice, dice.between(1, 3))
    await machine.sign_and_die(Offer)
    machine.edit(dice, dice.between(0, 2))
    newer = await machine.backup("baru")
    await machine.restore(old, marks="backup")
    await machine.work(dice)
    await machine.restore(newer, marks=marks)
    machine.edit(dice, dice.between(0, 2))
    await federation.restart()
    stopped = await sync(machine.node)
    assert stopped.code == "own_log_diverged"
    assert "hubnode recover" in str(machine.status()["sentence"])
    found = await machine.recovered()
    assert [it.code for it in found.findings] == ["own_log_rejoined"]
    assert_whole(machine)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("marks", ["stay", "lost"])
async def test_row_d_the_database_is_lost_and_the_key_is_not(
    federation: FederationUnderTest, seed: int, marks: str
) -> None:
    machine = await begun(federation, Dice(seed))
    await machine.lose_database(keep_marks=marks == "stay")
    await federation.restart()
    await machine.start()
    await machine.enrol(machine.invitation)
    await adopt(machine.node, who(machine.node))
    assert (await machine.recovered()).findings == ()
    assert_whole(machine)
    assert_shown_as_saved(machine)


@pytest.mark.parametrize("seed", SEEDS)
async def test_row_e_database_and_key_are_lost_and_an_old_backup_has_what_waited(
    federation: FederationUnderTest, seed: int
) -> None:
    dice = Dice(seed)
    burnt = await begun(federation, dice)
    burnt.edit(dice, dice.between(1, 3))
    old = await burnt.backup("lama")
    if dice.between(0, 1):
        await federation.sync(burnt.node)
    await burnt.stop()
    shutil.rmtree(burnt.folder)
    await federation.restart()
    machine = await Machine.beside(burnt, "pengganti")
    await machine.enrol(await machine.reinvited())
    await machine.recovered()
    await machine.take_waiting_of(old)
    assert await machine.take_waiting_of(old) == 0
    await machine.recovered()
    assert who(machine.node).generation == 2
    assert_whole(machine)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("is_signed", [False, True])
async def test_row_f_two_machines_and_what_the_stopped_one_never_sent(
    federation: FederationUnderTest, seed: int, *, is_signed: bool
) -> None:
    dice = Dice(seed)
    first = await begun(federation, dice)
    second = await Machine.copied(first, "kedua")
    first.edit(dice, dice.between(1, 3))
    if is_signed:
        await first.sign_and_die(Offer)
        first.edit(dice, dice.between(0, 2))
    await adopt(second.node, who(second.node))
    await second.work(dice)
    await federation.restart()
    stopped = await first.recover()
    assert stopped.report.code == "identity_in_use"
    assert "hubnode adopt" in str(first.status()["sentence"])
    await first.stop()
    assert await second.take_waiting_of(first.folder) > 0
    assert await second.take_waiting_of(first.folder) == 0
    await second.recovered()
    assert_whole(second)


@pytest.mark.parametrize("seed", SEEDS)
async def test_row_f_the_first_machine_taken_back_sends_nothing_twice(
    federation: FederationUnderTest, seed: int
) -> None:
    dice = Dice(seed)
    first = await begun(federation, dice)
    second = await Machine.copied(first, "kedua")
    first.edit(dice, dice.between(1, 3))
    await adopt(second.node, who(second.node))
    await second.work(dice)
    await second.take_waiting_of(first.folder)
    await second.recovered()
    await adopt(first.node, who(first.node))
    await first.recovered()
    assert_whole(first)
    sent = [title for entry in mirrored(first) if (title := title_in(entry))]
    assert len(sent) == len(set(sent))


@pytest.mark.parametrize("seed", SEEDS)
async def test_row_h_a_mark_that_nobody_can_meet(
    federation: FederationUnderTest, seed: int
) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    old = await machine.backup("lama")
    kept = len(machine.saved)
    machine.edit(dice, dice.between(1, 3))
    await machine.sign_and_die(Offer)
    lost = {title for _, title in machine.saved[kept:]}
    await machine.restore(old, marks="stay")
    machine.edit(dice, dice.between(0, 2))
    await federation.restart()
    assert (await sync(machine.node)).code == "issued_mark_ahead"
    assert "hubnode recover" in str(machine.status()["sentence"])
    found = await machine.recovered()
    assert [it.code for it in found.findings] == ["issued_mark_dropped"]
    assert found.findings[0].document()["lost"] == len(lost)
    assert_whole(machine, lost=lost)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("marks", ["stay", "lost"])
async def test_row_h_where_the_centre_holds_the_signature_a_next_log_goes_on(
    federation: FederationUnderTest, seed: int, marks: str
) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    old = await machine.backup("lama")
    kept = len(machine.saved)
    machine.edit(dice, dice.between(1, 3))
    await machine.sign_and_die(Send)
    lost = {title for _, title in machine.saved[kept:]}
    await machine.restore(old, marks=marks)
    machine.edit(dice, dice.between(1, 2))
    await federation.restart()
    found = await machine.recover()
    assert [it.code for it in found.findings] == ["own_log_stuck"]
    assert (await machine.recover()).is_stuck
    await machine.enrol(await machine.reinvited())
    await machine.recovered()
    assert_whole(machine, lost=lost)


DAMAGES = {
    "own entry": "UPDATE log_entry SET bytes = x'00' WHERE log_id = {own} AND \"index\" = {at}",
    "own entry gone": 'DELETE FROM log_entry WHERE log_id = {own} AND "index" = {at}',
    "own tiles": "UPDATE log_tile SET bytes = zeroblob(64) WHERE log_id = {own}",
    "own root": "UPDATE log SET root = zeroblob(32) WHERE id = {own}",
    "own size": "UPDATE log SET size = size + 7 WHERE id = {own}",
    "own checkpoints": "DELETE FROM log_checkpoint WHERE log_id = {own}",
    "decision": "UPDATE log_entry SET bytes = x'00' WHERE log_id = {national} AND \"index\" = {at}",
    "decisions": "DELETE FROM log_entry WHERE log_id = {national}",
    "national tiles": "DELETE FROM log_tile WHERE log_id = {national}",
    "national note": "UPDATE log_checkpoint SET note = x'00' WHERE log_id = {national}",
    "catalogue": "DELETE FROM document WHERE number = 1",
    "cursor": "DELETE FROM document_cursor",
}


@pytest.mark.parametrize("what", DAMAGES)
async def test_row_i_damage_is_named_and_what_the_centre_has_is_fetched_again(
    federation: FederationUnderTest, what: str
) -> None:
    dice = Dice(len(what))
    machine = await begun(federation, dice)
    machine.edit(dice, 1)
    damage(machine, DAMAGES[what], at=1)
    await federation.restart()
    found = await machine.recovered()
    assert [it.code for it in found.findings] == ["disk_damaged"]
    assert_whole(machine)
    assert_shown_as_saved(machine)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("is_last", [False, True])
async def test_row_i_what_no_mirror_has_waits_again_or_is_published_from_the_own_records(
    federation: FederationUnderTest, seed: int, *, is_last: bool
) -> None:
    dice = Dice(seed)
    machine = await begun(federation, dice)
    size = own_size(machine)
    machine.edit(dice, 3)
    await machine.sign_and_die(Offer)
    machine.edit(dice, 1)
    damage(machine, DAMAGES["own entry"], at=size + 2 * is_last)
    found = await machine.recovered()
    assert [it.code for it in found.findings] == ["disk_damaged"]
    assert found.findings[0].document()["lost"] == [size + 2 * is_last]
    gone = {machine.saved[-4 + 2 * is_last][1]}
    sent = {title_in(entry) for entry in mirrored(machine)}
    assert_whole(machine, lost=gone - sent)
    assert_shown_as_saved(machine)


def own_size(machine: Machine) -> int:
    node, origin = machine.node, who(machine.node).origin
    return node.db.read_sync(lambda conn: node.logs.open(conn, origin).tree.size)


def damage(machine: Machine, statement: str, *, at: int) -> None:
    """What a disk does."""
    node, names = machine.node, who(machine.node)

    def work(conn: Connection) -> int:
        own, national = (node.logs.open(conn, it).id for it in (names.origin, names.national))
        return conn.execute(text(statement.format(own=own, national=national, at=at))).rowcount

    assert node.db.run_sync(work) > 0
