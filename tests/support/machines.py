"""A hub's machine whose disk is backed up, put back, lost and copied; what must be true then."""

import shutil
import sqlite3
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path

from sqlalchemy import Connection

from central.reinviting import Wish, reinvite
from hubnode.auditing import Level, audit_node
from hubnode.enrolment import create_node, enrol
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.opening import online_node, opened_node
from hubnode.recovering import Agreed, Recovered, recover
from hubnode.status import status_of
from hubnode.store import records
from hubnode.sync.plan import Known, Step
from hubnode.sync.run import sync
from hubnode.verify import verify_node
from hubnode.waiting import decode_waiting, encode_waiting, gather, news_in, take
from protocol.entries.changes import RecordPut, decode_change
from runtime.system import SystemEntropy
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish
from tests.support.ports import SeededEntropy
from tests.support.stories import assert_sound, at_centre, at_hub, who

MARKS = ("issued-mark.json", "anchor.json")
HUB = "51"


class Dice:
    """Small numbers out of a seed."""

    def __init__(self, seed: int) -> None:
        self._entropy = SeededEntropy(seed)

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both of them possible."""
        return low + int.from_bytes(self._entropy.bytes(4), "big") % (high - low + 1)


class Machine:
    """One machine of a hub, with everything that was ever saved on any machine of that hub.

    Attributes:
        saved: (record, title) of every edit that a screen called saved.
    """

    def __init__(self, federation: FederationUnderTest, folder: Path) -> None:
        self.federation = federation
        self.folder = folder
        self.saved: list[tuple[str, str]] = []
        self._open = AsyncExitStack()

    @classmethod
    async def enrolled(cls, federation: FederationUnderTest, name: str = "mesin") -> "Machine":
        """A fresh machine of hub 51."""
        machine = cls(federation, federation.folder / name)
        create_node(machine.folder, entropy=SystemEntropy())
        machine.invitation = await federation.invitation(HUB)
        await machine.start()
        await machine.enrol(machine.invitation)
        return machine

    invitation: str = ""
    node: Node

    @classmethod
    async def beside(cls, other: "Machine", name: str) -> "Machine":
        """Another machine of the same hub, with fresh keys and not enrolled; it is switched on."""
        machine = cls(other.federation, other.federation.folder / name)
        create_node(machine.folder, entropy=SystemEntropy())
        machine.saved = other.saved
        await machine.start()
        return machine

    @classmethod
    async def copied(cls, other: "Machine", name: str) -> "Machine":
        """A copy of another machine's folder, switched on as well."""
        machine = cls(other.federation, await other.backup(name))
        machine.saved = other.saved
        await machine.start()
        return machine

    async def start(self) -> None:
        """Switches it on."""
        self.node = await self._open.enter_async_context(online_node(self.folder))

    async def stop(self) -> None:
        """Switches it off."""
        await self._open.aclose()
        self._open = AsyncExitStack()

    async def enrol(self, invitation: str) -> None:
        await enrol(self.node, invitation, yes=lambda _asked, _words: True)

    def edit(self, dice: Dice, count: int) -> None:
        """Saves so many edits: new records, and amendments of those that are here."""
        for _ in range(count):
            here = self.node.db.read_sync(lambda conn: records.page(conn, limit=50))
            title = f"Simpanan ke-{len(self.saved)} dari {self.folder.name}"
            known = here[dice.between(0, len(here) - 1)].id if here and dice.between(0, 1) else None
            self.saved.append((publish(self.node, title, record=known), title))

    async def work(self, dice: Dice, *, rounds: int = 2) -> None:
        """Edits and syncs a few times."""
        for _ in range(dice.between(1, rounds)):
            self.edit(dice, dice.between(1, 3))
            await self.federation.sync(self.node)

    async def sign_and_die(self, before: type[Step]) -> None:
        """A run that is killed just before a step of this kind, with its changes signed."""

        def cut(step: Step, _known: Known) -> None:
            if isinstance(step, before):
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            await sync(self.node, progress=cut)

    async def backup(self, name: str) -> Path:
        """A copy of the whole folder as it is now."""
        to = self.folder.parent / name
        ignored = shutil.ignore_patterns("node.sqlite*")
        shutil.copytree(self.folder, to, ignore=ignored)
        with closing(sqlite3.connect(self.folder / "node.sqlite")) as database:
            database.execute("VACUUM INTO ?", (str(to / "node.sqlite"),))
        return to

    async def restore(self, backup: Path, *, marks: str = "stay") -> None:
        """Puts a database back; the marks beside it stay, are the backup's, or are lost."""
        await self.lose_database(keep_marks=marks == "stay")
        shutil.copy(backup / "node.sqlite", self.folder / "node.sqlite")
        if marks == "backup":
            for name in MARKS:
                if (backup / name).exists():
                    shutil.copy(backup / name, self.folder / name)
        await self.start()

    async def lose_database(self, *, keep_marks: bool) -> None:
        """Switched off, without its database."""
        await self.stop()
        for file in self.folder.glob("node.sqlite*"):
            file.unlink()
        if not keep_marks:
            for name in MARKS:
                (self.folder / name).unlink(missing_ok=True)

    async def recover(self, agreed: Agreed = lambda _finding: True) -> Recovered:
        return await recover(self.node, agreed=agreed)

    async def recovered(self) -> Recovered:
        """Recovers, lets the centre decide, and recovers once more: that is harmless."""
        found = await self.recover()
        await self.federation.settle()
        again = await self.recover()
        assert again.findings == ()
        return found

    async def take_waiting_of(self, folder: Path) -> int:
        """Takes what was never sent out of another folder, by way of a file."""
        with opened_node(folder) as other:
            data = encode_waiting(other.db.read_sync(lambda conn: gather(conn, other, who(other))))
        waiting = decode_waiting(data)
        node = self.node

        def work(conn: Connection) -> int:
            return take(conn, node, who(node), news_in(conn, node, who(node), waiting))

        return node.db.run_sync(work)

    async def reinvited(self) -> str:
        """An invitation to the hub's next log, by two admins."""
        wish = Wish(reason="Kebakaran", by="rina", agency="panrb", second_by="budi")
        centre, url = self.federation.centre, self.federation.url
        text = centre.db.run_sync(lambda conn: reinvite(conn, centre, HUB, wish, hours=1, url=url))
        assert text is not None
        return text

    def status(self) -> dict[str, object]:
        return self.node.db.read_sync(lambda conn: status_of(conn, self.node))


