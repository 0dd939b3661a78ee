"""A log in memory and the centre's copy of one: what the simulated centre serves from.

Slow and obvious: every hash is computed from all entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.canonical import canonicalise
from protocol.keys import VerifierKey
from protocol.merkle import EMPTY_TREE, Tree, leaf_hash, root_of
from protocol.merkle_proofs import check_subtree
from protocol.mirror import Package
from protocol.rotation import NewKeys
from protocol.tiles import encode_bundle, parse_bundle_path, parse_tile_path
from runtime.ports import Response


def tree_of(entries: Sequence[bytes]) -> Tree:
    return Tree(len(entries), root_of([leaf_hash(entry) for entry in entries]))


def tile_of(entries: Sequence[bytes], level: int, index: int, width: int) -> bytes:
    """The first `width` hashes of a tile, computed from all entries below it."""
    span = 256**level
    first = index * 256 * span
    parts = (entries[first + i * span : first + (i + 1) * span] for i in range(width))
    return b"".join(tree_of(part).root for part in parts)


@dataclass
class Mirror:
    """The centre's copy of one hub's log."""

    log_key: VerifierKey
    witness_key: VerifierKey
    entries: list[bytes] = field(default_factory=list)
    pending: dict[int, tuple[Tree, bytes]] = field(default_factory=dict)
    note: bytes | None = None
    reconciled: int = 0
    state: str = "active"
    ended: list[tuple[int, VerifierKey]] = field(default_factory=list)
    """Log keys before, each with the size of the largest checkpoint that it signs."""
    former: VerifierKey | None = None

    @property
    def latest_pending(self) -> Tree:
        return self.pending[max(self.pending)][0] if self.pending else EMPTY_TREE

    def signer(self, size: int) -> VerifierKey:
        return next((key for last, key in self.ended if size <= last), self.log_key)

    def take(self, keys: NewKeys) -> None:
        """From the next entry on it is signed by these."""
        self.ended.append((len(self.entries), self.log_key))
        self.former = self.log_key
        self.log_key, self.witness_key = keys.log_key, keys.witness_key

    def keep(self, package: Package, tree: Tree) -> None:
        """Verifies a package and appends what is new of it."""
        before = self.entries[package.subtree_start : package.start]
        check_subtree(
            start=package.subtree_start,
            end=package.end,
            subtree_hash=tree_of([*before, *package.entries]).root,
            proof=package.proof,
            tree=tree,
        )
        self.entries += package.entries[len(self.entries) - package.start :]


def log_resource(entries: Sequence[bytes], path: str) -> Response:
    if path.startswith("tile/entries/"):
        index, width = parse_bundle_path(path)
        return answer(200, encode_bundle(entries[index * 256 : index * 256 + width]))
    level, index, width = parse_tile_path(path)
    return answer(200, tile_of(entries, level, index, width))


def answer(status: int, body: bytes = b"", *, etag: str = "") -> Response:
    return Response(status=status, headers={"etag": etag} if etag else {}, body=body)


def problem(status: int, code: str) -> Response:
    return answer(status, canonicalise({"code": code, "status": status}))
