"""Whether every receipt was honoured, and what became of every change, in one sentence.

After every pull: each entry that the centre has receipted must have an outcome within the hour,
counted on this machine's clock from when the receipt was kept. Anything else is an alarm with an
evidence file (protocol.md, "Exchange", Audit). The sum of the sentence is the number of outcomes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import Node
from hubnode.review import count_waiting
from hubnode.store import outbox, outcomes, receipts, runs
from hubnode.store.identity import Identity
from hubnode.store.outcomes import Standing
from hubnode.store.receipts import Receipt
from hubnode.sync.plan import Audit
from hubnode.sync.pull import read_anchor, target_of
from hubnode.sync.session import Alarm, Session
from protocol.canonical import Json
from protocol.checkpoints import open_checkpoint
from protocol.keys import VerifierKey
from protocol.merkle import Tree
from runtime.durable import IssuedMark

HONOUR_WITHIN = timedelta(hours=1)

_WORDS = (
    (Standing.SHOWN, "tampil", "shown"),
    (Standing.NOTED, "tercatat", "noted"),
    (Standing.SUPERSEDED, "digantikan", "superseded"),
    (Standing.CONFLICT, "benturan", "in conflict"),
    (Standing.HIDDEN, "tersembunyi", "hidden"),
    (Standing.PROPOSED, "usulan", "proposed"),
    (Standing.HELD, "ditahan", "held"),
    (Standing.VOID, "batal", "void"),
    (Standing.REFUSED, "ditolak", "refused"),
    (Standing.REDACTED, "diredaksi", "redacted"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Sizes that must agree: own = mirrored + unsent; mirrored = outcomes + undecided.

    Attributes:
        need_attention: what waits for a person (`hubnode.review.count_waiting`).
    """

    own: int
    receipted: int
    pending: int
    standings: Mapping[Standing, int]
    need_attention: int = 0

    @property
    def outcomes(self) -> int:
        """Own entries with an outcome."""
        return sum(self.standings.values())

    @property
    def sentence(self) -> str:
        """For instance "312 perubahan: 298 tampil, 9 digantikan, 4 benturan, 1 ditahan"."""
        words = {standing: word for standing, word, _ in _WORDS}
        return self._in_words("perubahan", words, "menunggu keputusan", "menunggu dikirim")

    @property
    def sentence_en(self) -> str:
        """The same in English."""
        words = {standing: word for standing, _, word in _WORDS}
        return self._in_words("changes", words, "undecided", "waiting to be sent")

    def _in_words(
        self, noun: str, words: Mapping[Standing, str], undecided: str, pending: str
    ) -> str:
        counted = [(self.standings.get(standing, 0), word) for standing, word in words.items()]
        counted += [(self.own - self.outcomes, undecided), (self.pending, pending)]
        parts = [f"{count} {word}" for count, word in counted if count > 0]
        total = f"{self.own + self.pending} {noun}"
        return f"{total}: {', '.join(parts)}" if parts else total


def count(conn: Connection, node: Node, who: Identity) -> Counts:
    """Counts everything about the own log, as stored."""
    return Counts(
        own=node.logs.open(conn, who.origin).tree.size,
        receipted=receipts.largest_size(conn),
        pending=outbox.count(conn),
        standings=outcomes.count_by_standing(conn),
        need_attention=count_waiting(conn, node, who).cases,
    )


async def audit(session: Session, _step: Audit) -> None:
    """Writes the anchor, keeps the catalogue's hash, and looks for receipts that were forgotten.

    Raises:
        Alarm: a receipted entry has no outcome after an hour, or a decision came without bytes and
            no later one says why.
    """
    national = await session.node.db.read(lambda conn: _applied_tree(session, conn))
    before = read_anchor(session)
    if national.size:
        mark = IssuedMark(origin=session.identity.national, size=national.size, root=national.root)
        mark.write(session.anchor_path)

    def work(conn: Connection) -> Alarm | None:
        session.note(conn, audited=True)
        run = runs.get(conn, session.run)
        if run.pulled_count or not run.catalogue_hash:
            session.note(conn, catalogue_hash=replica.catalogue_hash(conn, session.node))
        return _withheld(session, conn, before) or _forgotten(session, conn)

    alarm = await session.node.db.run(work)
    if alarm is not None:
        raise alarm


def _applied_tree(session: Session, conn: Connection) -> Tree:
    logs = session.node.logs
    log = logs.open(conn, session.identity.national)
    return logs.tree_at(conn, log, replica.applied_size(conn, session.node, session.identity))


def _withheld(session: Session, conn: Connection, before: Tree | None) -> Alarm | None:
    """The alarm for decisions that came without bytes in an earlier run, and were not redacted.

    The decision that redacts may lie behind the checkpoint that this run has read.
    """
    if before is None or replica.applied_size(conn, session.node, session.identity) < (
        target_of(session, conn).tree.size
    ):
        return None
    logs, origin = session.node.logs, session.identity.national
    indexes = [it for it in logs.withheld(conn, origin) if it < before.size]
    if not indexes:
        return None
    evidence: dict[str, Json] = {
        "origin": origin,
        "indexes": list[Json](indexes),
        "checkpoint": target_of(session, conn).note.decode(),
        "verifier_keys": [session.identity.national_key],
    }
    return Alarm("entry_withheld", evidence)


def _age(session: Session, conn: Connection, receipt: Receipt) -> timedelta:
    """How long the centre has had to decide; of a file, until the centre wrote it."""
    carried = session.carried
    if carried is None:
        return session.node.clock.now() - receipt.kept_at
    who = session.identity
    keys = [who.national_verifier]
    target = open_checkpoint(carried.checkpoint, origin=who.national, keys=keys).tree
    if replica.applied_size(conn, session.node, who) < target.size:
        return timedelta()  # the rest lies in another volume
    return timedelta(seconds=carried.as_of - receipt.timestamp)


def _forgotten(session: Session, conn: Connection) -> Alarm | None:
    """The alarm for the first receipted entry without an outcome, if its hour is over."""
    missing = outcomes.first_missing(conn, receipts.largest_size(conn))
    receipt = None if missing is None else receipts.covering(conn, missing)
    if missing is None or receipt is None or _age(session, conn, receipt) <= HONOUR_WITHIN:
        return None
    evidence = forgotten_evidence(
        conn,
        session.node,
        session.identity,
        own_keys=session.keys.verifiers,
        receipt=receipt,
        index=missing,
    )
    return Alarm("receipt_not_honoured", evidence)


def forgotten_evidence(
    conn: Connection,
    node: Node,
    who: Identity,
    *,
    own_keys: Sequence[VerifierKey],
    receipt: Receipt,
    index: int,
) -> dict[str, Json]:
    """Shows that the entry at `index` was receipted. That nothing was decided, the log shows."""
    national = node.logs.open(conn, who.national)
    note = node.logs.latest_checkpoint(conn, national)
    return {
        "origin": who.origin,
        "index": index,
        "receipt": receipt.note.decode(),
        "national_checkpoint": None if note is None else note.decode(),
        "verifier_keys": [*(it.text for it in own_keys), who.mirror_key, who.national_key],
    }
