"""Logs in a database: entries, tiles, checkpoints. Several logs, told apart by their origin.

Entries are kept as the exact bytes that were hashed. Hashes are kept as the tiles of tlog-tiles
(docs/decisions/0003): appending touches the right edge only, and every proof reads a few rows.
Every function takes an open transaction and leaves committing to its owner.

The bytes of an entry can be destroyed; its leaf hash stays in the tile, so every proof still holds,
and the entry reads as no bytes at all (docs/decisions/0025). No entry has none otherwise.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    select,
    tuple_,
    update,
)

from protocol.merkle import EMPTY_ROOT, EMPTY_TREE, Node, Tree, hash_of, leaf_hash, nodes_of
from protocol.merkle_proofs import (
    Range,
    consistency_ranges,
    inclusion_ranges,
    make_proof,
    nodes_needed,
    subtree_ranges,
)
from protocol.tiles import (
    TILE_WIDTH,
    Tile,
    appended_tiles,
    encode_bundle,
    node_hash_in,
    right_edge_tiles,
    tiles_holding,
)
from runtime.database import DatabaseDamaged, insert_many, upsert
from runtime.log_tables import LogTables
from runtime.scrubbing import owe_scrub

GONE = b""
"""How an entry reads whose bytes were destroyed."""

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A log as it stands in this transaction.

    Attributes:
        id: of its row; 0 while nothing was ever appended.
        origin: its name.
        tree: size and root.
    """

    id: int
    origin: str
    tree: Tree


