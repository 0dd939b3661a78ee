"""What a person types: words in any form, half words, and slips, on both databases."""

import pytest

from runtime.database import Database
from tests.support.shelves import Shelf, document


@pytest.fixture
def shelf(database: Database) -> Shelf:
    shelf = Shelf.empty(database)
    shelf.put(
        document(1, "Antrean Daring Puskesmas", place="Kabupaten Sleman"),
        document(2, "Air Bersih", text="kata yang hanya di sini: telaga"),
        document(3, "Airlangga Mengajar"),
        document(4, "Pelayanan Perizinan", place="Kota Bandung"),
    )
    return shelf


@pytest.mark.parametrize("query", ["layanan", "melayani", "PELAYANAN", "izin", "perizinan layan"])
def test_the_forms_of_a_word_meet(shelf: Shelf, query: str) -> None:
    assert shelf.found(query) == [4]


def test_a_word_that_exists_is_no_beginning(shelf: Shelf) -> None:
    assert shelf.found("air") == [2]


@pytest.mark.parametrize("query", ["airla", "antrean puskes", "puskesma"])
def test_the_last_word_may_be_half_typed(shelf: Shelf, query: str) -> None:
    assert shelf.search(query).corrected == ""
    assert shelf.found(query) == [3 if "airla" in query else 1]


def test_only_the_last_word_may_be_half_typed(shelf: Shelf) -> None:
    assert shelf.search("pusk antrean", is_exact=True).found.total == 0


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("antraen", "antrean"),
        ("antraen puskemas", "antrean puskesmas"),
        ("puskesmass", "puskesmas"),
        ("puksesmsa", "puskesmas"),
        ("xuskesmas", "puskesmas"),
        ("slemman", "sleman"),
    ],
)
def test_a_slip_is_taken_for_the_word_that_was_meant(shelf: Shelf, query: str, meant: str) -> None:
    assert shelf.search(query).corrected == meant
    assert shelf.found(query) == [1]


@pytest.mark.parametrize(
    "query", ["aer", "antrxxn", "2026", "telagi", "bukan kata", "é" * 9, "antrean banjir"]
)
def test_what_is_near_to_no_name_is_left_as_it_is(shelf: Shelf, query: str) -> None:
    searched = shelf.search(query)
    assert (searched.found.total, searched.corrected) == (0, "")


def test_words_that_exist_are_not_taken_for_others(shelf: Shelf) -> None:
    assert shelf.search("telaga puskesmas").corrected == ""


def test_of_two_words_as_near_the_one_is_meant_that_names_more_documents(shelf: Shelf) -> None:
    shelf.put(document(5, "Sampan"), document(6, "Sampah"), document(7, place="Sampah"))
    shelf.put(*(document(number, "Perahu", text="sampan") for number in (8, 9)))
    assert shelf.search("sampax").corrected == "sampah"


def test_who_asks_for_the_exact_words_gets_them_or_nothing(shelf: Shelf) -> None:
    searched = shelf.search("antraen", is_exact=True)
    assert (searched.found.total, searched.corrected) == (0, "")


def test_a_word_is_not_offered_once_no_document_has_it(shelf: Shelf) -> None:
    shelf.put(document(1, "Loket Daring"))
    assert shelf.search("antraen").corrected == ""


def test_a_word_of_what_nobody_sees_is_not_offered(shelf: Shelf) -> None:
    shelf.put(document(8, "Rahasia", visible=False))
    assert shelf.search("rahasja").corrected == ""


def test_a_correction_counts_beside_filters_too(shelf: Shelf) -> None:
    searched = shelf.search("antraen", {"hub": "52"})
    assert (searched.found.total, searched.corrected) == (0, "antrean")


@pytest.mark.parametrize("query", ['"', "-", "%_*", "'); --", "NEAR(", "\\", ":*", "&|!"])
def test_signs_without_a_word_find_nothing(shelf: Shelf, query: str) -> None:
    assert shelf.found(query) == []


@pytest.mark.parametrize("query", ["air OR x", 'air"', "air:*", "(air", "air' | 'guru", "n=air"])
def test_no_signs_make_a_syntax(shelf: Shelf, query: str) -> None:
    assert shelf.search(query).found.total in (0, 1)


@pytest.mark.parametrize("query", ["Straße", "straße 5", "Straße Łódź", "ŁÓDŹ", "łódź straße"])
def test_a_word_with_letters_of_other_languages_is_one_word(shelf: Shelf, query: str) -> None:
    shelf.put(document(5, "Łódź, Straße 5"))
    assert shelf.found(query) == [5]


@pytest.mark.parametrize("query", ["stra", "ßtraße", "łnjkßq wøx", "łaøan"])
def test_a_word_with_such_letters_that_is_nowhere_finds_nothing(shelf: Shelf, query: str) -> None:
    assert shelf.found(query) == []


def test_a_question_without_end_is_cut(shelf: Shelf) -> None:
    assert shelf.found("air " * 500) == [2]


def test_a_question_of_many_unknown_words_is_no_slip(shelf: Shelf) -> None:
    assert shelf.search("puskemas slemann bandugn").corrected == "puskesmas sleman bandung"
    assert shelf.search("puskemas slemann bandugn perizinnan").corrected == ""
