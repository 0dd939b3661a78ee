"""Logs that recovery cuts or mends: what is left is a log as good as one that grew so."""

import pytest
from sqlalchemy import Connection

from protocol.merkle import Tree, leaf_hash, root_of
from protocol.merkle_proofs import check_consistency
from runtime.database import Database, new_metadata
from runtime.log_mending import cut, mend
from runtime.log_tables import define_log_tables
from runtime.logstore import LogStore

ORIGIN = "contoh.go.id/hub/51/1"
COUNT = 600
ENTRIES = [b"entri %d" % index for index in range(COUNT)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
METADATA = new_metadata()
LOGS = LogStore(define_log_tables(METADATA))


@pytest.fixture
def filled(database: Database) -> Database:
    database.create(METADATA)
    database.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, ORIGIN), ENTRIES))
    return database


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, COUNT - 1, COUNT])
def test_a_log_that_was_cut_grows_like_one_that_never_was_longer(
    filled: Database, size: int
) -> None:
    def work(conn: Connection) -> tuple[Tree, Tree, tuple[bytes, ...]]:
        left = cut(conn, LOGS, LOGS.open(conn, ORIGIN), size)
        log = LOGS.open(conn, ORIGIN)
        assert log.tree == left
        grown = LOGS.append(conn, log, [b"lain", *ENTRIES[size:]])
        proof = LOGS.prove_consistency(conn, LOGS.open(conn, ORIGIN), size, grown.size)
        return left, grown, tuple(proof)

    left, grown, proof = filled.run_sync(work)
    assert left == Tree(size, root_of(LEAVES[:size]))
    assert grown.root == root_of([*LEAVES[:size], leaf_hash(b"lain"), *LEAVES[size:]])
    if size:
        check_consistency(old=left, new=grown, proof=proof)


def test_a_cut_takes_the_checkpoints_beyond_it(filled: Database) -> None:
    def work(conn: Connection) -> list[bytes]:
        log = LOGS.open(conn, ORIGIN)
        for size in (300, 400):
            LOGS.save_checkpoint(conn, log, size, b"%d" % size)
        cut(conn, LOGS, log, 300)
        return LOGS.checkpoints(conn, LOGS.open(conn, ORIGIN), 0, COUNT)

    assert filled.run_sync(work) == [b"300"]


def test_a_mended_log_has_its_entries_hashes_and_tree_back(filled: Database) -> None:
    tables = LOGS.tables

    def harm(conn: Connection) -> None:
        conn.execute(tables.entry.update().where(tables.entry.c.index == 3).values(bytes=b"x"))
        conn.execute(tables.entry.delete().where(tables.entry.c.index == 400))
        conn.execute(tables.tile.update().values(bytes=b"\0" * 32))
        conn.execute(tables.log.update().values(root=b"\1" * 32, size=COUNT + 1))

    def repair(conn: Connection) -> tuple[Tree, list[bytes], list[bytes]]:
        lost = {3: ENTRIES[3], 400: ENTRIES[400]}
        tree = mend(conn, LOGS, LOGS.open(conn, ORIGIN), LEAVES, lost)
        log = LOGS.open(conn, ORIGIN)
        return (
            tree,
            LOGS.entries(conn, log, 0, COUNT),
            LOGS.leaves(conn, log, 0, COUNT),
        )

    filled.run_sync(harm)
    assert filled.run_sync(repair) == (Tree(COUNT, root_of(LEAVES)), ENTRIES, LEAVES)
