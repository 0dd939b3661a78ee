"""Damage on this disk, and what it takes to put it right: case I of the recovery table.

`hubnode.verify` finds that something here is not what was signed. This room finds out which
entries, and fetches those again that the centre has: each is believed by its hash alone, and the
hashes by a signature. What is not at the centre either is named, so that a person hears of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hubnode.keys import OwnKeys
from hubnode.node import Node
from hubnode.store.identity import Identity
from hubnode.sync.answers import Refused, checked
from hubnode.sync.copies import centre_copy, common_size, leaf_tiles
from hubnode.sync.link import Link, LogName
from hubnode.sync.sentences import sentence_of
from hubnode.sync.session import ANCHOR_FILE, link_of, own_mark
from hubnode.verify import verify_node
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.errors import ProofRefused, ProtocolError
from protocol.keys import VerifierKey
from protocol.merkle import leaf_hash, root_of
from protocol.tiles import TILE_WIDTH, split_hashes
from runtime.database import DatabaseDamaged
from runtime.durable import IssuedMark
from runtime.log_mending import kept_leaves, stored_entries, stored_leaves
from runtime.logstore import GONE
from runtime.sentences import Sentence

DAMAGED = "disk_damaged"
WITHHELD = "entry_withheld"
"""Of `verify`: where the centre has no bytes either, it is the centre that has to say why."""

UNFINISHED = "catalogue_behind"
"""Of `verify`: what one run does in several transactions is not all there; a run ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMend:
    """What makes a damaged log right.

    Attributes:
        leaves: of all entries that it is to have, verified.
        fetched: by index, bytes that the centre has given; they have these leaf hashes, or it has
            redacted them.
        checkpoint: the centre's signed checkpoint.
        size: entries that it has now, as its row says.
        lost: indexes of entries that neither side has; they and what follows are not in `leaves`.
        rest: by index, the entries that follow and are still there.
    """

    leaves: tuple[bytes, ...]
    fetched: Mapping[int, bytes]
    checkpoint: Checkpoint | None
    size: int
    lost: tuple[int, ...] = ()
    rest: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether the log ends where it did not end before."""
        return bool(self.lost or self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What is wrong on this disk.

    Attributes:
        message: what `verify` says of it.
        national: what makes the copy of the national log right; the catalogue is folded afresh.
        own: the same of the own log.
    """

    message: str
    national: LogMend
    own: LogMend

    @property
    def code(self) -> str:
        """Of its sentence."""
        return DAMAGED

    @property
    def fetched_count(self) -> int:
        """Entries that come from the centre again."""
        given = (*self.national.fetched.values(), *self.own.fetched.values())
        return sum(1 for entry in given if entry != GONE)

    @property
    def sentence(self) -> Sentence:
        """What is done, or was done, with its numbers."""
        said, lost = sentence_of(DAMAGED), ", ".join(map(str, self.own.lost)) or "-"
        return Sentence(
            f"{said.id} Diambil lagi dari pusat: {self.fetched_count}; hilang: {lost}.",
            f"{said.en} Fetched again from the centre: {self.fetched_count}; lost: {lost}.",
        )

    def document(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "code": self.code,
            "message": self.message,
            "from_centre": self.fetched_count,
            "lost": list(self.own.lost),
            "sentence": self.sentence.id,
        }


def fault_of(conn: Connection, node: Node, who: Identity, keys: OwnKeys) -> ProtocolError | None:
    """What does not hold on this disk; None where all does."""
    try:
        verify_node(conn, node, who, keys.verifiers)
    except ProtocolError as error:
        return error
    except (DatabaseDamaged, KeyError) as error:  # entries, or hash tiles, that are not there
        return ProofRefused(str(error), code="log_altered")
    return None


async def examine_disk(node: Node, who: Identity, keys: OwnKeys) -> Damage | None:
    """Verifies everything here, and where it does not hold fetches what the centre has of it.

    Changes nothing. None where all holds, or where a run was only interrupted.

    Raises:
        Refused: the centre's copies are not what this node has known and signed.
        Unreachable: as `hubnode.sync.link` says.
    """
    fault = await node.db.read(lambda conn: fault_of(conn, node, who, keys))
    if fault is None or fault.code == UNFINISHED:
        return None
    link = link_of(node, who, keys.current.log)
    damage = Damage(
        message=fault.message,
        national=await _national_mend(node, who, link),
        own=await _own_mend(node, who, keys, link),
    )
    is_withheld = fault.code == WITHHELD and not damage.fetched_count
    return None if is_withheld else damage


