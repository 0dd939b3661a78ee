"""Stored logs: what a redaction takes, and that every proof still holds without it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from protocol.merkle import Tree, leaf_hash, root_of
from protocol.merkle_proofs import check_consistency, check_inclusion
from protocol.tiles import Tile, decode_bundle
from runtime.database import Database, new_metadata
from runtime.log_tables import define_log_tables
from runtime.logstore import GONE, LogRow, LogStore
from runtime.system import ThreadWorker

T = TypeVar("T")
ORIGIN, OTHER = "contoh.go.id/hub/51/1", "contoh.go.id/national/1"
PRIVATE = b"rumahnya di sebelah pasar"
COUNT, INDEX, PLACE = 300, 7, 41
ENTRIES = [PRIVATE if index == INDEX else b"entri %d" % index for index in range(COUNT)]
METADATA = new_metadata()
LOGS = LogStore(define_log_tables(METADATA))


@pytest.fixture
def filled(database: Database) -> Database:
    database.create(METADATA)
    database.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, ORIGIN), ENTRIES))
    return database


def read(database: Database, work: Callable[[Connection, LogRow], T]) -> T:
    return database.read_sync(lambda conn: work(conn, LOGS.open(conn, ORIGIN)))


def redact(database: Database, *indexes: int, place: int = PLACE) -> None:
    positions = [(ORIGIN, index) for index in indexes]
    database.run_sync(lambda conn: LOGS.redact(conn, positions, place=place))


def put_back(database: Database, entry: bytes) -> None:
    """What a backup of before does."""
    table = METADATA.tables["log_entry"]
    is_it = table.c.index == INDEX
    database.run_sync(lambda conn: conn.execute(table.update().where(is_it).values(bytes=entry)))


def test_a_redacted_entry_reads_as_no_bytes_and_its_neighbours_as_before(filled: Database) -> None:
    redact(filled, INDEX)
    entries = read(filled, lambda conn, log: LOGS.entries(conn, log, 0, COUNT))
    assert entries == [*ENTRIES[:INDEX], GONE, *ENTRIES[INDEX + 1 :]]


def test_its_leaf_hash_stays(filled: Database) -> None:
    redact(filled, INDEX)
    leaves = read(filled, lambda conn, log: LOGS.leaves(conn, log, 0, COUNT))
    assert leaves == list(map(leaf_hash, ENTRIES))
    tile = read(filled, lambda conn, log: LOGS.tile(conn, log, Tile(0, 0, 8)))
    assert tile == b"".join(leaves[:8])


def test_a_bundle_has_a_zero_length_entry_in_its_place(filled: Database) -> None:
    redact(filled, INDEX)
    bundle = read(filled, lambda conn, log: LOGS.bundle(conn, log, 0, 256))
    assert decode_bundle(bundle or b"")[INDEX - 1 : INDEX + 2] == (
        ENTRIES[INDEX - 1],
        GONE,
        ENTRIES[INDEX + 1],
    )


@pytest.mark.parametrize("index", [0, INDEX, INDEX + 1, COUNT - 1])
def test_every_inclusion_proof_still_holds(filled: Database, index: int) -> None:
    redact(filled, INDEX)
    tree = read(filled, lambda _conn, log: log.tree)
    proof = read(filled, lambda conn, log: LOGS.prove_inclusion(conn, log, index, COUNT))
    check_inclusion(index=index, leaf=leaf_hash(ENTRIES[index]), proof=proof, tree=tree)


@pytest.mark.parametrize("old", [1, INDEX, INDEX + 1, 256])
def test_every_consistency_proof_still_holds(filled: Database, old: int) -> None:
    before = read(filled, lambda conn, log: LOGS.tree_at(conn, log, old))
    redact(filled, INDEX)
    tree = read(filled, lambda _conn, log: log.tree)
    proof = read(filled, lambda conn, log: LOGS.prove_consistency(conn, log, old, COUNT))
    check_consistency(old=before, new=tree, proof=proof)


def test_the_log_goes_on_growing(filled: Database) -> None:
    redact(filled, INDEX, COUNT - 1)
    tree = filled.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, ORIGIN), [b"lagi"]))
    assert tree == Tree(COUNT + 1, root_of(list(map(leaf_hash, [*ENTRIES, b"lagi"]))))


def test_what_is_named_and_not_here_is_remembered(filled: Database) -> None:
    filled.run_sync(lambda conn: LOGS.redact(conn, [(OTHER, 3)], place=PLACE))
    assert filled.read_sync(lambda conn: LOGS.redacted(conn, OTHER)) == {3}
    assert read(filled, lambda conn, log: LOGS.entries(conn, log, 3, 4)) == [ENTRIES[3]]


def test_what_comes_back_with_a_backup_is_destroyed_again(filled: Database) -> None:
    redact(filled, INDEX)
    assert filled.read_sync(LOGS.is_redacted)
    put_back(filled, PRIVATE)
    assert not filled.read_sync(LOGS.is_redacted)
    assert filled.run_sync(LOGS.redact_again) == 1
    assert filled.read_sync(LOGS.is_redacted)
    assert read(filled, lambda conn, log: LOGS.entries(conn, log, INDEX, INDEX + 1)) == [GONE]


def test_an_entry_that_came_without_bytes_is_withheld_until_a_decision_says_why(
    filled: Database,
) -> None:
    def copy(conn: Connection) -> Tree:
        leaves = [leaf_hash(entry) for entry in ENTRIES]
        holed = [GONE if index in {2, INDEX} else it for index, it in enumerate(ENTRIES)]
        return LOGS.append(conn, LOGS.open(conn, OTHER), holed, leaves=leaves)

    tree = filled.run_sync(copy)
    assert tree == read(filled, lambda _conn, log: log.tree)
    assert filled.read_sync(lambda conn: LOGS.withheld(conn, OTHER)) == [2, INDEX]
    filled.run_sync(lambda conn: LOGS.redact(conn, [(OTHER, 2)], place=PLACE))
    assert filled.read_sync(lambda conn: LOGS.withheld(conn, OTHER)) == [INDEX]
    assert filled.read_sync(lambda conn: LOGS.redacted(conn, OTHER)) == {2}


def test_no_entry_is_empty_of_itself(filled: Database) -> None:
    with pytest.raises(ValueError, match="leaf hash"):
        filled.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, OTHER), [b"a", GONE]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.sqlite"


def test_a_scrubbed_file_has_the_bytes_nowhere(file: Path, worker: ThreadWorker) -> None:
    database = Database.open(f"sqlite:///{file}", worker=worker)
    database.create(METADATA)
    database.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, ORIGIN), ENTRIES))
    redact(database, INDEX)
    assert database.scrub_sync()
    assert not holds(file, PRIVATE)
    database.close()
    assert not holds(file, PRIVATE)


def holds(file: Path, text: bytes) -> bool:
    return any(text in it.read_bytes() for it in file.parent.glob(f"{file.name}*"))


def test_a_scrub_waits_for_who_reads_and_is_owed_until_then(
    file: Path, worker: ThreadWorker
) -> None:
    database = Database.open(f"sqlite:///{file}", worker=worker)
    database.create(METADATA)
    database.run_sync(lambda conn: LOGS.append(conn, LOGS.open(conn, ORIGIN), ENTRIES))
    with sqlite3.connect(file, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM log_entry").fetchone()
        redact(database, INDEX)
        with database._writer.connect() as writer:
            writer.exec_driver_sql("PRAGMA busy_timeout=50")
            writer.rollback()
        assert not database.scrub_sync()
        reader.execute("COMMIT")
    reader.close()
    assert database.scrub_sync()
    assert database.scrub_sync()
    database.close()
    assert not holds(file, PRIVATE)
