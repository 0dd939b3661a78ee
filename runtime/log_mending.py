"""What recovery alone may do to a stored log: cut its end off, and put damaged bytes right.

Nobody else makes a log forget or changes what it holds (`runtime.logstore`). Whoever cuts has kept
both trees as evidence before; whoever mends has verified every leaf hash against a signature.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from protocol.merkle import HASH_BYTES, Tree, leaf_hash, root_of
from protocol.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, appended_tiles
from runtime.database import upsert
from runtime.logstore import GONE, LogRow, LogStore


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


def stored_leaves(conn: Connection, logs: LogStore, log: LogRow, size: int) -> list[bytes | None]:
    """Leaf hashes of the entries [0, size) as their bytes on the disk make them.

    `GONE` of an entry whose bytes were destroyed, None of one that is missing or is no bytes.
    """
    found: list[bytes | None] = [None] * size
    entry = logs.tables.entry
    for start in range(0, size, TILE_WIDTH):
        of_range = entry.c.index >= start, entry.c.index < min(size, start + TILE_WIDTH)
        rows = select(entry.c.index, entry.c.bytes).where(entry.c.log_id == log.id, *of_range)
        for index, entry_bytes in conn.execute(rows).all():
            if isinstance(entry_bytes, bytes):  # SQLite keeps any type
                found[index] = leaf_hash(entry_bytes) if entry_bytes else GONE
    return found


def stored_entries(conn: Connection, logs: LogStore, log: LogRow, start: int) -> dict[int, bytes]:
    """By index, what the disk still has from `start` on, also beyond the size that it names."""
    entry = logs.tables.entry
    rows = select(entry.c.index, entry.c.bytes).where(
        entry.c.log_id == log.id, entry.c.index >= start
    )
    return {index: data for index, data in conn.execute(rows).all() if isinstance(data, bytes)}


def keep_checkpoints(
    conn: Connection, logs: LogStore, log: LogRow, is_right: Callable[[bytes], bool]
) -> None:
    """Takes away the kept checkpoints that are not right."""
    checkpoint = logs.tables.checkpoint
    of_log = checkpoint.c.log_id == log.id
    for row in conn.execute(select(checkpoint).where(of_log)).all():
        if not is_right(row.note):
            conn.execute(delete(checkpoint).where(of_log, checkpoint.c.size == row.size))


def kept_leaves(conn: Connection, logs: LogStore, log: LogRow, size: int) -> list[bytes]:
    """Leaf hashes of [0, size) as the tiles on the disk have them; fewer where they are damaged."""
    tile = logs.tables.tile
    rows = select(tile.c.bytes).where(tile.c.log_id == log.id, tile.c.level == 0)
    data = b"".join(conn.execute(rows.order_by(tile.c.index)).scalars())
    hashes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    return hashes[:size]


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
