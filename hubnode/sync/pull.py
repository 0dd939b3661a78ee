"""The steps that bring the national log here: its checkpoint, its entries, and the fold.

What is kept is verified first. A national checkpoint is taken under the enrolled key, and never
when it is behind what this node has seen. The hashes of all entry bundles are made to add up to
its root, starting from the own copy (so the own copy is a prefix of it), and each bundle is kept
only when its entries have the hash that added up. (C2SP tlog-tiles; protocol.md, "Exchange".)

The centre behind this node, or a tree that does not continue the own copy, is an `Alarm`: nothing
is kept and nothing is reset.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hubnode import replica
from hubnode.disputing import dispute_with
from hubnode.evidence import covered_checkpoint
from hubnode.store import identity, runs
from hubnode.sync.answers import Refused, checked
from hubnode.sync.forks import dispute_from_tiles
from hubnode.sync.plan import Apply, Fetch
from hubnode.sync.reading import bundle, edge_leaves, hashes_from
from hubnode.sync.session import Alarm, Session
from hubnode.sync.trees import Part, root_over
from protocol.canonical import Json
from protocol.checkpoints import Checkpoint, joined, open_checkpoint
from protocol.disputes import dispute_object
from protocol.errors import ProtocolError
from protocol.merkle import Tree, nodes_of, root_of
from protocol.tiles import TILE_WIDTH, Tile, split_hashes
from runtime.durable import IssuedMark


async def ask_national(session: Session) -> None:
    """Looks for a newer national checkpoint, and keeps it when it is good.

    Raises:
        Alarm: it is behind, or contradicts, what this node holds.
    """
    answer = await session.link.national_checkpoint(session.identity.national_etag)
    if answer is None:
        await _accept_same(session)
        return
    note, etag = answer
    if not note:
        await _accept_none(session)
        return
    origin, key = session.identity.national, session.identity.national_verifier
    theirs = checked(lambda data: open_checkpoint(data, origin=origin, keys=[key]), note)
    anchor = read_anchor(session)

    def work(conn: Connection) -> None:
        logs = session.node.logs
        log = logs.open(conn, origin)
        for ours in (log.tree, anchor, _target_tree(session, conn)):
            if ours is not None:
                _refuse_backward(session, conn, ours, theirs)
        if theirs.tree.size:
            logs.append(conn, log, [])  # the checkpoint of a log without entries needs its row
            keep_checkpoint(session, conn, theirs)
        identity.set_national_etag(conn, etag)
        session.note(conn, national_asked=True)

    await session.node.db.run(work)


def _refuse_backward(session: Session, conn: Connection, ours: Tree, theirs: Checkpoint) -> None:
    if theirs.tree.size < ours.size and session.carried is not None:
        _refuse_other_past(session, conn, theirs)
    elif theirs.tree.size < ours.size:
        raise Alarm("national_log_behind", _evidence(session, conn, ours, theirs))
    if theirs.tree.size == ours.size and theirs.tree.root != ours.root:
        raise forked(session, conn, ours, theirs)


def _refuse_other_past(session: Session, conn: Connection, theirs: Checkpoint) -> None:
    """A file that is older than this copy is fine where it shows what this copy began with."""
    logs = session.node.logs
    log = logs.open(conn, session.identity.national)
    if theirs.tree.size > log.tree.size:
        return
    ours = logs.tree_at(conn, log, theirs.tree.size)
    if ours != theirs.tree:
        raise forked(session, conn, ours, theirs)


async def _accept_same(session: Session) -> None:
    """The checkpoint that is stored here is the centre's still: fine, unless both are old.

    Raises:
        Alarm: this node is known to have held more, so both sides were restored from old backups.
    """
    anchor = read_anchor(session)

    def work(conn: Connection) -> None:
        if anchor is not None:
            _refuse_backward(session, conn, anchor, target_of(session, conn))
        session.note(conn, national_asked=True)

    await session.node.db.run(work)


async def _accept_none(session: Session) -> None:
    """A centre without a national checkpoint is fine as long as there never was one.

    Raises:
        Alarm: this node holds one, or decisions.
    """
    origin, anchor = session.identity.national, read_anchor(session)

    def work(conn: Connection) -> None:
        log = session.node.logs.open(conn, origin)
        note = session.node.logs.latest_checkpoint(conn, log)
        if log.tree.size or note is not None or anchor is not None:
            evidence: dict[str, Json] = {
                "origin": origin,
                "ours": _tree_object(log.tree),
                "our_checkpoint": None if note is None else note.decode(),
                "theirs": None,
                "verifier_keys": [session.identity.national_key],
            }
            raise Alarm("national_log_behind", evidence)
        session.note(conn, national_asked=True)

    await session.node.db.run(work)


async def fetch(session: Session, step: Fetch) -> None:
    """Fetches, verifies and keeps the decisions `[start, end)`; the fold comes later.

    Raises:
        Alarm: the tree of the checkpoint does not continue the own copy.
        Refused: the tiles or bundles are not those of the tree: damaged on the way.
    """
    origin = session.identity.national
    own = await session.node.db.read(lambda conn: _own_part(session, conn, step.start))
    bundles = await _bundle_hashes(session, own.target.tree, own.parts)
    entries, leaves = await _entries(session, step, own.target.tree.size, bundles)
    first = step.start - step.start % TILE_WIDTH
    known = step.start - first
    if tuple(leaves[:known]) != own.leaves:
        raise await _forked(session, own.target)
    anchor = read_anchor(session)

    def work(conn: Connection) -> None:
        logs = session.node.logs
        log = logs.open(conn, origin)
        tree = logs.append(conn, log, entries[known:], leaves=leaves[known:])
        log = logs.open(conn, origin)
        for known_tree in (anchor, *_signed_trees(session, conn, step.start, tree.size)):
            if known_tree is None or not step.start < known_tree.size <= tree.size:
                continue
            if logs.tree_at(conn, log, known_tree.size) != known_tree:
                raise forked(session, conn, known_tree, own.target)

    await session.node.db.run(work)


async def apply(session: Session, step: Apply) -> None:
    """Folds the decisions `[start, end)` into the catalogue, with the cursor.

    Raises:
        Refused: a decision of a newer version; the cursor stays and nothing is skipped.
    """

    def work(conn: Connection) -> None:
        replica.apply_range(conn, session.node, session.identity, step.start, step.end)
        pulled_count = runs.get(conn, session.run).pulled_count + step.end - step.start
        session.note(conn, pulled_count=pulled_count)

    try:
        await session.node.db.run(work)
    except ProtocolError as error:
        raise Refused("decision_unknown") from error


def keep_checkpoint(session: Session, conn: Connection, theirs: Checkpoint) -> Checkpoint:
    """Keeps a verified national checkpoint with every cosignature that came with it so far.

    Raises:
        Alarm: the one that is kept of that size has another root.
    """
    logs, origin = session.node.logs, session.identity.national
    log = logs.open(conn, origin)
    note = logs.checkpoint_at(conn, log, theirs.tree.size)
    if note is not None:
        ours = _opened(session, note)
        if ours.tree != theirs.tree:
            raise forked(session, conn, ours.tree, theirs)
        theirs = joined(ours, theirs)
    logs.save_checkpoint(conn, log, theirs.tree.size, theirs.note)
    return theirs


def target_of(session: Session, conn: Connection) -> Checkpoint:
    """The newest national checkpoint that is kept, or a courier file's own; there is one."""
    if session.carried is not None:
        return _opened(session, session.carried.checkpoint)
    logs, origin = session.node.logs, session.identity.national
    note = logs.latest_checkpoint(conn, logs.open(conn, origin))
    if note is None:
        raise LookupError(origin)
    return _opened(session, note)


