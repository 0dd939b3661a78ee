"""Tiles and entry bundles (C2SP tlog-tiles): their paths, their bytes, and which a tree needs.

A tile of level L holds up to 256 hashes; each hash of level 0 is a leaf hash, each of level L the
root of a full tile below. Tiles are also how logs are stored here (docs/decisions/0003).
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from protocol.errors import MalformedTile
from protocol.limits import LOG_SIZE_MAX
from protocol.merkle import HASH_BYTES, Node, root_of

TILE_WIDTH = 256
TILE_HEIGHT = 8
LEVEL_MAX = 63
_LENGTH_BYTES = 2

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z"
)


class Tile(NamedTuple):
    """One tile.

    Attributes:
        level: 0 to 63.
        index: its place in the level, from 0.
        width: hashes in it, 1 to 256; less than 256 at the right edge of a tree only.
    """

    level: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody calls
    width: int


def tile_path(tile: Tile) -> str:
    """The path below a log's prefix, such as `tile/0/x001/234.p/5`."""
    return f"tile/{tile.level}/{_number(tile.index)}{_suffix(tile.width)}"


def bundle_path(index: int, width: int) -> str:
    """The path of an entry bundle, such as `tile/entries/000.p/7`."""
    return f"tile/entries/{_number(index)}{_suffix(width)}"


def parse_tile_path(path: str) -> Tile:
    """The tile that a path names.

    Raises:
        MalformedTile: not the one path of a tile.
    """
    match = _PATH.match(path)
    if not match or match[1] == "entries":
        raise MalformedTile("not a tile path")
    tile = Tile(int(match[1]), _parse_number(match[2]), int(match[3] or TILE_WIDTH))
    if tile.level > LEVEL_MAX or not _is_in_a_log(tile) or tile_path(tile) != path:
        raise MalformedTile("not the only path of this tile")
    return tile


def parse_bundle_path(path: str) -> tuple[int, int]:
    """Index and width of the entry bundle that a path names.

    Raises:
        MalformedTile: not the one path of an entry bundle.
    """
    match = _PATH.match(path)
    if not match or match[1] != "entries":
        raise MalformedTile("not an entry bundle path")
    index, width = _parse_number(match[2]), int(match[3] or TILE_WIDTH)
    if not _is_in_a_log(Tile(0, index, width)) or bundle_path(index, width) != path:
        raise MalformedTile("not the only path of this entry bundle")
    return index, width


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries of at most 65,535 bytes, each behind its big-endian uint16 length."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_bundle(data: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle.

    Raises:
        MalformedTile: cut short, or more than 256 entries.
    """
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + _LENGTH_BYTES
        end = start + int.from_bytes(data[position:start], "big")
        if end > len(data) or start > len(data) or len(entries) == TILE_WIDTH:
            raise MalformedTile("an entry bundle that is cut short or too long")
        entries.append(data[start:end])
        position = end
    return tuple(entries)


def right_edge_tiles(size: int) -> tuple[Tile, ...]:
    """The partial tiles of a tree of `size`: what `appended_tiles` must be given."""
    edge = []
    level, count = 0, size
    while count:
        full, partial = divmod(count, TILE_WIDTH)
        edge += [Tile(level, full, partial)] if partial else []
        level, count = level + 1, full
    return tuple(edge)


def tiles_holding(nodes: Sequence[Node], size: int) -> tuple[Tile, ...]:
    """The tiles of a tree of `size` that the hashes of these complete subtrees come from."""
    tiles = set()
    for height, index in nodes:
        level, inner = divmod(height, TILE_HEIGHT)
        tile_index = (index << inner) // TILE_WIDTH
        width = min(TILE_WIDTH, (size >> (level * TILE_HEIGHT)) - tile_index * TILE_WIDTH)
        tiles.add(Tile(level, tile_index, width))
    return tuple(sorted(tiles))


def node_hash_in(node: Node, tiles: Mapping[tuple[int, int], bytes]) -> bytes:
    """The hash of a complete subtree, out of the bytes of its tile at (level, index).

    Raises:
        KeyError: the tile was not brought.
        MalformedTile: the tile is too narrow to hold the subtree.
    """
    level, inner = divmod(node.height, TILE_HEIGHT)
    first = node.index << inner
    tile = tiles[level, first // TILE_WIDTH]
    offset = first % TILE_WIDTH
    hashes = split_hashes(tile)[offset : offset + (1 << inner)]
    if len(hashes) != 1 << inner:
        raise MalformedTile("a tile that is too narrow")
    return root_of(hashes)


def split_hashes(tile: bytes) -> list[bytes]:
    """The 32-byte hashes of a tile.

    Raises:
        MalformedTile: not a whole number of hashes.
    """
    if len(tile) % HASH_BYTES or len(tile) > TILE_WIDTH * HASH_BYTES:
        raise MalformedTile("not a tile: hashes of 32 bytes, at most 256")
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES)]


def appended_tiles(
    old_size: int,
    right_edge: Mapping[tuple[int, int], bytes],
    leaf_hashes: Sequence[bytes],
) -> dict[tuple[int, int], bytes]:
    """Every tile, (level, index) to bytes, that is new or wider once `leaf_hashes` are appended.

    Args:
        old_size: of the tree before.
        right_edge: the bytes of `right_edge_tiles(old_size)`, by (level, index).
        leaf_hashes: what is appended, 32 bytes each.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, count, added = 0, old_size, list(leaf_hashes)
    while added:
        index, partial = divmod(count, TILE_WIDTH)
        row = (right_edge[level, index] if partial else b"") + b"".join(added)
        tile_bytes = TILE_WIDTH * HASH_BYTES
        parts = [row[i : i + tile_bytes] for i in range(0, len(row), tile_bytes)]
        changed.update({(level, index + i): part for i, part in enumerate(parts)})
        added = [root_of(split_hashes(part)) for part in parts if len(part) == tile_bytes]
        level, count = level + 1, index
    return changed


def _is_in_a_log(tile: Tile) -> bool:
    return tile.index <= LOG_SIZE_MAX // TILE_WIDTH and tile.width <= TILE_WIDTH


def _number(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def _parse_number(text: str) -> int:
    return int(text.replace("/", "").replace("x", ""))


def _suffix(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"
