"""Following the national log into a new epoch (protocol.md, "Recovery", G).

The centre was restored from an old backup and has closed its log; the next one begins with what it
could take back. Before anything is changed here the new log is verified: its opening stands where
it says, and what it carries over is what this node holds, as far as both go. Then the replica goes
on under the new name. What this node holds beyond that is kept as evidence and left out.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from hubnode import replica
from hubnode.store import hubs, identity, receipts
from hubnode.store.identity import Identity
from hubnode.store.tables import LOG_TABLES
from hubnode.sync.answers import HubView, Refused, checked
from hubnode.sync.pull import read_anchor
from hubnode.sync.reading import WholeLog
from hubnode.sync.session import Alarm, Session, keep_evidence, link_of
from protocol.canonical import Json
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.entries.decisions import decode_decision
from protocol.entries.epoch import EpochOpened
from protocol.epochs import check_opening
from protocol.errors import EpochRefused, VoidEntry
from protocol.merkle import Tree
from protocol.names import epoch_of
from runtime.carrying import carry_over

FOLLOWED = "national_epoch_followed"
"""Code of the run that followed; `hubnode.sync.sentences` has what an operator reads."""

DROPPED = "national_decisions_dropped"
"""Code of the evidence of decisions that this node held and the new epoch does not carry over."""


class EpochChanged(Exception):
    """The centre's national log is of a later epoch than the one here.

    Attributes:
        view: what the centre said.
    """

    def __init__(self, view: HubView) -> None:
        super().__init__(view.national_origin)
        self.view = view


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The new epoch, verified.

    Attributes:
        theirs: its checkpoint.
        opening: its first entry.
        own: the tree of the replica.
        kept: how many entries of the replica go on.
    """

    theirs: Checkpoint
    opening: EpochOpened
    own: Tree
    kept: int


async def follow(session: Session, view: HubView) -> Session:
    """Takes the replica into the epoch that the centre has opened.

    Returns:
        The session in that epoch.

    Raises:
        Alarm: the new log does not carry over what this node holds; nothing is changed.
        Refused: its parts do not add up.
        Unreachable: they could not be fetched.
    """
    after = _identity_in(session.identity, view.national_origin)
    link = link_of(session.node, after, session.log_key)
    onward = replace(session, identity=after, link=link)
    found = await _verified(session, onward, view)
    evidence = await session.node.db.read(lambda conn: _evidence(session, conn, found))
    if found.kept < found.own.size:
        keep_evidence(session.node.folder, DROPPED, evidence)
    await session.node.db.run(lambda conn: _move(session, conn, after, found))
    return onward


def _identity_in(who: Identity, origin: str) -> Identity:
    """The enrolment in another epoch: the same public key under the new log's name."""
    key = who.national_verifier.renamed(origin)
    epoch = epoch_of(origin, who.authority) or who.epoch
    return replace(who, epoch=epoch, national_key=key.text, national_etag="")


async def _verified(session: Session, onward: Session, view: HubView) -> _Found:
    theirs = await _checkpoint(onward)
    place = view.national_carried
    if place >= theirs.tree.size:
        raise Refused("answer_malformed")
    log = await WholeLog.read(onward, theirs.tree)
    own = await session.node.db.read(lambda conn: _held(session, conn))
    try:
        opening = decode_decision(await log.entry(place))
    except VoidEntry as error:
        raise Refused("decision_unknown") from error
    kept = min(own[-1].size, place)
    found = _Found(theirs=theirs, opening=_opening(opening), own=own[-1], kept=kept)
    try:
        who, carried = onward.identity, await log.tree_at(place)
        check_opening(found.opening, authority=who.authority, epoch=who.epoch, carried=carried)
        await _check_carried(log, place, [await _own_at(session, kept), *own])
    except EpochRefused as error:
        evidence = await session.node.db.read(lambda conn: _evidence(session, conn, found))
        raise Alarm(error.code, {**evidence, "reason": error.message}) from error
    return found


async def _check_carried(log: WholeLog, place: int, known: Sequence[Tree]) -> None:
    """Accepts a log that has every tree that is known here, as far as it carries over.

    Raises:
        EpochRefused: it has another one.
    """
    for tree in known:
        if tree.size <= place and await log.tree_at(tree.size) != tree:
            raise EpochRefused(f"it carries over another tree of size {tree.size}")


def _opening(decision: object) -> EpochOpened:
    if not isinstance(decision, EpochOpened):
        raise Refused("answer_malformed")
    return decision


async def _checkpoint(onward: Session) -> Checkpoint:
    answer = await onward.link.national_checkpoint("")
    if answer is None or not answer[0]:
        raise Refused("answer_malformed")
    who = onward.identity
    keys = [who.national_verifier]
    return checked(lambda it: open_checkpoint(it, origin=who.national, keys=keys), answer[0])


def _held(session: Session, conn: Connection) -> list[Tree]:
    """What this node knows of the closed log: its anchor, its newest checkpoint, its replica."""
    who, logs = session.identity, session.node.logs
    log = logs.open(conn, who.national)
    note = logs.latest_checkpoint(conn, log)
    anchor = read_anchor(session)
    signed = None
    if note is not None:
        signed = open_checkpoint(note, origin=who.national, keys=[who.national_verifier]).tree
    return [*(tree for tree in (anchor, signed) if tree is not None), log.tree]


async def _own_at(session: Session, size: int) -> Tree:
    def read(conn: Connection) -> Tree:
        logs = session.node.logs
        return logs.tree_at(conn, logs.open(conn, session.identity.national), size)

    return await session.node.db.read(read)


def _move(session: Session, conn: Connection, after: Identity, found: _Found) -> None:
    """Everything at once: the log, the catalogue's cursor, and what counted in the old epoch."""
    node, before = session.node, session.identity
    applied = min(found.kept, replica.applied_size(conn, node, before))
    closed = node.logs.open(conn, before.national)
    carry_over(conn, node.logs, LOG_TABLES, closed, origin=after.national, size=found.kept)
    identity.enter_epoch(conn, after.epoch, after.national_key)
    if found.kept < found.own.size:
        replica.start_again(conn, node, after)
    else:
        replica.set_cursor(conn, node, after, applied)
    hubs.forget_cosigned(conn)
    receipts.count_from(conn, node.clock.now())
    session.note(conn, cosigned_size=0, code=FOLLOWED)


def _evidence(session: Session, conn: Connection, found: _Found) -> dict[str, Json]:
    """Both logs as signed, and the decisions of the closed one that are not carried over."""
    who, logs = session.identity, session.node.logs
    log = logs.open(conn, who.national)
    notes = logs.checkpoints(conn, log, 0, log.tree.size)
    dropped = logs.entries(conn, log, found.kept, log.tree.size)
    key = who.national_verifier
    return {
        "origin": who.national,
        "ours": _tree_object(found.own),
        "our_checkpoint": notes[-1].decode() if notes else None,
        "theirs": _tree_object(found.theirs.tree),
        "their_checkpoint": found.theirs.note.decode(),
        "carried": _tree_object(Tree(found.opening.size, bytes.fromhex(found.opening.root))),
        "first_dropped": found.kept,
        "dropped": [entry.decode() for entry in dropped],
        "verifier_keys": [key.text, key.renamed(found.theirs.origin).text],
    }


def _tree_object(tree: Tree) -> dict[str, Json]:
    return {"size": tree.size, "root": b64encode(tree.root).decode()}