def forked(session: Session, conn: Connection, ours: Tree, theirs: Checkpoint) -> Alarm:
    """The alarm that a checkpoint contradicts a tree that this node holds."""
    return Alarm("national_log_forked", _evidence(session, conn, ours, theirs))


def read_anchor(session: Session) -> Tree | None:
    """The last national tree that this node is known to have held, from outside the database."""
    anchor = IssuedMark.read(session.anchor_path)
    if anchor is None or anchor.origin != session.identity.national:
        return None
    return Tree(size=anchor.size, root=anchor.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnPart:
    """The own copy as evidence: whole subtrees below the first bundle, and that bundle's leaves."""

    target: Checkpoint
    parts: tuple[Part, ...]
    leaves: tuple[bytes, ...]


def _own_part(session: Session, conn: Connection, size: int) -> _OwnPart:
    logs = session.node.logs
    log = logs.open(conn, session.identity.national)
    first = size - size % TILE_WIDTH
    nodes = nodes_of(0, first)
    hashes = logs.hashes(conn, log, nodes)
    edge = logs.tile(conn, log, Tile(0, size // TILE_WIDTH, size - first)) if first < size else b""
    return _OwnPart(
        target=target_of(session, conn),
        parts=tuple((node.height, hashes[node]) for node in nodes),
        leaves=tuple(split_hashes(edge or b"")),
    )


async def _bundle_hashes(
    session: Session, target: Tree, parts: tuple[Part, ...]
) -> dict[int, bytes]:
    """The hash of every bundle behind `parts`, which with them adds up to the target's root."""
    first = sum(1 << height for height, _ in parts) // TILE_WIDTH
    hashes = await hashes_from(session, target, first)
    edge = await edge_leaves(session, target)
    if root_over([*parts, *hashes, *edge]) != target.root:
        raise await _misfit(session, target, edge)
    found = {index: value for index, (_, value) in enumerate(hashes, first)}
    if edge:
        found[target.size // TILE_WIDTH] = root_of([value for _, value in edge])
    return found


async def _misfit(session: Session, target: Tree, edge: Sequence[Part]) -> Exception:
    """Why it does not add up: without the own copy it does (a fork), or it does not (damage)."""
    if root_over([*await hashes_from(session, target, 0), *edge]) != target.root:
        return Refused("national_log_damaged")
    return await _forked(session, await session.node.db.read(lambda conn: target_of(session, conn)))


async def _entries(
    session: Session, step: Fetch, size: int, hashes: Mapping[int, bytes]
) -> tuple[list[bytes], list[bytes]]:
    """The entries of every bundle that `step` touches, up to its end, and their leaf hashes."""
    entries: list[bytes] = []
    leaves: list[bytes] = []
    first = step.start // TILE_WIDTH
    for index in range(first, -(-step.end // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        part, found = await bundle(session, index, width)
        if len(found) != width or root_of(found) != hashes[index]:
            raise Refused("national_log_damaged")
        entries += part
        leaves += found
    end = step.end - first * TILE_WIDTH
    return entries[:end], leaves[:end]


async def _forked(session: Session, target: Checkpoint) -> Alarm:
    def work(conn: Connection) -> tuple[Alarm, Checkpoint | None]:
        own = session.node.logs.open(conn, session.identity.national).tree
        held = covered_checkpoint(conn, session.node, session.identity)
        return forked(session, conn, own, target), held

    alarm, held = await session.node.db.read(work)
    key = session.identity.national_verifier
    dispute = await dispute_from_tiles(session.link, held, target, key) if held else None
    if dispute is None:
        return alarm
    return Alarm(alarm.code, {**alarm.evidence, **dispute_object(dispute)})


def _signed_trees(session: Session, conn: Connection, start: int, end: int) -> list[Tree]:
    """The trees of those sizes that the centre has shown, though their entries came only now."""
    logs, origin = session.node.logs, session.identity.national
    notes = logs.checkpoints(conn, logs.open(conn, origin), start, end)
    return [_opened(session, note).tree for note in notes]


def _target_tree(session: Session, conn: Connection) -> Tree | None:
    logs, origin = session.node.logs, session.identity.national
    note = logs.latest_checkpoint(conn, logs.open(conn, origin))
    return None if note is None else _opened(session, note).tree


def _opened(session: Session, note: bytes) -> Checkpoint:
    origin, key = session.identity.national, session.identity.national_verifier
    return open_checkpoint(note, origin=origin, keys=[key])


def _evidence(
    session: Session, conn: Connection, ours: Tree, theirs: Checkpoint
) -> dict[str, Json]:
    """Both trees, and the signed checkpoints of both where there are any."""
    logs, origin = session.node.logs, session.identity.national
    note = logs.checkpoint_at(conn, logs.open(conn, origin), ours.size)
    dispute = dispute_with(conn, session.node, session.identity, theirs)
    return {
        **(dispute_object(dispute) if dispute else {}),
        "origin": origin,
        "ours": _tree_object(ours),
        "our_checkpoint": None if note is None else note.decode(),
        "theirs": _tree_object(theirs.tree),
        "their_checkpoint": theirs.note.decode(),
        "verifier_keys": [session.identity.national_key],
    }


def _tree_object(tree: Tree) -> dict[str, Json]:
    return {"size": tree.size, "root": b64encode(tree.root).decode()}
