"""Whose an innovation is, however the agency was written."""

import pytest

from protocol.canonical import Json
from protocol.matching.owners import Owner, is_same_owner, owner_of


def owner(name: str, kind: str, region: str = "", unit: str = "") -> Owner:
    record: dict[str, Json] = {"agency": {"name": name, "kind": kind}, "service_unit": unit}
    return owner_of({**record, "region": region} if region else record)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("KOTA SURAKARTA", "33.72"),
        ("Pemkot Surakarta", ""),
        ("Pemerintah Kota Surakarta", "33.72"),
        ("Dinas Kesehatan Kota Surakarta", "33.72"),
        ("Kota Surakarta Provinsi Jawa Tengah", ""),
        ("Dinkes", "33.72"),
    ],
)
def test_a_city_is_one_owner_however_it_is_written(name: str, region: str) -> None:
    assert owner(name, "kota", region).key == "region:33.72"


@pytest.mark.parametrize("region", ["91", "93.01", ""])
def test_a_district_is_one_owner_before_and_after_the_split_of_papua(region: str) -> None:
    assert owner("Kabupaten Merauke", "kabupaten", region).key == "region:93.01"


def test_city_and_district_of_one_name_are_two_owners() -> None:
    city, district = owner("Kota Malang", "kota"), owner("Kabupaten Malang", "kabupaten")
    assert not is_same_owner(city, district)


def test_provinces_that_came_out_of_one_are_two_owners() -> None:
    assert not is_same_owner(
        owner("Provinsi Papua", "provinsi"), owner("Papua Selatan", "provinsi")
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kemendikbud", "Kementerian Pendidikan dan Kebudayaan"),
        ("Kementerian PAN dan RB", "KemenPANRB"),
        ("PT. Bank Rakyat Indonesia (Persero) Tbk.", "Bank BRI"),
        ("BADAN PERTANAHAN NASIONAL RI", "Kementerian ATR/BPN"),
        ("Kementerian Pendidikan Dasar dan Menengah", "Kemendikbudristek"),
    ],
)
def test_an_institution_is_one_owner_under_its_names(first: str, second: str) -> None:
    assert is_same_owner(owner(first, "kementerian"), owner(second, "kementerian"))


def test_two_parts_of_one_former_ministry_are_two_owners() -> None:
    schools = owner("Kementerian Pendidikan Dasar dan Menengah", "kementerian")
    assert not is_same_owner(schools, owner("Kementerian Kebudayaan", "kementerian"))


def test_a_city_and_its_water_company_are_two_owners() -> None:
    company = owner("PDAM Kota Malang", "bumd", "35.73")
    assert not is_same_owner(company, owner("Kota Malang", "kota", "35.73"))


def test_two_puskesmas_of_a_district_are_two_owners() -> None:
    first = owner("Kabupaten Jombang", "kabupaten", unit="Puskesmas Sumobito")
    second = owner("Kabupaten Jombang", "kabupaten", unit="UPT Puskesmas Mojoagung")
    assert not is_same_owner(first, second)


def test_a_unit_is_the_same_with_and_without_its_place() -> None:
    first = owner("Kabupaten Jombang", "kabupaten", unit="Puskesmas Sumobito")
    second = owner("Kabupaten Jombang", "kabupaten", unit="Puskesmas Sumobito, Kab. Jombang")
    assert is_same_owner(first, second)


def test_a_record_without_an_agency_has_an_owner_too() -> None:
    assert owner_of({}) == Owner(key="name:")