async def _national_mend(node: Node, who: Identity, link: Link) -> LogMend:
    """The centre's newest tree vouches for the entries here, if it is not behind the anchor."""
    theirs = await _national_checkpoint(link, who.national_verifier)
    if theirs is None:
        return LogMend(leaves=(), fetched={}, checkpoint=None, size=0)
    leaves = await _leaves(link, "national", theirs)
    anchor = IssuedMark.read(node.folder / ANCHOR_FILE)
    if anchor is not None and anchor.origin == who.national:
        if anchor.size > len(leaves):
            raise Refused("national_log_behind")
        if root_of(leaves[: anchor.size]) != anchor.root:
            raise Refused("national_log_forked")

    def work(conn: Connection) -> tuple[int, list[int]]:
        log = node.logs.open(conn, who.national)
        size = min(log.tree.size, len(leaves))
        stored = stored_leaves(conn, node.logs, log, size)
        redacted = node.logs.redacted(conn, who.national)
        return size, _unlike(stored, leaves[:size], redacted)

    size, damaged = await node.db.read(work)
    fetched = await _fetched(link, "national", damaged, leaves)
    return LogMend(leaves=leaves[:size], fetched=fetched, checkpoint=theirs, size=size)


async def _own_mend(node: Node, who: Identity, keys: OwnKeys, link: Link) -> LogMend:
    theirs, mirrored = await centre_copy(link, who, keys.verifiers)

    def work(conn: Connection) -> tuple[Sequence[bytes], list[bytes | None], set[int]]:
        log = node.logs.open(conn, who.origin)
        stored = stored_leaves(conn, node.logs, log, log.tree.size)
        kept = kept_leaves(conn, node.logs, log, log.tree.size)
        roots = _signed_roots(conn, node, who, keys)
        redacted = node.logs.redacted(conn, who.origin)
        return _vouched(stored, kept, roots) or mirrored, stored, redacted

    leaves, stored, redacted = await node.db.read(work)
    damaged = _unlike(stored, leaves, redacted)
    common = common_size(leaves, mirrored)
    lost = tuple(at for at in damaged if at >= common)
    end = common if lost else len(leaves)
    wanted = [at for at in damaged if at < end]
    return LogMend(
        leaves=tuple(leaves[:end]),
        fetched=await _fetched(link, "own", wanted, mirrored),
        checkpoint=theirs,
        size=len(stored),
        lost=lost,
        rest=await node.db.read(lambda conn: _rest(conn, node, who, end, lost)),
    )


def _rest(
    conn: Connection, node: Node, who: Identity, end: int, lost: Sequence[int]
) -> dict[int, bytes]:
    found = stored_entries(conn, node.logs, node.logs.open(conn, who.origin), end)
    return {at: entry for at, entry in found.items() if at not in lost}


def _signed_roots(conn: Connection, node: Node, who: Identity, keys: OwnKeys) -> set[bytes]:
    """Roots of the own log at its size that this hub is known to have signed."""
    log = node.logs.open(conn, who.origin)
    mark = own_mark(node, who)
    roots = {mark.root} if mark is not None and mark.size == log.tree.size else set()
    note = node.logs.checkpoint_at(conn, log, log.tree.size)
    try:
        if note is not None:
            roots.add(open_checkpoint(note, origin=who.origin, keys=keys.verifiers).tree.root)
    except ProtocolError:
        return roots
    return roots


def _vouched(
    stored: Sequence[bytes | None], kept: Sequence[bytes], roots: set[bytes]
) -> Sequence[bytes] | None:
    """The leaves of the tree that was signed: those of the tiles, else those of the entries."""
    if len(kept) == len(stored) and root_of(kept) in roots:
        return kept
    whole = [leaf for leaf in stored if leaf]
    return whole if len(whole) == len(stored) and root_of(whole) in roots else None


def _unlike(
    stored: Sequence[bytes | None], leaves: Sequence[bytes], redacted: set[int]
) -> list[int]:
    """Where the bytes here are not those of the leaf, or are gone and no decision says why."""
    found: list[int] = []
    for at, leaf in enumerate(leaves):
        has = stored[at] if at < len(stored) else None
        if has != leaf and not (has == GONE and at in redacted):
            found.append(at)
    return found


async def _national_checkpoint(link: Link, key: VerifierKey) -> Checkpoint | None:
    answer = await link.national_checkpoint("")
    if answer is None or not answer[0]:
        return None
    return checked(lambda data: open_checkpoint(data, origin=key.name, keys=[key]), answer[0])


async def _leaves(link: Link, log: LogName, theirs: Checkpoint) -> tuple[bytes, ...]:
    leaves: list[bytes] = []
    for tile in leaf_tiles(theirs.tree.size):
        leaves += checked(split_hashes, await link.tile(log, tile))
    if root_of(leaves) != theirs.tree.root:
        raise Refused("national_log_damaged")
    return tuple(leaves)


async def _fetched(
    link: Link, log: LogName, indexes: Sequence[int], leaves: Sequence[bytes]
) -> dict[int, bytes]:
    """The bytes of these entries, each with the hash that is known of it."""
    found: dict[int, bytes] = {}
    for number in sorted({at // TILE_WIDTH for at in indexes}):
        width = min(TILE_WIDTH, len(leaves) - number * TILE_WIDTH)
        bundle = await link.bundle(log, number, width)
        for at, entry in enumerate(bundle, number * TILE_WIDTH):
            if entry != GONE and leaf_hash(entry) != leaves[at]:
                raise Refused("own_log_corrupt" if log == "own" else "national_log_damaged")
            found[at] = entry
    return {at: found[at] for at in indexes}
