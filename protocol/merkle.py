"""The Merkle tree of RFC 6962, section 2.1: leaf and node hashes, trees, complete subtrees.

Hashes are 32 bytes (SHA-256). Nothing here stores a tree: a caller says which range it wants the
hash of, is told which complete subtrees (`Node`) it must bring, and gets the hash.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """The unsigned pair that describes a log: its size and its root.

    Attributes:
        size: number of entries, at least 0.
        root: 32 bytes; `EMPTY_ROOT` exactly when the size is 0.
    """

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise ValueError("a tree has a size of at least 0 and a root of 32 bytes")


EMPTY_TREE = Tree(0, EMPTY_ROOT)


class Node(NamedTuple):
    """A complete subtree: the entries [index << height, (index + 1) << height)."""

    height: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody calls


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes, MTH of RFC 6962, 2.1. O(n) time and memory."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def nodes_of(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that make up [start, end), left to right.

    Args:
        start: a multiple of the smallest power of two not below `end - start`.
        end: greater than `start`.
    """
    nodes = []
    position = start
    while position < end:
        height = (end - position).bit_length() - 1
        nodes.append(Node(height, position >> height))
        position += 1 << height
    return tuple(nodes)


def hash_of(start: int, end: int, hashes: Mapping[Node, bytes]) -> bytes:
    """MTH(D[start:end]) from the hashes of `nodes_of(start, end)`.

    Raises:
        KeyError: a node is missing; the caller did not bring what it was told to.
    """
    if start == end:
        return EMPTY_ROOT
    nodes = nodes_of(start, end)
    result = hashes[nodes[-1]]
    for node in reversed(nodes[:-1]):
        result = node_hash(hashes[node], result)
    return result