def assert_whole(machine: Machine, *, lost: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Nothing that was saved is lost without trace, and both sides hold the same, proven.

    Args:
        machine: the hub's.
        lost: titles of which the operator was told that they are.
    """
    node, centre = machine.node, machine.federation.centre
    assert at_hub(node) == at_centre(centre)
    keys = load_own_keys(node.folder, who(node)).verifiers
    node.db.read_sync(lambda conn: verify_node(conn, node, who(node), keys))
    audited = node.db.read_sync(lambda conn: audit_node(conn, node, who(node), keys))
    assert [it for it in audited.findings if it.level is Level.ALARM] == []
    assert_sound(centre)
    sent = {title for entry in mirrored(machine) if (title := title_in(entry))}
    assert {title for _, title in machine.saved} - sent == set(lost)
    last = {record: title for record, title in machine.saved if title not in lost}
    shown = node.db.read_sync(lambda conn: records.get_many(conn, sorted(last)))
    assert shown.keys() == last.keys()
    assert machine.status()["state"] in {"ok", "attention"}
    assert machine.status()["pending"] == 0


def assert_shown_as_saved(machine: Machine) -> None:
    """Every record shows what was saved last: nobody wrote beside its author."""
    last = dict(machine.saved)
    own = machine.node.db.read_sync(lambda conn: records.get_many(conn, sorted(last)))
    assert {record: it.fields["title"] for record, it in own.items()} == last


def mirrored(machine: Machine) -> list[bytes]:
    """Every entry of every log of the hub, as the centre has them."""
    centre = machine.federation.centre

    def work(conn: Connection) -> list[bytes]:
        found: list[bytes] = []
        for origin in centre.logs.origins(conn, beginning=f"{who(machine.node).authority}/hub/"):
            log = centre.logs.open(conn, origin)
            found += centre.logs.entries(conn, log, 0, log.tree.size)
        return found

    return centre.db.read_sync(work)


def title_in(entry: bytes) -> str:
    change = decode_change(entry)
    return str(change.set.get("title", "")) if isinstance(change, RecordPut) else ""
