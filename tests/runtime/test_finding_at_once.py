"""What is found while others write is of one moment: every number fits every other, or nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection

from runtime.catalogue_search import search_documents
from runtime.database import Database
from runtime.finding import facets_of_found, page_of
from tests.support.shelves import Shelf, document

WRITES = 40


def counted(conn: Connection, shelf: Shelf, query: str) -> tuple[int, int]:
    """How many documents a search finds, and how many the counts by year add up to."""
    found = search_documents(conn, shelf.store, query=query).found
    page_of(conn, shelf.store, found, limit=5, after=None)
    return found.total, sum(facets_of_found(conn, shelf.store, found)["year"].values())


def test_a_search_counts_what_it_found_while_others_write(database: Database) -> None:
    shelf, over = Shelf.empty(database), threading.Event()

    def write() -> None:
        try:
            for number in range(1, WRITES + 1):
                year, seen = str(1990 + number), number % 3 != 0
                shelf.put(document(number, f"Antrean {number}", year=year, visible=seen))
                shelf.put(document(max(1, number - 1), "Antrean lagi", year="1980"))
        finally:
            over.set()

    def search(query: str) -> list[tuple[int, int]]:
        found = []
        while not over.is_set():
            found.append(shelf.read(lambda conn: counted(conn, shelf, query)))
        return found

    with ThreadPoolExecutor(4) as pool:
        searching = [pool.submit(search, query) for query in ("", "antrean", "antraen")]
        pool.submit(write).result()
        seen = [pair for it in searching for pair in it.result()]
    assert seen
    assert all(total == by_year for total, by_year in seen)
