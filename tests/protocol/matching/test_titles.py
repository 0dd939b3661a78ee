"""The normal form of titles, and how near two are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.matching.titles import Nearness, Title, compare_titles, title_of

SURAKARTA = (("kota", "surakarta"), ("surakarta",))


def nearness(first: str, second: str) -> Nearness:
    return compare_titles(title_of(first), title_of(second)).nearness


def test_a_year_is_not_part_of_the_words() -> None:
    title = title_of("Jurnal Pendidikan Online Tahun 2013")
    assert (title.words, title.years) == (("jurnal", "pendidikan", "online"), ("2013",))


def test_the_owners_name_is_not_part_of_the_words() -> None:
    title = title_of("Kartu Anak di Kota Surakarta", own=SURAKARTA, own_kind="kota")
    assert title.words == ("kartu", "anak")
    assert title.whole == ("kartu", "anak", "kota", "surakarta")


def test_a_title_that_is_only_the_owners_name_keeps_it() -> None:
    assert title_of("Surakarta", own=SURAKARTA).words == ("surakarta",)


@pytest.mark.parametrize(
    "text", ["Kota Cerdas (KOCER)", "KOCER: Kota Cerdas", "Kota Cerdas - KOCER"]
)
def test_an_acronym_stands_beside_the_words(text: str) -> None:
    title = title_of(text)
    assert (title.words, title.aliases) == (("kota", "cerdas"), ("kocer",))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("PENATAAN PKL", "Penataan Pedagang Kaki Lima", Nearness.EQUAL),
        ("Jemput Bola Akta", "Akte Jemputbola", Nearness.FAR),  # joined and reordered at once
        ("Akta Jemput Bola", "Akte Jemputbola", Nearness.EQUAL),
        ("Perizinan Terpadu Daring", "Daring Perizinan Terpadu", Nearness.EQUAL),
        ("Puskemas Ramah Anak", "Puskesmas Ramah Anak", Nearness.MISTYPED),
        ("Puskemas Anak", "Puskesmas Anak", Nearness.FAR),  # one right word is too few
        ("Kelas Ibu Hamil Sehat", "Kelas Ibu Hamil", Nearness.EXTENDED),
        ("Program UPIK", "Unit Pelayanan Informasi dan Keluhan (UPIK)", Nearness.EQUAL),
        ("TOOP", "TOOP - The Once Only Principle", Nearness.EQUAL),
    ],
)
def test_titles_are_as_near_as_they_differ(first: str, second: str, expected: Nearness) -> None:
    assert nearness(first, second) == expected
    assert nearness(second, first) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Layanan Terpadu (SIPADU)", "Layanan Terpadu (SIPANDU)"),
        ("Klinik Kurikulum 2006", "Klinik Kurikulum 2013"),
        ("Pasar Digital Tahap I", "Pasar Digital Tahap II"),
        ("Desa 100 Hari Sehat", "Desa 1000 Hari Sehat"),
        ("Guru Belajar dari Petani", "Petani Belajar dari Guru"),
        ("Sistem Layanan Terpadu (SLT)", "Sistem Logistik Terpadu (SLT)"),
    ],
)
def test_what_tells_two_innovations_apart_is_seen(first: str, second: str) -> None:
    assert nearness(first, second) == Nearness.FAR


@given(st.text(max_size=60))
def test_every_text_has_a_normal_form_that_equals_itself(text: str) -> None:
    title = title_of(text)
    assert isinstance(title, Title)
    assert compare_titles(title, title).nearness == Nearness.EQUAL
