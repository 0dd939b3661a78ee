"""The words of names, and which of them are near to another one; on both databases."""

import pytest

from runtime import word_list
from runtime.database import Database
from tests.support.shelves import Shelf, document


@pytest.fixture
def shelf(database: Database) -> Shelf:
    shelf = Shelf.empty(database)
    shelf.put(document(1, "Antrean Sampah", place="Sleman", text="telaga"))
    return shelf


def near(shelf: Shelf, word: str) -> list[str]:
    return list(shelf.read(lambda conn: word_list.nearest_words(conn, word)))


@pytest.mark.parametrize("word", ["antraen", "anrean", "antreaan", "antrexn"])
def test_a_letter_swapped_missing_added_or_changed_is_one_slip(shelf: Shelf, word: str) -> None:
    assert near(shelf, word) == ["antrean"]


def test_words_of_places_are_near_too(shelf: Shelf) -> None:
    assert near(shelf, "slemann") == ["sleman"]


@pytest.mark.parametrize("word", ["telagx", "smp", "antraxn1", "santrenin", ""])
def test_words_of_texts_short_ones_numbers_and_what_is_far_are_near_to_none(
    shelf: Shelf, word: str
) -> None:
    assert near(shelf, word) == []


def test_the_first_letter_may_be_the_slip(shelf: Shelf) -> None:
    assert near(shelf, "xampah") == ["sampah"]


def test_the_words_of_a_redacted_name_are_gone(shelf: Shelf) -> None:
    shelf.put(document(1, "Loket"))
    shelf.write(shelf.store.forget_words)
    assert near(shelf, "antraen") == []
    assert near(shelf, "lokt") == ["loket"]


def test_nothing_is_near_once_the_store_is_cleared(shelf: Shelf) -> None:
    shelf.write(shelf.store.clear)
    assert near(shelf, "antraen") == []
