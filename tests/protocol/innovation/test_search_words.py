"""The words of a record, as the index keeps them and as a question is taken apart."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.innovation.search_words import (
    WORD_CHARACTERS_MAX,
    stem,
    words_of,
    words_of_record,
)

PROSE = st.text(alphabet="abcdghiklmnprsuyABK 0123456789.,-_/\n\x00éİß", max_size=60)
WORDS = st.sampled_from(("mencatat", "catat", "Pelayanan", "layanan", "é", "kota-kota", "2024"))
RECORD: dict[str, Json] = {
    "title": "Antrean Pelayanan",
    "short_name": "ANTRE-1",
    "external_ids": [{"system": "sinovik", "value": "S-0099"}],
    "agency": {"name": "Kabupaten Badung"},
    "service_unit": "Dinas Kesehatan",
    "region": "51.03",
    "summary": "Warga mengambil nomor.",
    "objective": "Waktu tunggu turun.",
    "impact": "Tidak dicari",
}


@given(st.lists(PROSE | WORDS, max_size=8).map(" ".join))
@example("Petugas puskesmas mencatat kunjungan_ibu hamil di 51.02")
@example("“Pelayanan”, café é")
def test_the_words_of_a_text_are_letters_and_digits_in_lower_case(text: str) -> None:
    words = words_of(text)
    assert all(re.fullmatch(r"[^\W_]+", word) and word == word.lower() for word in words)
    assert words_of(" ".join(words)) == words


@given(st.text(alphabet="abcé-_ .1", max_size=40))
def test_a_text_of_ascii_is_taken_apart_like_every_other(text: str) -> None:
    assert words_of(f"{text} é")[:-1] == words_of(text)


def test_accents_make_no_other_word() -> None:
    assert words_of("Café Résumé İzin") == ["cafe", "resume", "izin"]


def test_of_an_endless_word_the_beginning_counts() -> None:
    assert words_of("a" * 5_000) == ["a" * WORD_CHARACTERS_MAX]


@settings(deadline=None)  # whichever example comes first loads the stemmer
@given(st.lists(PROSE | WORDS, max_size=8).map(" ".join))
def test_a_record_is_found_by_its_words_and_by_the_stems_that_they_lack(summary: str) -> None:
    found = words_of_record({"summary": summary}).text
    words = words_of(summary)
    assert set(found) == {*words, *map(stem, words)}
    assert len(set(found)) == len(found)


def test_title_short_name_and_numbers_name_a_record() -> None:
    assert set(words_of_record(RECORD, number="2026-000123").name) == {
        *("antrean", "antre", "pelayanan", "layan", "1", "s", "0099", "2026", "000123"),
    }


def test_a_place_is_the_agency_its_unit_the_region_and_its_province() -> None:
    place = set(words_of_record(RECORD).place)
    assert place >= {"badung", "dinas", "kesehatan", "sehat", "kabupaten", "bali"}


def test_what_is_told_elsewhere_does_not_find_a_record() -> None:
    words = words_of_record(RECORD)
    assert "dicari" not in {*words.name, *words.place, *words.text}


@pytest.mark.parametrize("word", ["layan", "é", "2024", "covid19"])
def test_a_word_that_is_its_own_root_stays_as_it_is(word: str) -> None:
    assert stem(word) == word


@settings(deadline=None)
@given(st.text(max_size=20).map(words_of))
@example(["straße", "aæb", "ßa", "layaną", "łaøan"])
def test_the_root_of_one_word_is_one_word(words: list[str]) -> None:
    """The stemmer makes two of one with a letter that it does not know: no index finds them."""
    assert all(re.fullmatch(r"[^\W_]+", stem(word)) for word in words)


@pytest.mark.parametrize("word", ["straße", "ørsted", "ßa", "łayanan", "layanał"])
def test_a_word_of_other_letters_is_its_own_root(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("word", ["pelayanan", "layanan", "melayani", "dilayani"])
def test_the_forms_of_a_word_have_one_root(word: str) -> None:
    assert stem(word) == "layan"
