"""Pairs that nobody chose: every two records of LAN's file, and every two of the European cases."""

import csv
from collections.abc import Sequence
from itertools import combinations

from protocol.canonical import Json
from protocol.matching.candidates import Candidate, compare
from protocol.matching.features import features_of
from tests.support.shared import SHARED, needs_shared

LAN = "data/lan_inovasi_2018.csv"
EU = "data/eu_ips_2021_2022.csv"
KINDS = {
    "provinsi": "provinsi",
    "kabupaten": "kabupaten",
    "kota": "kota",
    "kementerian": "kementerian",
}


def rows(path: str) -> list[dict[str, str]]:
    with (SHARED / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def candidates(records: Sequence[dict[str, Json]]) -> list[Candidate]:
    features = [features_of(f"{number:04}", record) for number, record in enumerate(records)]
    found = (compare(first, second) for first, second in combinations(features, 2))
    return [it for it in found if it is not None]


def innovation(title: str, agency: str, year: str, unit: str = "") -> dict[str, Json]:
    kind = KINDS.get(agency.split(" ", maxsplit=1)[0].lower(), "lembaga")
    return {
        "title": title,
        "agency": {"name": agency, "kind": kind},
        "service_unit": unit,
        "started": year,
    }


@needs_shared(LAN)
def test_of_lans_records_none_is_suggested_to_be_another() -> None:
    records = [
        innovation(
            row["judul"], row["nama_instansi"], row["tahun_implementasi"], row["unit_instansi"]
        )
        for row in rows(LAN)
    ]
    found = candidates(records)
    pairs = {
        (str(records[int(it.a)]["title"]), str(records[int(it.b)]["title"])): it.suggestion
        for it in found
    }
    assert "same" not in pairs.values()
    assert pairs["KOTA LAYAK ANAK", "KOTA LAYAK ANAK"] == "replication"
    assert (
        "ONE STOP SERVICE PENANGGULANGAN KEMISKINAN",
        "PELAYANAN TERPADU PENANGGULANGAN KEMISKINAN",
    ) in pairs


@needs_shared(EU)
def test_of_the_european_cases_those_suggested_as_one_are_one() -> None:
    entries = {
        (row["name"], row["lead_organisation_name"], row["source_name"]): row for row in rows(EU)
    }
    kept = list(entries.values())
    found = candidates(
        [innovation(row["name"], row["lead_organisation_name"], row["start_date"]) for row in kept]
    )
    same = [(kept[int(it.a)], kept[int(it.b)]) for it in found if it.suggestion == "same"]
    elsewhere = {a["name"] for a, b in same if address(a) != address(b)}
    assert len(same) > 20
    assert elsewhere == {"Denmark statistics", "Netherlands Rijksmuseum"}  # they moved


def address(row: dict[str, str]) -> str:
    return row["url"].rpartition("//")[2].strip("/")
