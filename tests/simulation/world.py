"""A centre and hubs in one thread under one seed: the real code of both behind their ports."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from central import intake
from central.app import build_web
from central.casework.campaigns import (
    CampaignOrder,
    CampaignRefused,
    close_campaign,
    open_campaign,
)
from central.casework.conflicts import curate
from central.centre import Centre
from central.opening import create_folder, load_centre_keys
from central.rebuild import rebuild
from central.reconciler import Reconciler
from central.registry import create_invitation
from central.settings import CentralSettings
from central.store import tables
from central.verifying import verify_logs
from hubnode.authoring import Desk
from hubnode.node import Node
from hubnode.store import identity, outbox, records
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from hubnode.sync.endings import RunReport
from hubnode.sync.plan import Known, Step
from hubnode.sync.run import sync
from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from tests.simulation.wire import Crash, Weather, Wire
from tests.support.nodes import FIELDS, NoSleep, backup, enrol_node, open_node, restore_backup
from tests.support.ports import InlineWorker, ManualClock, SeededEntropy

AUTHORITY = "jippnas.test"
URL = "https://jippnas.test"
HUBS = ("35", "51", "lan")
SPANS_S = (60, 3_600, 86_400, 30 * 86_400)
HEALING_ROUNDS = 5

Happening = tuple[int, str, Callable[[str], Awaitable[str]]]


class World:
    """Everything there is, and what can happen in it.

    Attributes:
        trace: what happened, a line a step; the same for the same seed.
        restored: hubs whose database was ever replaced by an older one.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.trace: list[str] = []
        self.restored: set[str] = set()
        self._folder = folder
        self._chance = Random(seed)  # a simulation has no secrets
        self._seed = seed
        self._weather = Weather(self._chance)
        self._wire = Wire(self._weather)
        self._clock = ManualClock()
        self._nodes: dict[str, Node] = {}
        self._saved: dict[str, int] = dict.fromkeys(HUBS, 0)
        self._openings = 0
        create_folder(folder / "centre", authority=AUTHORITY, entropy=SeededEntropy(seed))
        self._open_centre()
        self._happenings: list[Happening] = [
            (30, "edits", self._edit),
            (30, "syncs", self._sync),
            (16, "waits for decisions", self._decide),
            (6, "is curated", self._curate),
            (6, "is asked for a refresh", self._campaign),
            (6, "sees time pass", self._pass_time),
            (5, "is backed up", self._back_up),
            (3, "is restored", self._restore),
            (4, "sees the centre restart", self._restart_centre),
        ]

    async def begin(self) -> None:
        """Enrols every hub, in good weather."""
        for hub in HUBS:
            self._open_hub(hub)
            invitation = self._centre.db.run_sync(
                lambda conn, hub=hub: create_invitation(  # type: ignore[misc]
                    conn, self._centre, hub=hub, name=hub, hours=1, url=URL
                )
            )
            await enrol_node(self._nodes[hub], invitation)

    async def step(self) -> None:
        """One thing happens to one hub."""
        hub = self._chance.choice(HUBS)
        weights = [weight for weight, _, _ in self._happenings]
        [(_, name, happen)] = self._chance.choices(self._happenings, weights)
        self.trace.append(f"{hub} {name}: {await happen(hub)}")

    async def heal(self) -> dict[str, RunReport]:
        """Good weather until all is quiet; how every hub's last run ended."""
        reports = {}
        for _ in range(HEALING_ROUNDS):
            for hub in HUBS:
                reports[hub] = await sync(self._nodes[hub])
            while await self._reconciler.run_once():
                pass
        return {hub: await sync(self._nodes[hub]) for hub in HUBS}

    def check(self, reports: dict[str, RunReport]) -> None:
        """The invariants of a federation at rest (reliability.md)."""
        centre = self._centre
        checks = centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))
        assert [it.sentence for it in checks if not it.is_ok] == []
        assert rebuild(centre).identical
        for hub, report in reports.items():
            who = self._identity(hub)
            if who.frozen:
                assert hub in self.restored, f"{hub} stopped by {who.frozen}"
            else:
                assert report.state in {"ok", "attention"}, f"{hub}: {report.code}"
                self._check_hub(hub, who)

    @property
    def national_root(self) -> bytes:
        """Of the national log: all that was ever decided."""
        centre = self._centre
        return centre.db.read_sync(
            lambda conn: centre.logs.open(conn, centre.national_origin).tree.root
        )

    def close(self) -> None:
        """Closes every database."""
        for node in self._nodes.values():
            node.db.close()
        self._centre.db.close()

    def _check_hub(self, hub: str, who: Identity) -> None:
        node, centre = self._nodes[hub], self._centre
        theirs = centre.db.read_sync(lambda conn: dict(centre.documents.digests(conn)))
        assert node.db.read_sync(lambda conn: dict(node.documents.digests(conn))) == theirs
        theirs_asked = centre.db.read_sync(centre.campaigns.fingerprint)
        assert node.db.read_sync(node.campaigns.fingerprint) == theirs_asked
        theirs_linked = centre.db.read_sync(centre.lineages.fingerprint)
        assert node.db.read_sync(node.lineages.fingerprint) == theirs_linked
        assert node.db.read_sync(outbox.count) == 0
        own = node.db.read_sync(lambda conn: node.logs.open(conn, who.origin).tree)
        assert centre.db.read_sync(lambda conn: centre.logs.open(conn, who.origin).tree) == own
        outcomes = centre.db.read_sync(lambda conn: intake.hub_view(conn, centre, hub))["outcomes"]
        assert isinstance(outcomes, dict)
        assert sum(int(str(count)) for count in outcomes.values()) == own.size
        if hub not in self.restored:
            assert own.size == 1 + self._saved[hub], "a saved change is lost"

    async def _sync(self, hub: str) -> str:
        """A run in bad weather; its process may die anywhere."""
        dies_at, count = self._chance.randrange(1, 60), 0

        def progress(_step: Step, _known: Known) -> None:
            nonlocal count
            count += 1
            if count == dies_at:
                raise Crash

        self._weather.is_bad = True
        try:
            report = await sync(self._nodes[hub], progress=progress)
            ended = f"{report.state} {report.code}"
        except Crash:
            self._nodes[hub].db.close()
            self._open_hub(hub)
            ended = f"died after {count} steps"
        finally:
            self._weather.is_bad = False
        told, self._weather.told = self._weather.told, []
        return f"{ended} ({', '.join(told)})"

    async def _decide(self, _hub: str) -> str:
        return f"{await self._reconciler.run_once()} decided"

    async def _edit(self, hub: str) -> str:
        node, who = self._nodes[hub], self._identity(hub)

        def work(conn: Connection) -> str:
            own = records.page(conn, limit=50)
            desk = Desk.open(conn, node, who, by="operator")
            done = self._edit_one(desk, self._chance.choice([None, *own]))
            desk.save(conn)
            return done

        done = node.db.run_sync(work)
        self._saved[hub] += 1
        return done

    def _edit_one(self, desk: Desk, record: OwnRecord | None) -> str:
        title = f"Inovasi pelayanan nomor {self._chance.randrange(1_000)}"
        if record is None:
            desk.put(None, desk.new_id(), {**FIELDS, "title": title})
            return "creates"
        match self._chance.randrange(6):
            case 0 if record.withdrawn:
                desk.restore(record, "Masih berjalan")
                return "restores"
            case 0:
                desk.withdraw(record, "Ganda")
                return "withdraws"
            case 1:
                desk.attest(record)
                return "attests"
            case 2:
                goals = self._chance.sample(range(1, 18), 3)
                desk.put(record, record.id, {**record.fields, "sdgs": list(goals)})
                return "sets goals"
            case _:
                desk.put(record, record.id, {**record.fields, "title": title})
                return "amends"

    async def _curate(self, _hub: str) -> str:
        centre = self._centre
        known = centre.db.read_sync(lambda conn: sorted(dict(centre.documents.digests(conn))))
        if not known:
            return "nothing there"
        record, number = self._chance.choice(known), self._chance.randrange(1_000)
        values = {"title": f"Judul kurator nomor {number}"}
        centre.db.run_sync(
            lambda conn: curate(conn, centre, record=record, set_=values, by="rina", agency="panrb")
        )
        return record

    async def _campaign(self, _hub: str) -> str:
        """The centre closes the campaign that is open, or opens another."""
        centre = self._centre
        known = centre.db.read_sync(centre.campaigns.every)
        if known and known[0].closing is None:
            campaign = known[0].id
            centre.db.run_sync(
                lambda conn: close_campaign(
                    conn, centre, campaign=campaign, reason="Selesai", by="rina", agency="panrb"
                )
            )
            return f"closes {campaign}"
        order = CampaignOrder(
            campaign=f"kampanye-{len(known)}",
            title="Pemutakhiran",
            due="2099-12-31",
            target={"hub": self._chance.sample(HUBS, 2)},
            by="rina",
            agency="panrb",
        )
        try:
            centre.db.run_sync(lambda conn: open_campaign(conn, centre, order))
        except CampaignRefused as refused:
            return refused.code
        return f"opens {order.campaign}"

    async def _pass_time(self, _hub: str) -> str:
        seconds = self._chance.choice(SPANS_S)
        self._clock.advance(seconds)
        return f"{seconds} s"

    async def _back_up(self, hub: str) -> str:
        shutil.rmtree(self._backup_of(hub), ignore_errors=True)
        backup(self._nodes[hub], self._backup_of(hub))
        self._open_hub(hub)
        return ""

    async def _restore(self, hub: str) -> str:
        if not self._backup_of(hub).exists():
            return "no backup"
        with_marks = bool(self._chance.randrange(3))
        self._nodes[hub].db.close()
        restore_backup(self._folder / hub, self._backup_of(hub), with_marks=with_marks)
        self.restored.add(hub)
        self._open_hub(hub)
        return "with its marks" if with_marks else "without its marks"

    async def _restart_centre(self, _hub: str) -> str:
        self._centre.db.close()
        self._open_centre()
        return ""

    def _backup_of(self, hub: str) -> Path:
        return self._folder / f"{hub}-backup"

    def _open_hub(self, hub: str) -> None:
        self._openings += 1
        seed = 1_000 * self._seed + self._openings
        self._nodes[hub] = open_node(self._folder / hub, self._wire, self._clock, seed=seed)

    def _open_centre(self) -> None:
        """As `central.opening` does it, with ports that a simulation holds."""
        self._openings += 1
        folder, settings = self._folder / "centre", CentralSettings(authority=AUTHORITY)
        db = Database.open(settings.database_in(folder), worker=InlineWorker())
        db.create(tables.METADATA, version=tables.TABLES_VERSION)
        self._centre = Centre(
            folder=folder,
            db=db,
            logs=LogStore(tables.LOG_TABLES),
            documents=DocumentStore(tables.DOCUMENT_TABLES),
            campaigns=CampaignStore(tables.CAMPAIGN_TABLES),
            lineages=LineageStore(tables.LINEAGE_TABLES),
            clock=self._clock,
            entropy=SeededEntropy(2_000 * self._seed + self._openings),
            sleeper=NoSleep(),
            keys=load_centre_keys(folder, settings),
            authority=AUTHORITY,
            epoch=settings.epoch,
        )
        self._reconciler = Reconciler(self._centre)
        self._wire.app = build_web(self._centre, self._reconciler, settings)
        self._wire.app.freeze()

    def _identity(self, hub: str) -> Identity:
        who = self._nodes[hub].db.read_sync(identity.get)
        assert who is not None
        return who
