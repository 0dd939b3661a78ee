"""The columns that are counted and sorted, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from runtime.database import Database
from runtime.document_columns import CELLS_A_BLOCK, age_of
from tests.support.shelves import Shelf, document, id_of


def counts(shelf: Shelf, conn: Connection) -> dict[str, dict[str, int]]:
    numbers = range(1, shelf.store.count(conn) + 1)
    return shelf.store.columns.read(conn).count(numbers)


def test_a_document_that_changed_is_counted_as_it_is_now(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1, year="2020"), document(2, year="2020"))
    shelf.put(document(1, year="2021", stage="penerapan"))
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == {"2020": 1, "2021": 1}


def test_documents_beyond_one_block_are_counted(database: Database) -> None:
    shelf = Shelf.empty(database)
    years = [str(2010 + number % 7) for number in range(CELLS_A_BLOCK + 300)]
    documents = [document(number, year=year) for number, year in enumerate(years, 1)]
    for start in range(0, len(documents), 500):
        shelf.put(*documents[start : start + 500])
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == dict(
        sorted(Counter(years).items())
    )


def test_few_documents_are_counted_like_many(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(*(document(number, year=str(2000 + number)) for number in range(1, 30)))
    few = shelf.read(shelf.store.columns.read).count([3, 1])
    assert few["year"] == {"2001": 1, "2003": 1}


def test_ages_are_in_the_order_of_the_ids(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(20), document(10))
    ages = shelf.read(shelf.store.columns.read).ages
    assert list(ages[1:3]) == [age_of(id_of(20)), age_of(id_of(10))]
    assert ages[1] > ages[2]


def test_whoever_clears_the_store_counts_nothing(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1, "air", year="2020"))
    shelf.write(shelf.store.clear)
    shelf.put(document(2, "air", year="2021"))
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == {"2021": 1}
    assert shelf.found("air") == [2]


def test_what_readers_see_is_known_without_the_words(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1), document(2), document(3))
    shelf.put(replace(document(2), visible=False))
    assert shelf.read(shelf.store.columns.read).visible == [1, 3]


def test_columns_are_read_once_while_nothing_is_written(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1))
    assert shelf.read(shelf.store.columns.read) is shelf.read(shelf.store.columns.read)


def test_what_another_process_writes_is_counted_at_once(database: Database) -> None:
    shelf, other = Shelf.empty(database), Shelf.empty(database)
    shelf.put(document(1, year="2020"))
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == {"2020": 1}
    other.put(document(2, year="2021"))
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == {"2020": 1, "2021": 1}


def test_what_was_undone_is_not_taken_for_what_was_written_next(database: Database) -> None:
    shelf = Shelf.empty(database)

    def undone(conn: Connection) -> None:
        shelf.store.put_many(conn, [document(1, year="2020")])
        assert counts(shelf, conn)["year"] == {"2020": 1}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shelf.write(undone)
    shelf.put(document(1, year="2021"))
    assert shelf.read(lambda conn: counts(shelf, conn))["year"] == {"2021": 1}


def test_a_store_cleared_and_filled_again_is_another_state(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1))
    first = shelf.read(shelf.store.columns.read).state
    shelf.write(shelf.store.clear)
    shelf.put(document(1))
    assert shelf.read(shelf.store.columns.read).state != first
