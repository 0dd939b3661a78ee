"""Differences word by word."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.pages.differences import WORDS_MAX, Part, word_differences

TEXTS = st.text(alphabet="ab \n.,é", max_size=60)


def joined(parts: tuple[Part, ...], *kinds: str) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


def test_only_the_words_that_differ_are_marked() -> None:
    assert word_differences("Nomor antrean dari rumah.", "Nomor antrean dari ponsel.") == (
        Part("same", "Nomor antrean dari "),
        Part("removed", "rumah"),
        Part("added", "ponsel"),
        Part("same", "."),
    )


def test_words_that_only_a_blank_divides_are_one_change() -> None:
    parts = word_differences("satu dua tiga", "satu lima enam")
    assert parts == (
        Part("same", "satu "),
        Part("removed", "dua tiga"),
        Part("added", "lima enam"),
    )


def test_equal_texts_have_no_differences() -> None:
    assert word_differences("sama saja", "sama saja") == (Part("same", "sama saja"),)
    assert word_differences("", "") == ()


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_out_of_their_differences(before: str, after: str) -> None:
    parts = word_differences(before, after)
    assert joined(parts, "same", "removed") == before
    assert joined(parts, "same", "added") == after


def test_very_long_texts_stand_one_after_the_other() -> None:
    before, after = "kata " * WORDS_MAX, "lain " * WORDS_MAX
    assert word_differences(before, after) == (Part("removed", before), Part("added", after))
