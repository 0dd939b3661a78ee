"""A centre and hubs in one thread under one seed: the real code of both behind their ports.

What may happen in it is in `operators`, `admins` and `troubles`, with their chances in `play`; what
must hold when all is quiet is in `invariants`.
"""

import shutil
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from central import batch, logs_of_hubs
from central.centre import Centre
from central.registry import create_invitation
from hubnode.adopting import adopt
from hubnode.sync.answers import Refused
from hubnode.sync.endings import RunReport
from hubnode.sync.run import sync
from protocol.merkle import Tree
from tests.simulation.stage import Machine, Seat, open_machine, salts
from tests.simulation.weather import Process, Weather
from tests.simulation.wire import Line
from tests.support.nodes import enrol_node
from tests.support.ports import START, ManualClock

URL = "https://jippnas.test"
HUBS = ("35", "51", "lan")
HEALING_ROUNDS = 12


class World:
    """Everything there is.

    Attributes:
        trace: what happened, a line a step; the same for the same seed.
        chance: the one source of it.
        seat: the centre.
        machines: by name; more than hubs, where one was cloned.
        clocks: of the centre and of every machine.
        saved: by hub, the salts of all changes that were ever saved on any of its machines.
        redacted: salts of changes whose bytes had to go.
        published: national trees as anybody may have seen them, the oldest first.
        reports: how the last run of every machine ended, once healed.
    """

    def __init__(self, folder: Path, seed: int, *, shifted_days: int = 0) -> None:
        self.trace: list[str] = []
        self.chance = Random(seed)  # a simulation has no secrets
        self.weather = Weather(self.chance)
        self.folder = folder
        self.saved: dict[str, set[str]] = {hub: set() for hub in HUBS}
        self.redacted: set[str] = set()
        self.published: list[Tree] = []
        self.reports: dict[str, RunReport] = {}
        self.machines: dict[str, Machine] = {}
        self._seed = seed
        self._openings = 0
        self._start = START + timedelta(days=shifted_days)
        self.clocks = [ManualClock(self._start)]
        self.seat = Seat.found(folder / "centre", self.clocks[0], seed=seed)

    @property
    def centre(self) -> Centre:
        """The parts of the centre."""
        return self.seat.centre

    async def begin(self) -> None:
        """Enrols every hub, in good weather."""
        for hub in HUBS:
            invite = partial(create_invitation, centre=self.centre, hub=hub, name=hub, by="rina")
            invitation = self.centre.db.run_sync(partial(invite, hours=1, url=URL))
            clock = ManualClock(self._start)
            self.machines[hub] = self._machine(hub, hub, clock)
            await enrol_node(self.machines[hub].node, invitation)

    def fresh_seed(self) -> int:
        """For the entropy of a database that is opened again: never twice the same."""
        self._openings += 1
        return 1_000 * self._seed + self._openings

    def clone(self, machine: Machine) -> Machine:
        """A second machine out of a copy of the first one's folder."""
        name = f"{machine.hub}'"
        machine.node.db.close()
        shutil.copytree(machine.folder, self.folder / name)
        machine.reopens(seed=self.fresh_seed())
        clock = ManualClock(machine.clock.now())
        twin = self._machine(machine.hub, name, clock)
        twin.saved = set(machine.saved)
        twin.was_restored = machine.was_restored
        machine.is_twin = twin.is_twin = True
        self.machines[name] = twin
        return twin

    def mirrored(self, hub: str) -> set[str]:
        """Salts of the changes of a hub that the centre holds."""
        return salts(self.mirrored_entries(hub))

    def mirrored_entries(self, hub: str) -> list[bytes]:
        """The entries of a hub's log as the centre holds them."""
        centre, origin = self.centre, self.machines[hub].who.origin

        def work(conn: Connection) -> list[bytes]:
            log = centre.logs.open(conn, origin)
            return centre.logs.entries(conn, log, 0, log.tree.size)

        return centre.db.read_sync(work)

    def instance_of(self, hub: str) -> str:
        """The machine that is the hub's, as the centre sees it."""
        rows = self.centre.db.read_sync(lambda conn: logs_of_hubs.of_hub(conn, hub))
        return rows[-1].instance

    def is_the_hubs(self, machine: Machine) -> bool:
        """Whether the centre takes this machine for the hub."""
        return machine.instance == self.instance_of(machine.hub)

    async def decide(self) -> int:
        """One round of the reconciler, as its loop does it."""
        decided = await self.seat.reconciler.run_once()
        self.seat.remembers()
        return decided

    async def heal(self) -> None:
        """Good weather, operators at their posts, until a whole round changes nothing."""
        self.weather.is_bad = False
        for machine in self.machines.values():
            machine.line.is_down = False
            await machine.line.clear()
        for _ in range(HEALING_ROUNDS):
            for hub in HUBS:
                await self._adopt_again(hub)
            before = self._sizes()
            for name, machine in self.machines.items():
                self.reports[name] = await sync(machine.node)
            while await self.decide():
                pass
            if before == self._sizes() and not any(it.pulled for it in self.reports.values()):
                return
        raise AssertionError("it does not get quiet")

    def close(self) -> None:
        """Closes every database."""
        for machine in self.machines.values():
            machine.node.db.close()
        self.centre.db.close()

    async def _adopt_again(self, hub: str) -> None:
        """A backup can be of another machine's days; then its operator says which it is now.

        Where there are twins, one of them may have keys of the past.
        """
        machines = [it for it in self.machines.values() if it.hub == hub]
        for machine in machines:
            if any(self.is_the_hubs(it) for it in machines):
                return
            with suppress(Refused):
                await adopt(machine.node, machine.who)

    def _sizes(self) -> tuple[int, ...]:
        centre = self.centre

        def work(conn: Connection) -> tuple[int, ...]:
            origins = [it.origin for it in logs_of_hubs.every_log(conn)]
            logs = [centre.logs.open(conn, it) for it in (*origins, centre.national_origin)]
            return (len(batch.waiting(conn, centre)), *(it.tree.size for it in logs))

        return centre.db.read_sync(work)

    def _machine(self, hub: str, name: str, clock: ManualClock) -> Machine:
        process = Process()
        line = Line(self.seat.wire, self.weather, self.seat.restarts)
        seed = self.fresh_seed()
        node = open_machine(self.folder / name, line, clock, process, seed=seed)
        self.clocks.append(clock)
        return Machine(hub, name, self.folder / name, clock, line, process, node)
