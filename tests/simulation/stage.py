"""The stage: a centre, and machines that each run a hub, all behind ports that the world holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, event

from central import issued
from central.app import build_web
from central.centre import Centre
from central.opening import create_folder, load_centre_keys
from central.reconciler import Reconciler
from central.settings import CentralSettings
from central.store import tables
from hubnode.instance import own_instance
from hubnode.node import Node
from hubnode.store import identity, outbox
from hubnode.store.identity import Identity
from protocol.canonical import parse
from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from tests.simulation.weather import Process
from tests.simulation.wire import Line, Wire
from tests.support.nodes import NoSleep, open_node
from tests.support.ports import ManualClock, SeededEntropy

AUTHORITY = "jippnas.test"
SETTINGS = CentralSettings(authority=AUTHORITY)


@dataclass
class Seat:
    """The centre: its folder and database, and the process that has them open.

    Attributes:
        centre: its parts.
        reconciler: of the present process.
        wire: leads to the web face of the present process.
    """

    process: Process
    centre: Centre
    reconciler: Reconciler
    wire: Wire

    @classmethod
    def found(cls, folder: Path, clock: ManualClock, *, seed: int) -> "Seat":
        """A fresh centre, opened as `central.opening` does it, with the ports of a simulation."""
        create_folder(folder, authority=AUTHORITY, entropy=SeededEntropy(seed))
        process = Process()
        db = Database.open(SETTINGS.database_in(folder), worker=process)
        forget_disk(db)
        db.create(tables.METADATA, version=tables.TABLES_VERSION)
        centre = Centre(
            folder=folder,
            db=db,
            logs=LogStore(tables.LOG_TABLES),
            documents=DocumentStore(tables.DOCUMENT_TABLES),
            campaigns=CampaignStore(tables.CAMPAIGN_TABLES),
            lineages=LineageStore(tables.LINEAGE_TABLES),
            clock=clock,
            entropy=SeededEntropy(2 * seed),
            sleeper=NoSleep(),
            keys=load_centre_keys(folder, SETTINGS),
            authority=AUTHORITY,
            epoch=SETTINGS.epoch,
        )
        reconciler = Reconciler(centre)
        app = build_web(centre, reconciler, SETTINGS)
        app.freeze()
        return cls(process, centre, reconciler, Wire(app, clock))

    def restarts(self) -> None:
        """The process is started again; only the folder and the database are as they were."""
        self.process.starts()
        self.reconciler = Reconciler(self.centre)
        self.wire.app = build_web(self.centre, self.reconciler, SETTINGS)
        self.wire.app.freeze()
        self.centre.db.read_sync(partial(issued.check, centre=self.centre))

    def remembers(self) -> None:
        """The issued mark, as the reconciler's loop writes it after every round."""
        self.centre.db.read_sync(partial(issued.remember, centre=self.centre))


@dataclass
class Machine:
    """A folder in which a hub runs, with its own clock and its own line to the centre.

    Attributes:
        hub: hub id.
        name: of the machine: the hub id, or that with an apostrophe for a clone.
        saved: salts of the changes that were saved here and must be somewhere for ever.
        was_restored: an old backup was put in place here.
        is_twin: a copy of its folder is or was in use.
    """

    hub: str
    name: str
    folder: Path
    clock: ManualClock
    line: Line
    process: Process
    node: Node
    saved: set[str] = field(default_factory=set)
    was_restored: bool = False
    is_twin: bool = False

    @property
    def who(self) -> Identity:
        """Its enrolment."""
        who = self.node.db.read_sync(identity.get)
        assert who is not None
        return who

    @property
    def instance(self) -> str:
        """What the centre knows this machine by."""
        return self.node.db.read_sync(lambda conn: own_instance(conn, self.folder))

    @property
    def backup(self) -> Path:
        """Where its last backup lies, if there is one."""
        return self.folder.parent / f"{self.name}-backup"

    def held(self) -> set[str]:
        """Salts of every change in its own log and in its outbox."""
        node, origin = self.node, self.who.origin

        def work(conn: Connection) -> list[bytes]:
            log = node.logs.open(conn, origin)
            return node.logs.entries(conn, log, 0, log.tree.size)

        return salts(node.db.read_sync(work)) | self.waiting()

    def waiting(self) -> set[str]:
        """Salts of the changes in its outbox."""
        every = self.node.db.read_sync(lambda conn: outbox.pending(conn, outbox.count(conn)))
        return salts([it.entry for it in every])

    def reopens(self, *, seed: int) -> None:
        """Opens the database that lies in its folder now."""
        self.process.starts()
        self.node = open_machine(self.folder, self.line, self.clock, self.process, seed=seed)


def open_machine(
    folder: Path, line: Line, clock: ManualClock, process: Process, *, seed: int
) -> Node:
    """The node of a folder, made first where there is none."""
    node = open_node(folder, line, clock, seed=seed, worker=process)
    forget_disk(node.db)
    return node


def forget_disk(db: Database) -> None:
    """Waits for no disk: a process that dies takes no page cache with it."""
    for engine in (db._writer, db._reader):
        engine.dispose()
        event.listen(engine, "connect", lambda conn, _: conn.execute("PRAGMA synchronous=OFF"))


def salts(entries: Sequence[bytes]) -> set[str]:
    """What tells changes apart wherever they are: the salts of those whose bytes are there."""
    found = set()
    for entry in entries:
        value = parse(entry) if entry else {}
        assert isinstance(value, dict)
        found |= {str(value["salt"])} if entry else set()
    return found
