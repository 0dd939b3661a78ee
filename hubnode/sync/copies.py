"""Both copies of this hub's own log, leaf by leaf: the centre's, and the one here.

The centre's copy is believed only under this hub's own signature: its mirror checkpoint must be
signed by a key of this node, and its leaves must add up to that checkpoint's root.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store.identity import Identity
from hubnode.sync.answers import Refused, checked
from hubnode.sync.link import Link
from protocol.checkpoints import Checkpoint, open_checkpoint
from protocol.keys import VerifierKey
from protocol.merkle import Tree, root_of
from protocol.tiles import TILE_WIDTH, Tile, split_hashes

Copy = tuple[Checkpoint | None, tuple[bytes, ...]]
"""The signed checkpoint of a copy, and its leaf hashes; None and none where there is no copy."""


async def centre_copy(link: Link, who: Identity, keys: Sequence[VerifierKey]) -> Copy:
    """The mirror checkpoint under this hub's own signature, and its leaf hashes.

    Raises:
        Refused: it is not signed by this hub, or the leaves are not those of its tree.
    """
    note = await link.own_checkpoint()
    if note is None:
        return None, ()
    theirs = checked(lambda data: open_checkpoint(data, origin=who.origin, keys=keys), note)
    leaves: list[bytes] = []
    for tile in leaf_tiles(theirs.tree.size):
        leaves += checked(split_hashes, await link.tile("own", tile))
    if len(leaves) != theirs.tree.size or root_of(leaves) != theirs.tree.root:
        raise Refused("own_log_corrupt")
    return theirs, tuple(leaves)


def own_leaves(conn: Connection, node: Node, who: Identity) -> tuple[Tree, tuple[bytes, ...]]:
    """The tree of the own log here, and its leaf hashes as the tiles have them."""
    log = node.logs.open(conn, who.origin)
    tiles = (node.logs.tile(conn, log, tile) for tile in leaf_tiles(log.tree.size))
    leaves = [leaf for data in tiles for leaf in split_hashes(data or b"")]
    return log.tree, tuple(leaves)


def leaf_tiles(size: int) -> list[Tile]:
    """The tiles of level 0 of a log of that size."""
    starts = range(0, size, TILE_WIDTH)
    return [Tile(0, start // TILE_WIDTH, min(TILE_WIDTH, size - start)) for start in starts]


def common_size(ours: Sequence[bytes], theirs: Sequence[bytes]) -> int:
    """How many leading leaves both have."""
    pairs = zip(ours, theirs, strict=False)
    parted = (index for index, (mine, other) in enumerate(pairs) if mine != other)
    return next(parted, min(len(ours), len(theirs)))
