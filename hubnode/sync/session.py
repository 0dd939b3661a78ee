"""What the steps of one sync run share: the node, its identity, its keys, the link, the run's row.

Also `Alarm`, what a step raises when the other side's log does not fit what this node holds, and
the evidence file that is kept of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from hubnode.instance import own_instance
from hubnode.keys import OwnKeys, load_own_keys
from hubnode.node import Node
from hubnode.store import runs
from hubnode.store.identity import Identity
from hubnode.sync.answers import HubView
from hubnode.sync.centre_time import CentreTime
from hubnode.sync.link import Link
from protocol.canonical import Json, canonicalise
from protocol.keys import SigningKey
from protocol.merkle import Tree
from runtime.durable import IssuedMark, write_durably

MARK_FILE = "issued-mark.json"
ANCHOR_FILE = "anchor.json"
EVIDENCE_FOLDER = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a run knows of its answers when they were carried here in a file (`hubnode.courier`).

    Such a run sends nothing, and a file may be older than what this node has seen since: what it
    lacks, the centre need not lack.

    Attributes:
        as_of: when the centre wrote it, by the centre's clock, in POSIX seconds, as its cosignature
            on the own log says; 0 where it has nothing of that log to cosign.
        receipt: the signature lines of that cosignature, or empty.
        checkpoint: the national checkpoint in the file; verified like any other.
        end: how far the national entries in the file go.
    """

    as_of: int
    receipt: bytes
    checkpoint: bytes
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run, from its first request to its last.

    Attributes:
        keys: as they were when it began; keys that it rotates in are the next run's.
        passphrase: of the key file, where it has one.
        instance: of this machine (`hubnode.instance`).
        run: id of its row.
    """

    node: Node
    identity: Identity
    link: Link
    keys: OwnKeys
    passphrase: str | None = field(repr=False)
    instance: str
    run: int
    carried: Carried | None = None

    @property
    def log_key(self) -> SigningKey:
        """What signs the own log in this run."""
        return self.keys.current.log

    @property
    def witness_key(self) -> SigningKey:
        """What cosigns the national log in this run."""
        return self.keys.current.witness

    @property
    def own_verifiers(self) -> list[Json]:
        """The texts of every key that has signed the own log: for evidence."""
        return [key.text for key in self.keys.verifiers]

    async def ask(self) -> HubView:
        """How the centre sees the hub, once it knows how this machine stands.

        It is told which machine asks, what that has signed, and when the last good run ended: one
        that finds nothing new is not reported (docs/decisions/0040).

        Raises:
            Refused: another machine is the hub's (`identity_in_use`), or as `Link.hub_view`.
            MarkUnreadable: the issued mark is there and cannot be read.
        """

        def known(conn: Connection) -> tuple[int, int | None]:
            return own_head(conn, self.node, self.identity), self._good_s(conn)

        head, good_s = await self.node.db.read(known)
        return await self.link.hub_view(instance=self.instance, head=head, good_s=good_s)

    def _good_s(self, conn: Connection) -> int | None:
        """Seconds since the last good run ended, by this machine's clock."""
        last = runs.latest_success(conn)
        if last is None or last.ended_at is None:
            return None
        return max(0, round((self.node.clock.now() - last.ended_at).total_seconds()))

    def own_mark(self) -> Tree | None:
        """The issued mark, if it is of this log: a new generation begins without one.

        Raises:
            MarkUnreadable: it is there and cannot be read.
        """
        return own_mark(self.node, self.identity)

    @property
    def mark_path(self) -> Path:
        """Where the issued mark lies, outside the database."""
        return self.node.folder / MARK_FILE

    @property
    def anchor_path(self) -> Path:
        """Where the anchor lies, outside the database."""
        return self.node.folder / ANCHOR_FILE

    def note(self, conn: Connection, **values: object) -> None:
        """Keeps what a step learned in the run's row."""
        runs.note(conn, self.run, values)

    async def keep(self, **values: object) -> None:
        """The same, in a transaction of its own."""
        await self.node.db.run(lambda conn: self.note(conn, **values))


async def open_session(
    node: Node, who: Identity, *, passphrase: str | None = None, carried: Carried | None = None
) -> Session:
    """Opens a run: its keys from the key file, its link to the centre, its row.

    A receipt that was carried here waits in the row, as one does that the network brought.

    Raises:
        KeyFileRefused: the key file is missing or cannot be used; no row is made.
    """
    keys = load_own_keys(node.folder, who, passphrase=passphrase)
    now = node.clock.now()
    is_carried = carried is not None
    run = await node.db.run(lambda conn: runs.start(conn, now, is_carried=is_carried))
    session = Session(
        node=node,
        identity=who,
        link=link_of(node, who, keys.current.log),
        keys=keys,
        passphrase=passphrase,
        instance=await node.db.read(lambda conn: own_instance(conn, node.folder)),
        run=run,
        carried=carried,
    )
    if carried is not None:
        await session.keep(cosignatures=carried.receipt)
    return session


def own_mark(node: Node, who: Identity) -> Tree | None:
    """The issued mark, if it is of the present own log.

    Raises:
        MarkUnreadable: it is there and cannot be read.
    """
    mark = IssuedMark.read(node.folder / MARK_FILE)
    if mark is None or mark.origin != who.origin:
        return None
    return Tree(mark.size, mark.root)


def own_head(conn: Connection, node: Node, who: Identity) -> int:
    """Entries of the own log that this machine knows to have been signed.

    Raises:
        MarkUnreadable: the issued mark is there and cannot be read.
    """
    mark = own_mark(node, who)
    return max(node.logs.open(conn, who.origin).tree.size, mark.size if mark else 0)


def link_of(node: Node, who: Identity, log_key: SigningKey) -> Link:
    """This node's conversation with the centre that it is enrolled at."""
    return Link(
        transport=node.transport,
        time=CentreTime(node.clock),
        entropy=node.entropy,
        url=who.url,
        authority=who.authority,
        epoch=who.epoch,
        log_key=log_key,
    )


class Alarm(Exception):
    """The centre's log does not fit what this node holds: nothing is reset, evidence is kept.

    Attributes:
        code: stable; `hubnode.sync.sentences` has what an operator reads.
        evidence: all that a third party needs to judge it.
    """

    def __init__(self, code: str, evidence: Mapping[str, Json]) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence


def keep_evidence(folder: Path, code: str, evidence: Mapping[str, Json]) -> Path:
    """Writes an evidence file named by its content, so that the same alarm is kept once."""
    body = canonicalise({"code": code, **evidence})
    directory = folder / EVIDENCE_FOLDER
    directory.mkdir(exist_ok=True)
    path = directory / f"{code}-{sha256(body).hexdigest()[:16]}.json"
    if not path.exists():
        write_durably(path, body)
    return path
