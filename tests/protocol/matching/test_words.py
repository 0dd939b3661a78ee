"""One spelling of words, and what is taken for a typing error."""

import pytest

from protocol.matching.words import is_mistyped, tokens_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Perijinan Satu Pintu", ("perizinan", "satu", "pintu")),
        ("Aragón & Côte", ("aragon", "dan", "cote")),
        ("Penataan PKL", ("penataan", "pedagang", "kaki", "lima")),
        ("e-Surat, E SURAT", ("esurat", "esurat")),
        ("Kab. Takalar", ("kabupaten", "takalar")),
        ("", ()),
    ],
)
def test_a_text_has_words_of_one_spelling(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_tokens_stay_as_they_are_written() -> None:
    assert tokens_of("Penataan PKL") == ("penataan", "pkl")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("puskesmas", "puskemas"),  # a letter missing
        ("insentif", "insnetif"),  # two letters swapped
        ("pembentukan", "pembentukkan"),  # a letter twice
        ("penataan", "penatan"),  # once too few
        ("sumobito", "sumabito"),  # a long name that no dictionary knows
    ],
)
def test_a_typing_error_is_one(first: str, second: str) -> None:
    assert is_mistyped(first, second)
    assert is_mistyped(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("pengadaan", "pengaduan"),  # procurement, complaints
        ("pertanahan", "pertanian"),  # land, farming
        ("pelayanan", "pelayaran"),  # services, shipping
        ("putra", "putri"),
        ("sipadu", "sipandu"),  # two applications
        ("surat", "esurat"),
        ("tahap1", "tahap2"),
        ("satu", "situ"),  # too short
    ],
)
def test_another_word_is_no_typing_error(first: str, second: str) -> None:
    assert not is_mistyped(first, second)
