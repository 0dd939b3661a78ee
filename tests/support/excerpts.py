"""Excerpts of logs made by hand: slow and obvious, every proof from all leaves."""

from collections.abc import Iterable, Sequence

from protocol.checkpoints import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from protocol.excerpts import Excerpt, ProvenEntry
from protocol.keys import SigningKey
from protocol.merkle import Node, Tree, leaf_hash, root_of
from protocol.merkle_proofs import (
    Range,
    consistency_ranges,
    inclusion_ranges,
    make_proof,
    nodes_needed,
)


def tree_of(entries: Sequence[bytes]) -> Tree:
    return Tree(len(entries), root_of([leaf_hash(it) for it in entries]))


def checkpoint_of(
    entries: Sequence[bytes], key: SigningKey, cosigners: Iterable[SigningKey] = ()
) -> Checkpoint:
    bare = sign_checkpoint(key.name, tree_of(entries), key)
    return with_cosignatures(bare, [cosign(bare, it, timestamp=7) for it in cosigners])


def consistency(entries: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """The proof from the first `old` entries to all of them."""
    return _made(entries, consistency_ranges(old, len(entries)))


def excerpt(
    entries: Sequence[bytes],
    indexes: Iterable[int],
    key: SigningKey,
    cosigners: Iterable[SigningKey] = (),
) -> Excerpt:
    """Those entries of a log, proven under its checkpoint."""
    proven = [
        ProvenEntry(
            index=index,
            entry=entries[index],
            proof=_made(entries, inclusion_ranges(index, len(entries))),
        )
        for index in indexes
    ]
    note = checkpoint_of(entries, key, cosigners).note
    return Excerpt(origin=key.name, checkpoint=note, entries=tuple(proven))


def _made(entries: Sequence[bytes], ranges: Sequence[Range]) -> tuple[bytes, ...]:
    leaves = [leaf_hash(it) for it in entries]
    hashes: dict[Node, bytes] = {
        node: root_of(leaves[node.index << node.height : (node.index + 1) << node.height])
        for node in nodes_needed(ranges)
    }
    return make_proof(ranges, hashes)
