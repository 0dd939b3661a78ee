"""What the operators of a hub do: edit, propose, sync, change keys, move the hub to a machine."""

import shutil
from collections.abc import Callable

from sqlalchemy import Connection

from hubnode.adopting import adopt
from hubnode.authoring import Desk, EditRefused
from hubnode.keys import KEY_FILE, begin_rotation
from hubnode.showing import foreign_record
from hubnode.store import records
from hubnode.store.records import OwnRecord
from hubnode.sync.answers import Refused
from hubnode.sync.run import sync
from protocol.canonical import Json
from runtime.ports import Unreachable
from tests.simulation.stage import Machine
from tests.simulation.weather import Crash
from tests.simulation.world import World
from tests.support.nodes import FIELDS

TRANSACTIONS_OF_A_RUN = 60

FIELDS_OF_OLD: dict[str, Json] = {**FIELDS, "started": "1950"}
"""In the past, however far back somebody sets a clock."""


async def edits(world: World, machine: Machine) -> str:
    """An edit of an own record, or a new one; what is saved must never be lost."""

    def work(conn: Connection) -> str:
        own = records.page(conn, limit=50)
        desk = Desk.open(conn, machine.node, machine.who, by="operator")
        done = _edit_one(world, machine, desk, world.chance.choice([None, *own]))
        desk.save(conn)
        return done

    return _saved(world, machine, work)


async def proposes(world: World, machine: Machine) -> str:
    """An amendment of a record that is another hub's."""
    node = machine.node
    everything = node.db.read_sync(lambda conn: dict(node.documents.digests(conn)))
    foreign = sorted(everything.keys() - set(node.db.read_sync(_own_ids)))
    if not foreign:
        return "knows no other's record"
    record = world.chance.choice(foreign)
    title = f"Usulan nomor {world.chance.randrange(1_000)}"

    def work(conn: Connection) -> str:
        who = machine.who
        _, shown = foreign_record(conn, node, record, hub=who.hub)
        desk = Desk.open(conn, node, who, by="operator")
        desk.propose(record, shown, {"title": title}, ())
        desk.save(conn)
        return "a title"

    return _saved(world, machine, work)


async def syncs(world: World, machine: Machine) -> str:
    """A run in bad weather; any process may die anywhere."""
    _begin_bad_weather(world, machine)
    try:
        report = await sync(machine.node)
        ended = f"{report.state} {report.code}"
    except Crash:
        machine.process.starts()
        ended = "died"
    finally:
        _end_bad_weather(world, machine)
    return f"{ended} ({world.weather.tells()})"


async def rotates_its_keys(_world: World, machine: Machine) -> str:
    """The next keys are made; the runs after it sign them in and hand over."""
    begin_rotation(machine.folder, machine.who, machine.node.entropy)
    return ""


async def moves_to_its_twin(world: World, machine: Machine) -> str:
    """The operator says that the hub runs on this machine now, with the newest keys of all."""
    others = [it for it in world.machines.values() if it.hub == machine.hub and it is not machine]
    if not others or world.is_the_hubs(machine):
        return "has no reason to"
    shutil.copy(others[0].folder / KEY_FILE, machine.folder / KEY_FILE)
    _begin_bad_weather(world, machine)
    try:
        await adopt(machine.node, machine.who)
        ended = "done"
    except (Unreachable, Refused) as error:
        ended = error.reason if isinstance(error, Unreachable) else error.code
    except Crash:
        machine.process.starts()
        ended = "died"
    finally:
        _end_bad_weather(world, machine)
    return f"{ended} ({world.weather.tells()})"


def _begin_bad_weather(world: World, machine: Machine) -> None:
    dies_after = world.chance.randrange(3 * TRANSACTIONS_OF_A_RUN)
    machine.process.dies_after(dies_after if dies_after < TRANSACTIONS_OF_A_RUN else None)
    dies_after = world.chance.randrange(10 * TRANSACTIONS_OF_A_RUN)
    world.seat.process.dies_after(dies_after if dies_after < TRANSACTIONS_OF_A_RUN else None)
    world.weather.is_bad = world.chance.randrange(3) > 0


def _end_bad_weather(world: World, machine: Machine) -> None:
    world.weather.is_bad = False
    machine.process.dies_after(None)
    world.seat.process.dies_after(None)


def _saved(world: World, machine: Machine, work: Callable[[Connection], str]) -> str:
    """Does the work, and remembers what it saved."""
    before = machine.waiting()
    try:
        done = machine.node.db.run_sync(work)
    except EditRefused as refused:
        return f"is refused {refused.code}"
    fresh = machine.waiting() - before
    machine.saved |= fresh
    world.saved[machine.hub] |= fresh
    return done


def _edit_one(world: World, machine: Machine, desk: Desk, record: OwnRecord | None) -> str:
    title: Json = f"Inovasi pelayanan nomor {world.chance.randrange(1_000)}"
    fields: dict[str, Json]
    if record is None:
        desk.put(None, desk.new_id(), {**FIELDS_OF_OLD, "title": title})
        return "creates"
    match world.chance.randrange(8):
        case 0:
            return _withdraws_or_restores(desk, record)
        case 1:
            desk.attest(record)
            return "attests"
        case 2:
            fields = {"sdgs": list[Json](world.chance.sample(range(1, 18), 3))}
        case 3:
            # to come, for whoever's clock is not this one
            fields = {"started": str(machine.clock.now().year)}
        case _:
            fields = {"title": title}
    desk.put(record, record.id, {**record.fields, **fields})
    return f"amends {', '.join(fields)}"


def _withdraws_or_restores(desk: Desk, record: OwnRecord) -> str:
    if record.withdrawn:
        desk.restore(record, "Masih berjalan")
        return "restores"
    desk.withdraw(record, "Ganda")
    return "withdraws"


def _own_ids(conn: Connection) -> list[str]:
    return [it.id for it in records.page(conn, limit=1_000)]
