"""The way back: this hub's own log, compared with the centre's copy and fetched from it.

Cases B and D of the recovery table, and the evidence for case C, which `hubnode.rejoining` ends.
The centre's copy is believed only under this hub's own signature (`hubnode.sync.copies`).
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from hubnode.store import identity, outbox, runs
from hubnode.store.outbox import PendingChange
from hubnode.sync.answers import Refused
from hubnode.sync.copies import Copy, centre_copy, common_size, own_leaves
from hubnode.sync.plan import Compare, Fetch, Freeze
from hubnode.sync.session import Session, keep_evidence
from protocol.canonical import Json
from protocol.entries.changes import LogChange, decode_change, encode_change
from protocol.errors import VoidEntry
from protocol.merkle import EMPTY_ROOT, leaf_hash
from protocol.tiles import TILE_WIDTH


async def compare(session: Session, _step: Compare) -> None:
    """Finds the last common entry of both copies; keeps evidence where they part.

    From here on only what the centre holds under this hub's signature counts as its copy: entries
    of an upload that was cut cannot be taken back, because nothing here vouches for them.
    """
    theirs, leaves = await _centre_copy(session)
    node, who = session.node, session.identity
    own, ours = await node.db.read(lambda conn: own_leaves(conn, node, who))
    run = await session.node.db.read(lambda conn: runs.get(conn, session.run))
    common = common_size(ours, leaves)
    diverged = run.diverged or common < min(len(ours), len(leaves))
    if diverged:
        evidence: dict[str, Json] = {
            "origin": session.identity.origin,
            "common_size": common,
            "own": {"size": own.size, "root": b64encode(own.root).decode()},
            "centre": {"size": run.centre_size, "root": b64encode(run.centre_root).decode()},
            "centre_checkpoint": theirs.note.decode() if theirs else None,
            "verifier_keys": session.own_verifiers,
        }
        keep_evidence(session.node.folder, "own_log_diverged", evidence)
    await session.keep(
        common_size=common,
        diverged=diverged,
        centre_size=len(leaves),
        centre_root=theirs.tree.root if theirs else EMPTY_ROOT,
    )


async def freeze(session: Session, step: Freeze) -> None:
    """Stops the pushing until a person has decided; reading, editing and pulling go on."""

    def work(conn: Connection) -> None:
        identity.freeze(conn, step.rule.code)
        session.note(conn, code=step.rule.code)

    await session.node.db.run(work)


async def fetch(session: Session, step: Fetch) -> None:
    """Fetches own entries `[start, end)` from the centre and appends them to the own log.

    Pending changes that turn out to be among them were sent before the backup was restored; they
    leave the outbox. The others stay pending, behind what was fetched.
    """
    theirs, leaves = await _centre_copy(session)
    entries = await _entries(session, step, len(leaves))
    wanted = list(leaves[step.start : step.end])
    if len(entries) != len(wanted) or any(
        entry and leaf_hash(entry) != leaf for entry, leaf in zip(entries, wanted, strict=True)
    ):
        raise Refused("own_log_corrupt")

    def work(conn: Connection) -> None:
        logs = session.node.logs
        log = logs.open(conn, session.identity.origin)
        tree = logs.append(conn, log, entries, leaves=wanted)
        logs.redact_again(conn)
        _settle_pending(conn, entries, wanted, start=step.start)
        if theirs and tree == theirs.tree:
            logs.save_checkpoint(conn, log, tree.size, theirs.note)

    await session.node.db.run(work)


async def _centre_copy(session: Session) -> Copy:
    return await centre_copy(session.link, session.identity, session.keys.verifiers)


async def _entries(session: Session, step: Fetch, size: int) -> list[bytes]:
    entries: list[bytes] = []
    first = step.start - step.start % TILE_WIDTH
    for index in range(first, step.end, TILE_WIDTH):
        width = min(TILE_WIDTH, size - index)
        entries += await session.link.bundle("own", index // TILE_WIDTH, width)
    return entries[step.start - first : step.end - first]


def _settle_pending(
    conn: Connection, entries: Sequence[bytes], leaves: Sequence[bytes], *, start: int
) -> None:
    """Removes the pending changes that are these entries, and what the others claim to have seen.

    An entry is a pending change also where only its claims were cut back since: the salt is one.

    The author of a pending change had not seen the fetched entries, save his own pending ones and
    the opening. His `seen.own` counted on, so it is cut back to the first unseen entry: then a
    contradiction shows as a conflict instead of silently covering what came back.
    """
    pending = outbox.pending(conn, outbox.count(conn))
    if not pending:
        return
    names = {change.id: _names(change.entry, leaf_hash(change.entry)) for change in pending}
    waiting = {name for both in names.values() for name in both}
    fetched = [_names(entry, leaf) for entry, leaf in zip(entries, leaves, strict=True)]
    returned = {name for both in fetched for name in both}
    sent = [change for change in pending if names[change.id] & returned]
    outbox.remove(conn, [change.id for change in sent])
    unseen = next(
        (at for at, both in enumerate(fetched, start) if at > 0 and not both & waiting), None
    )
    if unseen is not None:
        rest = [change for change in pending if not names[change.id] & returned]
        _reissue(conn, rest, unseen=unseen)


def _names(entry: bytes, leaf: bytes) -> set[bytes]:
    """What a change is known by: its leaf hash, and its salt where it can be read."""
    try:
        return {leaf, bytes.fromhex(decode_change(entry).salt)}
    except VoidEntry:
        return {leaf}


def _reissue(conn: Connection, changes: Sequence[PendingChange], *, unseen: int) -> None:
    """Puts the changes back in their order, claiming to have seen own entries below `unseen`."""
    outbox.remove(conn, [change.id for change in changes])
    for change in changes:
        value = decode_change(change.entry)
        entry = change.entry
        if not isinstance(value, LogChange):
            seen = replace(value.seen, own=min(value.seen.own, unseen))
            entry = encode_change(replace(value, seen=seen))
        outbox.add(conn, entry=entry, record=change.record, created_at=change.created_at)
