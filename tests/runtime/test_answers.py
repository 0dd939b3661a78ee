"""What the answers of several innovations to one question are to each other."""

import pytest

from protocol.canonical import Json
from runtime.pages.answers import PAIRS_MAX, Words, marked_words, relation_of

TEXT = "Warga mengambil nomor antrean dari rumah dan datang ketika gilirannya tiba."


def relation(name: str, *said: Json) -> str:
    return relation_of(name, said, [str(it) if it else "" for it in said])


@pytest.mark.parametrize("name", ["stage", "innovation_type", "category"])
def test_other_choices_differ(name: str) -> None:
    assert relation(name, "a", "b") == "differs"
    assert relation(name, "a", "a") == "same"


def test_of_a_day_the_year_is_compared_and_of_a_region_the_province() -> None:
    assert relation("started", "2019-05-01", "2019") == "apart"
    assert relation("started", "2019-05-01", "2020-05-01") == "differs"
    assert relation("region", "51.71", "51.03") == "apart"
    assert relation("region", "51.71", "73") == "differs"


def test_a_set_has_no_order() -> None:
    assert relation_of("sdgs", [[3, 16], [16, 3]], ["3 A\n16 B", "16 B\n3 A"]) == "same"
    assert relation_of("sdgs", [[3], [3, 16]], ["3 A", "3 A\n16 B"]) == "differs"


def test_texts_of_their_own_are_no_difference() -> None:
    assert relation("summary", "Antrean dari rumah.", "Pasar yang bersih.") == "apart"
    assert relation("summary", "Antrean dari rumah.", "Antrean dari rumah.") == "same"


def test_who_says_nothing_says_neither_the_same_nor_another_thing() -> None:
    assert relation("stage", "a", None, "a") == "apart"
    assert relation("stage", "a", None, "b") == "differs"
    assert relation("summary", "a", None) == "apart"


def test_of_two_texts_that_are_nearly_one_the_words_that_differ_are_marked_on_both() -> None:
    first, second = marked_words([TEXT, TEXT.replace("rumah", "kantor desa")])
    assert [it.text for it in first if it.is_own] == ["rumah "]
    assert [it.text for it in second if it.is_own] == ["kantor desa "]


def test_the_runs_of_words_make_the_text_again() -> None:
    other = f"{TEXT}\n\nJuga  lewat telepon."
    assert ["".join(it.text for it in side) for side in marked_words([TEXT, other])] == [
        TEXT,
        other,
    ]


def test_of_three_each_is_compared_with_the_first_which_stays_plain() -> None:
    first, second, third = marked_words([TEXT, f"{TEXT} Gratis.", f"{TEXT} Cepat."])
    assert first == []
    assert second[-1] == Words("Gratis.", is_own=True)
    assert third[-1] == Words("Cepat.", is_own=True)


def test_texts_with_little_in_common_and_names_are_not_marked() -> None:
    own = "Pasar dibersihkan setiap pagi oleh pedagang dan petugas kebersihan kota."
    assert marked_words([TEXT, own, ""]) == [[], [], []]
    assert marked_words(["Puskesmas Kuta Utara", "Puskesmas Kuta Selatan"]) == [[], []]


def test_a_text_that_repeats_a_word_without_end_is_not_compared() -> None:
    many = int(PAIRS_MAX**0.5) + 1
    assert marked_words(["dan " * many, "dan " * many + "lagi"]) == [[], []]
