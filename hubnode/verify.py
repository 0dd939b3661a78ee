"""Proving the copies on this disk, offline: the whole replica, the own log, and one proof file.

Nothing stored is believed. Every entry is hashed again, the roots must be those of checkpoints
whose signatures verify under the enrolled key and the key of this node, and the catalogue is
folded afresh and compared with the one that the screens show. (reliability.md, A54.)
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain

from sqlalchemy import Connection

from hubnode import replica
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import runs
from hubnode.store.identity import Identity
from hubnode.sync.trees import Part, root_over
from protocol import catalogue, record_state
from protocol.campaigns import Ledger
from protocol.canonical import Json, parse
from protocol.checkpoints import open_checkpoint
from protocol.entries.decisions import decode_decision
from protocol.errors import MalformedProofFile, ProofRefused
from protocol.keys import VerifierKey
from protocol.limits import PACKAGE_ENTRIES
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.record_state import RecordState
from protocol.tiles import TILE_HEIGHT
from protocol.tlog_proof import check_proof_file, parse_proof_file
from runtime.durable import FolderLock


def verify_node(
    conn: Connection, node: Node, who: Identity, own_keys: Sequence[VerifierKey]
) -> dict[str, Json]:
    """Verifies both logs and the catalogue.

    Args:
        conn: a transaction.
        node: whose.
        who: its enrolment.
        own_keys: every key that has signed the own log.

    Returns:
        `verified`: True, and how much was.

    Raises:
        ProofRefused: what does not hold, in a sentence; `code` says where.
        ProtocolError: a checkpoint's signature, or a decision that is none.
    """
    national = _verified_tree(conn, node, who.national, [who.national_verifier])
    own = _verified_tree(conn, node, who.origin, own_keys)
    _check_is_applied(conn, node, who)
    records = _verify_catalogue(conn, node, who)
    return {
        "verified": True,
        "national_entries": national.size,
        "national_root": national.root.hex(),
        "own_entries": own.size,
        "own_root": own.root.hex(),
        "records": records,
        "catalogue_hash": replica.catalogue_hash(conn, node),
    }


def verify_proof_file(data: bytes, *, origin: str, keys: list[VerifierKey]) -> dict[str, Json]:
    """Verifies a `.tlog-proof` file of a decision: it stands in the log under a trusted key.

    The decision is in the file's `extra` line. The keys in it are not believed: whoever checks
    brings the ones that he trusts.

    Raises:
        ProtocolError: the file, its signature or its proof does not hold.
    """
    file = parse_proof_file(data)
    extra = parse(file.extra) if file.extra else None
    entry = extra.get("entry") if isinstance(extra, dict) else None
    if not isinstance(entry, str):
        raise MalformedProofFile("no entry in the extra line")
    checkpoint, _ = check_proof_file(file, entry=entry.encode(), origin=origin, keys=keys)
    return {
        "verified": True,
        "origin": origin,
        "index": file.index,
        "size": checkpoint.tree.size,
        "decision": parse(entry.encode()),
    }


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
    for entries in _entries(conn, node, origin, log.tree.size):
        if not all(isinstance(entry, bytes) for entry in entries):  # SQLite keeps any type
            raise ProofRefused(f"an entry of {origin} is no bytes", code="log_altered")
        leaves = [leaf_hash(entry) for entry in entries]
        is_whole = len(leaves) == PACKAGE_ENTRIES
        parts += [(TILE_HEIGHT, root_of(leaves))] if is_whole else [(0, leaf) for leaf in leaves]
    if root_over(parts) != log.tree.root:
        raise ProofRefused(f"an entry of {origin} was altered", code="log_altered")
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


def _entries(conn: Connection, node: Node, origin: str, size: int) -> Iterator[list[bytes]]:
    log = node.logs.open(conn, origin)
    for start in range(0, size, PACKAGE_ENTRIES):
        end = min(size, start + PACKAGE_ENTRIES)
        yield node.logs.entries_left(conn, log, start, end)


def _verify_catalogue(conn: Connection, node: Node, who: Identity) -> int:
    """Folds the national log afresh; returns the number of records."""
    states: dict[str, RecordState] = {}
    ledger = Ledger()
    applied = replica.applied_size(conn, node, who)
    entries = chain.from_iterable(_entries(conn, node, who.national, applied))
    for place, entry in enumerate(entries):
        decision = decode_decision(entry)
        after = catalogue.apply(states, decision, place=place, origin=who.national)
        states.update(after)
        ledger.fold(decision, place=place, after=after, standing=states.values())
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
    return len(states)
