"""Reading a national log through the link: hashes of its bundles, and whole bundles with leaves.

Nothing is verified here: what is read has to add up to the root of a checkpoint. (C2SP tlog-tiles.)
"""

from collections.abc import Sequence

from hubnode.sync.answers import Refused, checked
from hubnode.sync.session import Session
from hubnode.sync.trees import Part, root_over
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, split_hashes


async def hashes_from(session: Session, target: Tree, first: int) -> list[Part]:
    """Hashes of the full bundles `first` and up, out of the level-1 tiles."""
    count = target.size // TILE_WIDTH
    if first >= count:
        return []
    hashes: list[Part] = []
    for index in range(first // TILE_WIDTH, -(-count // TILE_WIDTH)):
        width = min(TILE_WIDTH, count - index * TILE_WIDTH)
        data = await session.link.tile("national", Tile(1, index, width))
        hashes += [(TILE_HEIGHT, value) for value in checked(split_hashes, data)]
    return hashes[first % TILE_WIDTH :]


async def edge_leaves(session: Session, target: Tree) -> list[Part]:
    """Leaf hashes of the partial bundle at the right edge; the link remembers its bytes."""
    index, width = divmod(target.size, TILE_WIDTH)
    if not width:
        return []
    _, leaves = await bundle(session, index, width)
    return [(0, leaf) for leaf in leaves]


async def bundle(session: Session, index: int, width: int) -> tuple[list[bytes], list[bytes]]:
    """The entries of a bundle with their leaf hashes; only the root says whether these are right.

    Of an entry whose bytes are gone the tile of level 0 has the hash.
    """
    entries = list(await session.link.bundle("national", index, width))
    if all(entries):
        return entries, [leaf_hash(entry) for entry in entries]
    tile = Tile(0, index, width)
    kept = checked(split_hashes, await session.link.tile("national", tile))
    if len(kept) != len(entries):
        raise Refused("national_log_damaged")
    pairs = zip(entries, kept, strict=True)
    return entries, [leaf_hash(entry) if entry else leaf for entry, leaf in pairs]


class WholeLog:
    """The national log behind a checkpoint, as far as somebody looks at it; every look is verified.

    Of the whole log only the hashes of its bundles are fetched, about an eighth of a byte an entry.
    """

    def __init__(self, session: Session, target: Tree, hashes: Sequence[Part]) -> None:
        self._session = session
        self._target = target
        self._hashes = hashes

    @classmethod
    async def read(cls, session: Session, target: Tree) -> "WholeLog":
        """Reads the hashes.

        Raises:
            Refused: they do not add up to the root of `target`.
        """
        hashes = await hashes_from(session, target, 0)
        if root_over([*hashes, *await edge_leaves(session, target)]) != target.root:
            raise Refused("national_log_damaged")
        return cls(session, target, hashes)

    async def tree_at(self, size: int) -> Tree:
        """The tree as it was at `size`, at most that of the checkpoint."""
        count, width = divmod(size, TILE_WIDTH)
        leaves = (await self._bundle(count))[1][:width] if width else []
        root = root_over([*self._hashes[:count], *((0, leaf) for leaf in leaves)])
        return Tree(size, root)

    async def entry(self, index: int) -> bytes:
        """The entry at `index`, which is less than the size."""
        entries, _ = await self._bundle(index // TILE_WIDTH)
        return entries[index % TILE_WIDTH]

    async def _bundle(self, index: int) -> tuple[list[bytes], list[bytes]]:
        width = min(TILE_WIDTH, self._target.size - index * TILE_WIDTH)
        entries, leaves = await bundle(self._session, index, width)
        if width == TILE_WIDTH and root_of(leaves) != self._hashes[index][1]:
            raise Refused("national_log_damaged")
        return entries, leaves
