"""Words marked in a text, and the part of it in which they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.pages.found_words import EXCERPT_CHARACTERS, FoundWords

LONG = "kata " * 200 + "antrean di sini " + "lagi " * 200


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("layanan", "Melayani warga", "<mark>Melayani</mark> warga"),
        ("air", "Air dan Airlangga", "<mark>Air</mark> dan <mark>Airlangga</mark>"),
        ("puskes", "di puskesmas.", "di <mark>puskesmas</mark>."),
        ("", "di puskesmas", "di puskesmas"),
        ("cafe", "Café <b>", "<mark>Café</mark> &lt;b&gt;"),
    ],
)
def test_words_are_marked_in_the_form_in_which_they_stand(
    query: str, text: str, marked: str
) -> None:
    assert FoundWords(query).marked(text) == marked


@given(st.text(max_size=40), st.text(alphabet="abc <>&\"'-", max_size=60))
def test_marking_adds_nothing_but_marks(query: str, text: str) -> None:
    marked = FoundWords(query).marked(text)
    assert marked.replace("<mark>", "").replace("</mark>", "") == str(FoundWords("").marked(text))


def test_an_excerpt_holds_the_first_word_that_was_found() -> None:
    excerpt = FoundWords("antrean").excerpt(LONG)
    assert "antrean di sini" in excerpt
    assert (excerpt[0], excerpt[-1]) == ("…", "…")
    assert len(excerpt) <= EXCERPT_CHARACTERS + 4


def test_a_short_text_is_whole() -> None:
    assert FoundWords("antrean").excerpt("tanpa antrean") == "tanpa antrean"


def test_a_text_without_the_words_begins_at_its_beginning() -> None:
    assert FoundWords("antrean").excerpt("kata " * 100).startswith("kata kata")
