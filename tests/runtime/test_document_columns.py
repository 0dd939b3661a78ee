"""The columns that are counted and sorted, on both databases."""

from collections import Counter
from dataclasses import replace

from sqlalchemy import Connection

from runtime.database import Database
from runtime.document_columns import CELLS_A_BLOCK, age_of
from tests.support.shelves import Shelf, document, id_of


def counts(shelf: Shelf, conn: Connection) -> dict[str, dict[str, int]]:
    numbers = range(1, shelf.store.count(conn) + 1)
    return shelf.store.columns.count(conn, numbers)


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
    few = shelf.read(lambda conn: shelf.store.columns.count(conn, [3, 1]))
    assert few["year"] == {"2001": 1, "2003": 1}


def test_ages_are_in_the_order_of_the_ids(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(20), document(10))
    ages = shelf.read(shelf.store.columns.ages)
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
    assert shelf.read(shelf.store.columns.visible) == [1, 3]
