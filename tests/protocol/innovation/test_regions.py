"""Regions are Kemendagri's; a BPS code becomes one only where it is certain."""

import csv

import pytest

from protocol.innovation.reference import table
from protocol.innovation.regions import (
    former_code,
    is_region,
    present_code,
    region_from_bps,
    region_name,
    regions_named,
)
from tests.support.shared import SHARED, needs_shared

DATA = SHARED / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_38_provinces_and_514_districts_under_a_decree() -> None:
    regions = table("regions")
    assert (len(regions["provinces"]), len(regions["districts"])) == (38, 514)
    assert "300.2.2-2430/2025" in regions["source"]
    assert all(code[:2] in regions["provinces"] for code in regions["districts"])


@needs_shared("data/kemendagri_kabkota.csv")
def test_the_table_is_the_decrees() -> None:
    regions = table("regions")
    provinces = {row["kode"]: row["nama"] for row in rows("kemendagri_provinsi.csv")}
    districts = {row["kode"]: row["nama"] for row in rows("kemendagri_kabkota.csv")}
    assert (regions["provinces"], regions["districts"]) == (provinces, districts)


@pytest.mark.parametrize("code", ["", "5", "99", "51.99", "5171", "51.71 ", "51.71.01"])
def test_what_is_no_code_of_kemendagri_is_no_region(code: str) -> None:
    assert not is_region(code)
    assert region_name(code) is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Bali", ("51",)),
        ("  provinsi   BALI ", ("51",)),
        ("Kota Denpasar", ("51.71",)),
        ("Kab. Badung", ("51.03",)),
        ("Pemkab Badung", ("51.03",)),
        ("Pemerintah Kota Denpasar", ("51.71",)),
        ("DI Yogyakarta", ("34",)),
        ("DKI Jakarta", ("31",)),
        ("Kota Administrasi Jakarta Pusat", ("31.71",)),
        ("Denpasar", ()),
        ("Bandung", ()),
        ("", ()),
    ],
)
def test_a_name_points_to_a_region_only_in_full(name: str, codes: tuple[str, ...]) -> None:
    assert regions_named(name) == codes


def test_a_city_and_a_regency_of_one_name_are_two() -> None:
    assert regions_named("Kota Bandung") != regions_named("Kabupaten Bandung")


@pytest.mark.parametrize(
    ("code", "name", "region"),
    [
        ("51", "", "51"),
        ("3273", "Kota Bandung", "32.73"),
        ("3204", "Kabupaten Bandung", "32.04"),
        ("94", "Papua", "91"),
        ("94", "Papua Tengah", "94"),
        ("91", "Papua Barat", "92"),
        ("91", "Papua Barat Daya", "96"),
        ("9471", "Kota Jayapura", "91.71"),
        ("3273", "Bandung", "32.73"),
        ("3204", "Bandung", "32.04"),
        ("5203", "Lombok Timur", "52.03"),
        ("5271", "Mataram", "52.71"),
        ("3471", "Yogyakarta", "34.71"),
        ("3101", "Kepulauan Seribu", "31.01"),
        ("3171", "Jakarta Selatan", "31.74"),
    ],
)
def test_a_bps_code_with_its_name_is_a_region(code: str, name: str, region: str) -> None:
    assert region_from_bps(code, name).code == region


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("94", ""),
        ("94", "Bali"),
        ("91", ""),
        ("3273", ""),
        ("3273", "Kota Denpasar"),
        ("99", "Bali"),
        ("", "Bali"),
        ("x", "Bali"),
        ("51a", "Bali"),
    ],
)
def test_a_bps_code_that_is_not_certain_is_none_with_a_reason(code: str, name: str) -> None:
    match = region_from_bps(code, name)
    assert match.code is None
    assert match.reason.endswith(".")


@pytest.mark.parametrize(
    ("code", "name", "advice"),
    [
        ("5203", "Lombok Tmur", "barangkali yang dimaksud Kabupaten Lombok Timur."),
        ("5271", "Kota Matarram", "barangkali yang dimaksud Kota Mataram."),
        ("5203", "", "tulis nama kabupatennya, misalnya Kabupaten Lombok Barat."),
        ("5271", "Bali", "tulis nama kotanya, misalnya Kota Mataram."),
        ("7671", "Mamuju", "kode itu tidak ada."),
    ],
)
def test_the_reason_says_which_name_would_do(code: str, name: str, advice: str) -> None:
    assert region_from_bps(code, name).reason.endswith(f"; {advice}")


def test_the_reason_of_a_province_that_was_split_names_its_heirs() -> None:
    advice = region_from_bps("91", "Papua").reason.partition("; ")[2]
    assert advice == "tulis salah satu: Papua Barat, Papua Barat Daya."


def test_the_code_94_alone_never_becomes_papua_tengah() -> None:
    assert region_from_bps("94").code is None
    assert region_name("94") == "Papua Tengah"


def test_a_former_code_leads_to_the_region_of_the_same_name_by_a_law() -> None:
    for former, row in table("succession")["former"].items():
        assert not is_region(former)
        assert (present_code(former), region_name(row["now"])) == (row["now"], row["name"])
        assert row["decree"].startswith("UU ")


def test_every_region_of_the_new_provinces_of_papua_has_its_former_code() -> None:
    new = {code for code in table("regions")["districts"] if code[:2] in ("93", "94", "95", "96")}
    assert {row["now"] for row in table("succession")["former"].values()} == new


@pytest.mark.parametrize("code", ["94.01", "51", "99.99", ""])
def test_every_other_code_stays_what_it_is(code: str) -> None:
    assert (former_code(code), present_code(code)) == (None, code)