class LogStore:
    """Reads, appends and redacts; never changes an entry, nor the hash of one."""

    def __init__(self, tables: LogTables) -> None:
        self._t = tables
        # asked in every transaction, some several times, so it is put together only once
        self._by_origin = select(tables.log).where(tables.log.c.origin == bindparam("origin"))

    @property
    def tables(self) -> LogTables:
        """For `runtime.log_mending`, which alone changes what is in them."""
        return self._t

    def open(self, conn: Connection, origin: str) -> LogRow:
        """The log of that origin; an empty one where there is none yet. Writes nothing."""
        row = conn.execute(self._by_origin, {"origin": origin}).first()
        if row is None:
            return LogRow(id=0, origin=origin, tree=EMPTY_TREE)
        return LogRow(id=row.id, origin=origin, tree=Tree(row.size, row.root))

    def sizes(self, conn: Connection) -> dict[str, int]:
        """The size of every log that is stored, by its origin."""
        log = self._t.log
        return {row.origin: row.size for row in conn.execute(select(log.c.origin, log.c.size))}

    def origins(self, conn: Connection, *, beginning: str) -> list[str]:
        """Origins of the logs that are stored, of those that begin so, in order."""
        log = self._t.log
        asked = select(log.c.origin).where(log.c.origin.startswith(beginning, autoescape=True))
        return list(conn.execute(asked.order_by(log.c.origin)).scalars())

    def append(
        self,
        conn: Connection,
        log: LogRow,
        entries: Sequence[bytes],
        *,
        leaves: Sequence[bytes] | None = None,
    ) -> Tree:
        """Appends entries at the end and returns the new tree.

        Args:
            conn: an open transaction.
            log: as `open` gave it.
            entries: their bytes.
            leaves: their leaf hashes, from a caller who has just computed them, or has them from
                a tile: an entry that is `GONE` has no other. It is noted as withheld until `redact`
                says why.

        Raises:
            ValueError: an entry is gone and nobody says its leaf hash.
            RuntimeError: the log has grown since `log` was read; read it again.
        """
        log_id = log.id or self._create(conn, log.origin)
        current = self._locked_tree(conn, log_id)
        if current != log.tree:
            raise RuntimeError(f"{log.origin} has grown from {log.tree.size} to {current.size}")
        if not entries:
            return current
        if not all(entries) and leaves is None:
            raise ValueError("an entry without bytes and without a leaf hash")
        self._insert_entries(conn, log_id, current.size, entries)
        self._note_gone(conn, log.origin, current.size, entries)
        tree = self._grow(conn, log_id, current.size, leaves or list(map(leaf_hash, entries)))
        values = {"size": tree.size, "root": tree.root}
        conn.execute(update(self._t.log).where(self._t.log.c.id == log_id).values(values))
        return tree

    def claim(self, conn: Connection, log: LogRow) -> None:
        """Lets this transaction and one that appends to the log not both succeed as they began.

        For whoever decides by what the log holds. On PostgreSQL the later of the two is done again,
        and reads what the other wrote: the row must be written for that, a lock would only wait.
        """
        log_id = log.id or self._create(conn, log.origin)
        is_it = self._t.log.c.id == log_id
        conn.execute(update(self._t.log).where(is_it).values(size=self._t.log.c.size))

    def entries(self, conn: Connection, log: LogRow, start: int, end: int) -> list[bytes]:
        """The entries [start, end), `end` at most the size.

        Raises:
            DatabaseDamaged: one of them is gone, so the others would pass for their neighbours.
        """
        found = self.entries_left(conn, log, start, end)
        if len(found) != end - start:
            raise DatabaseDamaged(f"{log.origin}: entries from {start} to {end} are missing")
        return found

    def entries_left(self, conn: Connection, log: LogRow, start: int, end: int) -> list[bytes]:
        """What the database still has of [start, end): for whoever checks it."""
        t = self._t.entry
        rows = conn.execute(
            select(t.c.bytes)
            .where(t.c.log_id == log.id, t.c.index >= start, t.c.index < end)
            .order_by(t.c.index)
        )
        return [row.bytes for row in rows]

    def entries_at(
        self, conn: Connection, log: LogRow, indexes: Collection[int]
    ) -> dict[int, bytes]:
        """The entries at these indexes, by them; a page of them at most, for they are named singly.

        Raises:
            DatabaseDamaged: one of them is gone.
        """
        t = self._t.entry
        asked = select(t.c.index, t.c.bytes).where(t.c.log_id == log.id, t.c.index.in_(indexes))
        found = {int(row[0]): bytes(row[1]) for row in conn.execute(asked)}
        if len(found) != len(set(indexes)):
            raise DatabaseDamaged(f"{log.origin}: entries of {sorted(indexes)} are missing")
        return found

    def leaves(self, conn: Connection, log: LogRow, start: int, end: int) -> list[bytes]:
        """The leaf hashes of [start, end), from the tiles; `end` at most the size."""
        nodes = [Node(0, index) for index in range(start, end)]
        hashes = self.hashes(conn, log, nodes)
        return [hashes[node] for node in nodes]

    def redact(self, conn: Connection, positions: Iterable[tuple[str, int]], *, place: int) -> None:
        """Destroys the bytes of entries, here or not, and remembers by which decision.

        Args:
            conn: an open transaction.
            positions: (origin, index) of each.
            place: of the decision, in the national log.
        """
        rows = [{"origin": it[0], "index": it[1], "place": place} for it in sorted(positions)]
        upsert(conn, self._t.redaction, rows, key=["origin", "index"])
        self.redact_again(conn)
        owe_scrub(conn)

    def is_redacted(self, conn: Connection) -> bool:
        """Whether no entry has bytes that were to be destroyed."""
        return conn.execute(self._remaining().limit(1)).first() is None

    def redact_again(self, conn: Connection) -> int:
        """Destroys what came back, with a backup or a file; returns how many entries it were."""
        entry, remaining = self._t.entry, conn.execute(self._remaining()).all()
        for row in remaining:
            is_it = and_(entry.c.log_id == row.log_id, entry.c.index == row.index)
            conn.execute(update(entry).where(is_it).values(bytes=GONE))
        if remaining:
            owe_scrub(conn)
        return len(remaining)

    def redacted(self, conn: Connection, origin: str) -> set[int]:
        """The indexes of a log that decisions have redacted."""
        t = self._t.redaction.c
        found = select(t.index).where(t.origin == origin, t.place.is_not(None))
        return set(conn.execute(found).scalars())

    def withheld(self, conn: Connection, origin: str) -> list[int]:
        """The indexes of a log that came without bytes, and no decision known here says why."""
        t = self._t.redaction.c
        found = select(t.index).where(t.origin == origin, t.place.is_(None))
        return list(conn.execute(found.order_by(t.index)).scalars())

    def hashes(self, conn: Connection, log: LogRow, nodes: Sequence[Node]) -> dict[Node, bytes]:
        """The hashes of complete subtrees that lie within the log."""
        tiles = self._tiles(conn, log.id, tiles_holding(nodes, log.tree.size))
        return {node: node_hash_in(node, tiles) for node in nodes}

    def tree_at(self, conn: Connection, log: LogRow, size: int) -> Tree:
        """The tree as it was at `size`, at most the present one."""
        if size == log.tree.size:
            return log.tree
        return Tree(size, self.subtree_hash(conn, log, 0, size))

    def subtree_hash(self, conn: Connection, log: LogRow, start: int, end: int) -> bytes:
        """MTH(D[start:end]) of an aligned range within the log."""
        if start == end:
            return EMPTY_ROOT
        return hash_of(start, end, self.hashes(conn, log, nodes_of(start, end)))

    def prove_inclusion(
        self, conn: Connection, log: LogRow, index: int, size: int
    ) -> tuple[bytes, ...]:
        """The inclusion proof of `index` in the tree of `size`."""
        return self._prove(conn, log, inclusion_ranges(index, size))

    def prove_consistency(
        self, conn: Connection, log: LogRow, old: int, new: int
    ) -> tuple[bytes, ...]:
        """The consistency proof from size `old` to size `new`."""
        return self._prove(conn, log, consistency_ranges(old, new) if old else ())

    def prove_subtree(
        self, conn: Connection, log: LogRow, start: int, end: int, size: int
    ) -> tuple[bytes, ...]:
        """The subtree consistency proof of [start, end) to the tree of `size`."""
        return self._prove(conn, log, subtree_ranges(start, end, size))

    def tile(self, conn: Connection, log: LogRow, tile: Tile) -> bytes | None:
        """The first `width` hashes of a tile, or None where the log is not that large."""
        found = self._tiles(conn, log.id, [tile]).get((tile.level, tile.index), b"")
        wanted = tile.width * _HASH_BYTES
        return found[:wanted] if len(found) >= wanted else None

    def bundle(self, conn: Connection, log: LogRow, index: int, width: int) -> bytes | None:
        """An entry bundle, or None where the log is not that large."""
        start = index * TILE_WIDTH
        if start + width > log.tree.size:
            return None
        return encode_bundle(self.entries(conn, log, start, start + width))

    def save_checkpoint(self, conn: Connection, log: LogRow, size: int, note: bytes) -> None:
        """Keeps a signed checkpoint of this log; the same size again replaces the note."""
        log_id = log.id or self.open(conn, log.origin).id
        rows = [{"log_id": log_id, "size": size, "note": note}]
        upsert(conn, self._t.checkpoint, rows, key=["log_id", "size"])

    def latest_checkpoint(self, conn: Connection, log: LogRow) -> bytes | None:
        """The note of the largest kept checkpoint."""
        t = self._t.checkpoint
        found = select(t.c.note).where(t.c.log_id == log.id).order_by(t.c.size.desc()).limit(1)
        return cast("bytes | None", conn.execute(found).scalar())

    def checkpoint_at(self, conn: Connection, log: LogRow, size: int) -> bytes | None:
        """The note of the kept checkpoint of exactly that size."""
        t = self._t.checkpoint
        found = select(t.c.note).where(t.c.log_id == log.id, t.c.size == size)
        return cast("bytes | None", conn.execute(found).scalar())

    def checkpoints(self, conn: Connection, log: LogRow, after: int, until: int) -> list[bytes]:
        """The notes of the kept checkpoints of sizes in (after, until], ascending."""
        t = self._t.checkpoint
        found = select(t.c.note).where(t.c.log_id == log.id, t.c.size > after, t.c.size <= until)
        return list(conn.execute(found.order_by(t.c.size)).scalars())

    def _create(self, conn: Connection, origin: str) -> int:
        values = {"origin": origin, "size": 0, "root": EMPTY_ROOT}
        upsert(conn, self._t.log, [values], key=["origin"])
        return self.open(conn, origin).id

    def _locked_tree(self, conn: Connection, log_id: int) -> Tree:
        t = self._t.log
        row = conn.execute(
            select(t.c.size, t.c.root).where(t.c.id == log_id).with_for_update()
        ).one()
        return Tree(row.size, row.root)

    def _insert_entries(
        self, conn: Connection, log_id: int, start: int, entries: Sequence[bytes]
    ) -> None:
        rows = [
            {"log_id": log_id, "index": index, "bytes": entry}
            for index, entry in enumerate(entries, start)
        ]
        insert_many(conn, self._t.entry, rows)

    def _note_gone(
        self, conn: Connection, origin: str, start: int, entries: Sequence[bytes]
    ) -> None:
        gone = {index for index, entry in enumerate(entries, start) if entry == GONE}
        if gone:
            unknown = sorted(gone - self.redacted(conn, origin))
            rows = [{"origin": origin, "index": index, "place": None} for index in unknown]
            insert_many(conn, self._t.redaction, rows)

    def _remaining(self) -> Select[tuple[int, int]]:
        """The entries that have bytes and are to have none."""
        log, entry, gone = self._t.log, self._t.entry, self._t.redaction
        is_entry = and_(entry.c.log_id == log.c.id, entry.c.index == gone.c.index)
        named = gone.join(log, log.c.origin == gone.c.origin).join(entry, is_entry)
        has_bytes = and_(gone.c.place.is_not(None), entry.c.bytes != GONE)
        return select(entry.c.log_id, entry.c.index).select_from(named).where(has_bytes)

    def _grow(self, conn: Connection, log_id: int, old_size: int, leaves: Sequence[bytes]) -> Tree:
        edge = self._tiles(conn, log_id, right_edge_tiles(old_size))
        changed = appended_tiles(old_size, edge, leaves)
        rows = [
            {"log_id": log_id, "level": level, "index": index, "bytes": data}
            for (level, index), data in changed.items()
        ]
        upsert(conn, self._t.tile, rows, key=["log_id", "level", "index"])
        size = old_size + len(leaves)
        tiles = edge | changed
        nodes = nodes_of(0, size)
        return Tree(size, hash_of(0, size, {node: node_hash_in(node, tiles) for node in nodes}))

    def _prove(self, conn: Connection, log: LogRow, ranges: Sequence[Range]) -> tuple[bytes, ...]:
        return make_proof(ranges, self.hashes(conn, log, nodes_needed(ranges)))

    def _tiles(
        self, conn: Connection, log_id: int, tiles: Sequence[Tile]
    ) -> dict[tuple[int, int], bytes]:
        if not tiles:
            return {}
        t = self._t.tile
        wanted = [(tile.level, tile.index) for tile in tiles]
        rows = conn.execute(
            select(t.c.level, t.c.index, t.c.bytes).where(
                t.c.log_id == log_id, tuple_(t.c.level, t.c.index).in_(wanted)
            )
        )
        return {(level, index): data for level, index, data in rows}
