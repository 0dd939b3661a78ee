"""What recovery alone may do to a stored log: cut its end off, and put damaged bytes right.

Nobody else makes a log forget or changes what it holds (`runtime.logstore`). Whoever cuts has kept
both trees as evidence before; whoever mends has verified every leaf hash against a signature.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from protocol.merkle import Tree, root_of
from protocol.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, appended_tiles
from runtime.database import upsert
from runtime.logstore import LogRow, LogStore


def cut(conn: Connection, logs: LogStore, log: LogRow, size: int) -> Tree:
    """Takes away everything from `size` on and returns the tree that is left.

    Args:
        conn: an open transaction.
        logs: whose tables.
        log: as `LogStore.open` gave it.
        size: at most that of the log.
    """
    tree = logs.tree_at(conn, log, size)
    _cut_rows(conn, logs, log, size)
    tile = logs.tables.tile
    levels = select(tile.c.level).where(tile.c.log_id == log.id).distinct()
    for level in conn.execute(levels).scalars().all():
        full, partial = divmod(size >> (level * TILE_HEIGHT), TILE_WIDTH)
        left = logs.tile(conn, log, Tile(level, full, partial)) if partial else None
        of_level = tile.c.log_id == log.id, tile.c.level == level
        conn.execute(delete(tile).where(*of_level, tile.c.index >= full))
        if left is not None:
            _put_tiles(conn, logs, log, {(level, full): left})
    _set_tree(conn, logs, log, tree)
    return tree


def mend(
    conn: Connection,
    logs: LogStore,
    log: LogRow,
    leaves: Sequence[bytes],
    entries: Mapping[int, bytes],
) -> Tree:
    """Makes a log the one of these leaf hashes, and returns its tree.

    Args:
        conn: an open transaction.
        logs: whose tables.
        log: as `LogStore.open` gave it; it exists.
        leaves: of all its entries, verified.
        entries: by index, the bytes of those that were damaged; they have these leaf hashes, or are
            gone.
    """
    rows = [{"log_id": log.id, "index": at, "bytes": entry} for at, entry in entries.items()]
    _cut_rows(conn, logs, log, len(leaves))
    upsert(conn, logs.tables.entry, rows, key=["log_id", "index"])
    tile = logs.tables.tile
    conn.execute(delete(tile).where(tile.c.log_id == log.id))
    _put_tiles(conn, logs, log, appended_tiles(0, {}, leaves))
    tree = Tree(len(leaves), root_of(leaves))
    _set_tree(conn, logs, log, tree)
    return tree


def _cut_rows(conn: Connection, logs: LogStore, log: LogRow, size: int) -> None:
    entry, checkpoint = logs.tables.entry, logs.tables.checkpoint
    conn.execute(delete(entry).where(entry.c.log_id == log.id, entry.c.index >= size))
    is_larger = checkpoint.c.log_id == log.id, checkpoint.c.size > size
    conn.execute(delete(checkpoint).where(*is_larger))


def _put_tiles(
    conn: Connection, logs: LogStore, log: LogRow, tiles: Mapping[tuple[int, int], bytes]
) -> None:
    rows = [
        {"log_id": log.id, "level": level, "index": index, "bytes": data}
        for (level, index), data in tiles.items()
    ]
    upsert(conn, logs.tables.tile, rows, key=["log_id", "level", "index"])


def _set_tree(conn: Connection, logs: LogStore, log: LogRow, tree: Tree) -> None:
    values = {"size": tree.size, "root": tree.root}
    conn.execute(update(logs.tables.log).where(logs.tables.log.c.id == log.id).values(values))
