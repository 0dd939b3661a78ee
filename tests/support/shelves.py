"""A store of documents of one's own, on either database, and what is asked of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from protocol.documents import Document
from protocol.innovation.search_words import RecordWords, stem, words_of
from runtime.catalogue_search import Searched, search_documents
from runtime.database import Database, new_metadata
from runtime.documents import DocumentStore, define_document_tables
from runtime.finding import Page, Place, page_of

FAMILIES = (("hub",), ("stage", "year"))
T = TypeVar("T")


def id_of(number: int) -> str:
    """The id of a document; of two made in one second the greater number is the later one."""
    return f"01942b6e-{number // 10:04x}-7000-8000-{number:012x}"


def document(
    number: int,
    name: str = "",
    *,
    place: str = "",
    text: str = "",
    visible: bool = True,
    hub: str | None = "51",
    stage: str | None = None,
    year: str | None = None,
) -> Document:
    """A document whose body is its number."""
    return Document(
        id=id_of(number),
        owner="51",
        body=str(number).encode(),
        facets={"hub": hub, "stage": stage, "year": year},
        words=RecordWords(name=_words(name), place=_words(place), text=_words(text)),
        visible=visible,
        contested=False,
    )


def _words(text: str) -> Sequence[str]:
    words = dict.fromkeys(words_of(text))
    return [*words, *sorted({stem(word) for word in words}.difference(words))]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents in a database."""

    database: Database
    store: DocumentStore

    @classmethod
    def empty(cls, database: Database) -> "Shelf":
        metadata = new_metadata()
        store = DocumentStore(define_document_tables(metadata, families=FAMILIES))
        database.create(metadata)
        return cls(database, store)

    def put(self, *documents: Document) -> None:
        self.write(lambda conn: self.store.put_many(conn, documents))

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.database.run_sync(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.database.read_sync(work)

    def search(
        self, query: str = "", filters: Mapping[str, str] | None = None, *, is_exact: bool = False
    ) -> Searched:
        return self.read(
            lambda conn: search_documents(
                conn, self.store, query=query, filters=filters, is_exact=is_exact
            )
        )

    def page(self, query: str = "", *, limit: int = 50, after: str | None = None) -> Page:
        place = Place.parse(after or "")
        found = self.search(query).found
        return self.read(lambda conn: page_of(conn, self.store, found, limit=limit, after=place))

    def found(self, query: str = "", **filters: str) -> list[int]:
        """The numbers of what a search finds, in its order."""
        found = self.search(query, filters).found
        page = self.read(lambda conn: page_of(conn, self.store, found, limit=500, after=None))
        return [int(body) for body in page.items]
