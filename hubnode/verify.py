"""Proving the copies on this disk, offline: the whole replica and the own log.

Nothing stored is believed. Every entry is hashed again, the roots must be those of checkpoints
whose signatures verify under the enrolled key and the key of this node, and the catalogue is
folded afresh and compared with the one that the screens show.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from sqlalchemy import Connection

from hubnode import replica
from hubnode.confirming import confirmations, newest_checkpoint
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import runs
from hubnode.store.identity import Identity
from hubnode.sync.trees import Part, root_over
from protocol import catalogue, record_state
from protocol.campaigns import Ledger
from protocol.canonical import Json
from protocol.checkpoints import open_checkpoint
from protocol.confirmations import Witnesses
from protocol.entries.decisions import read_decisions
from protocol.entries.hub_decisions import HubDecision
from protocol.entries.redaction import EntryRedacted
from protocol.errors import ProofRefused
from protocol.keys import VerifierKey
from protocol.limits import PACKAGE_ENTRIES
from protocol.membership import Member, member_after
from protocol.merkle import HASH_BYTES, Tree, leaf_hash, root_of
from protocol.names import standing_origin
from protocol.quorum import NOBODY, Quorum, check_quorum
from protocol.record_state import RecordState
from protocol.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, appended_tiles
from runtime.durable import FolderLock
from runtime.log_mending import kept_leaves, stored_leaves
from runtime.logstore import GONE, LogRow

NAMED_MAX = 8
"""Entries that are named one by one."""


def verify_node(
    conn: Connection,
    node: Node,
    who: Identity,
    own_keys: Sequence[VerifierKey],
    quorum: Quorum = NOBODY,
) -> dict[str, Json]:
    """Verifies both logs, the catalogue, and that enough witnesses have cosigned it.

    Args:
        conn: a transaction.
        node: whose.
        who: its enrolment.
        own_keys: every key that has signed the own log.
        quorum: which witnesses must have cosigned the national log.

    Returns:
        `verified`: True, and how much was.

    Raises:
        WitnessesMissing: all holds, and too few witnesses have seen it.
        ProofRefused: what does not hold, in a sentence; `code` says where.
        ProtocolError: a checkpoint's signature, or a decision that is none.
    """
    national = _verified_tree(conn, node, who.national, [who.national_verifier])
    own = _verified_tree(conn, node, who.origin, own_keys)
    _check_is_applied(conn, node, who)
    folded = _verify_catalogue(conn, node, who)
    redacted_count = _check_redacted(conn, node, who, folded.redacted)
    return {
        "verified": True,
        "national_entries": national.size,
        "national_root": national.root.hex(),
        "own_entries": own.size,
        "own_root": own.root.hex(),
        "records": folded.records,
        "redacted": redacted_count,
        "catalogue_hash": replica.catalogue_hash(conn, node),
        "confirmed": confirmations(conn, node, who, folded.witnesses).document(),
        "witnesses": list(_check_witnesses(conn, node, who, quorum)),
    }


def _check_witnesses(
    conn: Connection, node: Node, who: Identity, quorum: Quorum
) -> tuple[str, ...]:
    checkpoint = newest_checkpoint(conn, node, who)
    return () if checkpoint is None else check_quorum(checkpoint, quorum)


def _check_is_applied(conn: Connection, node: Node, who: Identity) -> None:
    """Refuses a catalogue that was not folded from all of its log, or from more than there is."""
    applied = replica.applied_size(conn, node, who)
    size = node.logs.open(conn, who.national).tree.size
    if applied > size:
        raise ProofRefused(
            f"the catalogue claims {applied} decisions and the national log has {size}",
            code="catalogue_altered",
        )
    if applied < size:
        raise ProofRefused(
            f"the catalogue has {applied} of the national log's {size} decisions: "
            f"{_why_unfinished(conn, node)}",
            code="catalogue_behind",
        )


def _why_unfinished(conn: Connection, node: Node) -> str:
    """Why what one run does in several transactions is not all there."""
    if FolderLock.is_held(node.folder, SYNC_LOCK):
        return "a sync run is under way, verify again when it has ended"
    last = runs.latest(conn)
    if last is not None and last.code == "decision_unknown":
        return "the others need a newer version of this software"
    return "a run was interrupted, sync and verify again"


def _verified_tree(conn: Connection, node: Node, origin: str, keys: Sequence[VerifierKey]) -> Tree:
    """The tree that the entries on disk make, shown to be the one that was signed."""
    log = node.logs.open(conn, origin)
    parts: list[Part] = []
    is_tiled = True
    for start, entries in _ranges(conn, node, origin, log.tree.size):
        if not all(isinstance(entry, bytes) for entry in entries):  # SQLite keeps any type
            raise ProofRefused(f"an entry of {origin} is no bytes", code="log_altered")
        leaves = _leaves(conn, node, log, start, entries)
        is_tiled = is_tiled and _has_tile(
            conn, node, log, (0, start // TILE_WIDTH), b"".join(leaves)
        )
        is_whole = len(leaves) == PACKAGE_ENTRIES
        parts += [(TILE_HEIGHT, root_of(leaves))] if is_whole else [(0, leaf) for leaf in leaves]
    if root_over(parts) != log.tree.root:
        raise ProofRefused(f"{_altered(conn, node, log)} was altered", code="log_altered")
    above = appended_tiles(0, {}, [value for height, value in parts if height])
    is_tiled = is_tiled and all(
        _has_tile(conn, node, log, (level + 1, index), data)  # of level 0 they are the roots
        for (level, index), data in above.items()
    )
    if not is_tiled:
        raise ProofRefused(f"a hash of {origin} was altered", code="log_altered")
    note = node.logs.checkpoint_at(conn, log, log.tree.size)
    if note is None:
        if log.tree.size:
            raise ProofRefused(
                f"{origin} has no checkpoint of size {log.tree.size}: "
                f"{_why_unfinished(conn, node)}",
                code="log_unsigned",
            )
        return log.tree
    if open_checkpoint(note, origin=origin, keys=keys).tree != log.tree:
        raise ProofRefused(f"{origin} is not what was signed", code="log_altered")
    return log.tree


def _has_tile(
    conn: Connection, node: Node, log: LogRow, place: tuple[int, int], data: bytes
) -> bool:
    tile = Tile(*place, len(data) // HASH_BYTES)
    return node.logs.tile(conn, log, tile) == data


def _altered(conn: Connection, node: Node, log: LogRow) -> str:
    """Which entries are not those of the hash tiles, as far as these tell."""
    size = log.tree.size
    stored = stored_leaves(conn, node.logs, log, size)
    kept = kept_leaves(conn, node.logs, log, size)
    pairs = enumerate(zip(stored, kept, strict=False))
    found = [str(at) for at, (leaf, tile) in pairs if leaf not in {GONE, tile}]
    if not found:
        return f"a hash of {log.origin}"
    more = f" and {len(found) - NAMED_MAX} more" if len(found) > NAMED_MAX else ""
    return f"entry {', '.join(found[:NAMED_MAX])}{more} of {log.origin}"


def _leaves(
    conn: Connection, node: Node, log: LogRow, start: int, entries: Sequence[bytes]
) -> list[bytes]:
    """Leaf hashes, computed; of an entry whose bytes are gone the one in the tile."""
    leaves = [leaf_hash(entry) for entry in entries]
    end = start + len(entries)
    if GONE in entries and end <= log.tree.size:
        kept = node.logs.leaves(conn, log, start, end)
        pairs = zip(entries, leaves, kept, strict=True)
        leaves = [leaf if entry else hash_ for entry, leaf, hash_ in pairs]
    return leaves


def _ranges(
    conn: Connection, node: Node, origin: str, size: int
) -> Iterator[tuple[int, list[bytes]]]:
    log = node.logs.open(conn, origin)
    for start in range(0, size, PACKAGE_ENTRIES):
        end = min(size, start + PACKAGE_ENTRIES)
        yield start, node.logs.entries_left(conn, log, start, end)


def _check_redacted(
    conn: Connection, node: Node, who: Identity, redacted: AbstractSet[tuple[str, int]]
) -> int:
    """Refuses entries whose bytes are gone without a decision; how many went with one."""
    gone = {
        (origin, index)
        for origin in (who.national, who.origin)
        for start, entries in _ranges(conn, node, origin, node.logs.open(conn, origin).tree.size)
        for index, entry in enumerate(entries, start)
        if entry == GONE
    }
    if gone - redacted:
        origin, index = min(gone - redacted)
        sentence = f"the bytes of entry {index} of {origin} are gone, and no decision says why"
        raise ProofRefused(sentence, code="entry_withheld")
    return len(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folded:
    """What the national log adds up to.

    Attributes:
        records: how many.
        witnesses: the hubs' witness keys.
        redacted: (origin, index) of every entry that a decision redacts.
    """

    records: int
    witnesses: Witnesses
    redacted: AbstractSet[tuple[str, int]]


def _verify_catalogue(conn: Connection, node: Node, who: Identity) -> _Folded:
    """Folds the national log afresh, and compares."""
    states: dict[str, RecordState] = {}
    members: dict[str, Member] = {}
    ledger = Ledger()
    applied = replica.applied_size(conn, node, who)
    redacted: set[tuple[str, int]] = set()
    ranges = _ranges(conn, node, who.national, applied)
    for place, decision in chain.from_iterable(
        read_decisions(entries, start) for start, entries in ranges
    ):
        after = catalogue.apply(states, decision, place=place, origin=who.national)
        states.update(after)
        ledger.fold(decision, place=place, after=after, standing=states.values())
        if isinstance(decision, HubDecision):
            members |= member_after(members, decision)
        if isinstance(decision, EntryRedacted):
            redacted |= _positions(decision, who.national)
    rows = (
        (record, sha256(record_state.encode_record_state(states[record])).digest())
        for record in sorted(states)
    )
    is_same = record_state.catalogue_hash(rows) == replica.catalogue_hash(conn, node)
    is_same = is_same and node.campaigns.is_same(conn, ledger)
    if not is_same or not node.lineages.is_same(conn, states.values()):
        raise ProofRefused(
            "the catalogue is not what the national log adds up to", code="catalogue_altered"
        )
    witnesses = {it.hub: it.witness_verifier for it in members.values() if it.is_active}
    return _Folded(records=len(states), witnesses=witnesses, redacted=redacted)


def _positions(decision: EntryRedacted, national: str) -> set[tuple[str, int]]:
    """Where what a redaction names stands now."""
    return {(standing_origin(it.origin, national), it.index) for it in decision.entries}
