"""Dates are read as people in Indonesia write them; what leaves something to guess is refused."""

import pytest

from hubnode.imports.dates import NoDate, iso_date
from hubnode.imports.values import CellDate, RowFault, conversion


def why(text: str) -> str:
    with pytest.raises(NoDate) as refused:
        iso_date(text)
    return refused.value.why


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023", "2023"),
        ("17 Agustus 2023", "2023-08-17"),
        ("7  agustus 2023", "2023-08-07"),
        ("17/08/2023", "2023-08-17"),
        ("7/8/2023", "2023-08-07"),
        ("17-08-2023", "2023-08-17"),
        ("17-08-2023 00:00:00", "2023-08-17"),
        ("2023-08-17", "2023-08-17"),
    ],
)
def test_a_year_or_a_day_is_read_as_it_is_written_here(text: str, iso: str) -> None:
    assert iso_date(text) == iso


def test_the_day_comes_before_the_month() -> None:
    assert iso_date("03/02/2021") == "2021-02-03"


def test_a_month_that_comes_first_is_refused_with_the_right_order() -> None:
    assert why("08/17/2023") == (
        "tidak punya bulan ke-17. Tulis hari dulu, lalu bulan: 17/08/2023."
    )


@pytest.mark.parametrize("text", ["17/08/23", "17-8-23", "17 Agustus 23"])
def test_a_year_of_two_digits_is_refused(text: str) -> None:
    assert why(text).startswith("menulis tahun dengan dua angka. Tulis keempat angkanya")


@pytest.mark.parametrize("text", ["Agustus 2023", "08/2023", "2023-08"])
def test_a_month_without_a_day_is_refused_for_a_record_has_no_place_for_it(text: str) -> None:
    assert why(text).startswith("hanya memuat bulan dan tahun.")
    assert why(text).endswith("tulis tahunnya saja: 2023.")


@pytest.mark.parametrize("text", ["31/02/2023", "31 Februari 2023", "2023-02-31", "99/99/2023"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    assert why(text).startswith("tidak ada dalam kalender.")


def test_a_month_of_another_language_is_refused_with_the_names_that_there_are() -> None:
    assert "Agustus" in why("17 August 2023")


@pytest.mark.parametrize("text", ["dua ribu", "17.08.2023", "17/08-2023", "45155", "kemarin"])
def test_anything_else_is_refused_with_the_ways_to_write_it(text: str) -> None:
    assert why(text).startswith("bukan tahun atau tanggal. Tulis tahunnya saja (2023)")


def test_the_error_of_a_row_shows_what_was_written() -> None:
    with pytest.raises(RowFault, match="“17/08/23” menulis tahun dengan dua angka"):
        conversion({"as": "date"})("17/08/23")


def test_a_date_cell_of_a_workbook_is_its_day() -> None:
    assert conversion({"as": "date"})(CellDate("2023-08-17")) == "2023-08-17"
