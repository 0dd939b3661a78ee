"""Look-alikes among real records: who would wait if every catalogue and agency were a hub.

`pytest -s` prints what was counted.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from hubnode.imports.mapping import load_mapping, map_row, parse_mapping
from hubnode.imports.readers import read_table
from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.look_alikes import COMPARED, equal_percent, keys_of, likeness
from protocol.matching.words import tokens_of
from tests.support.entries import NATIONAL, applied, record_id
from tests.support.shared import SHARED, needs_shared

LAN = "data/lan_inovasi_2018.csv"
EU = "data/eu_ips_2021_2022.csv"
ALL = 100
EU_MAPPING = Path(__file__).with_name("eu_cases.toml")


class Entered(NamedTuple):
    """A record, and who would publish it."""

    hub: str
    fields: dict[str, Json]


@cache
def lan() -> tuple[Entered, ...]:
    """Of LAN's file, every agency a hub."""
    mapping = load_mapping("lan", folder=Path())
    rows = [row.cells for row in read_table(SHARED / LAN).rows]
    return tuple(Entered(row["nama_instansi"], map_row(mapping, row)[0]) for row in rows)


@cache
def eu() -> tuple[Entered, ...]:
    """Of the European cases, every catalogue a hub; a case once, however many snapshots list it."""
    mapping = parse_mapping(EU_MAPPING.read_bytes(), name="eu")
    rows = [row.cells for row in read_table(SHARED / EU).rows]
    kept = {(r["source_name"], r["name"], r["lead_organisation_name"]): r for r in rows}
    return tuple(Entered(row["source_name"], map_row(mapping, row)[0]) for row in kept.values())


def look_alike_code(record: Mapping[str, Json], fields: dict[str, Json]) -> str | None:
    """Why a record of another hub would wait for a person, where `fields` is published."""
    made = apply({}, applied(fields, hub="52"), place=5, origin=NATIONAL)
    found = likeness({"id": record_id(2), "hub": "51", **record}, made[record_id()])
    return found.code if found else None


def pairs(records: tuple[Entered, ...]) -> list[tuple[Entered, Entered]]:
    """Every two of different hubs that share a key."""
    found: dict[int, list[Entered]] = {}
    for record in records:
        for key in keys_of(record.fields):
            found.setdefault(key, []).append(record)
    several = (pair for same in found.values() for pair in combinations(same, 2))
    return [(one, other) for one, other in several if one.hub != other.hub]


def altered(fields: dict[str, Json], every: int) -> dict[str, Json]:
    """A copy in capitals, with every so-many-th word of its texts another."""

    def text(value: str) -> str:
        words = tokens_of(value.upper())
        return " ".join("lain" if n % every == 0 else it for n, it in enumerate(words, 1))

    texts = {name: text(str(fields[name])) for name in COMPARED if fields.get(name)}
    return {**fields, "title": str(fields["title"]).upper(), "external_ids": [], **texts}


@pytest.mark.parametrize(
    ("records", "with_one_title"),
    [
        pytest.param(lan, 2, marks=needs_shared(LAN), id="lan"),
        pytest.param(eu, 1, marks=needs_shared(EU), id="eu"),
    ],
)
def test_no_honest_record_waits(
    records: Callable[[], tuple[Entered, ...]], with_one_title: int
) -> None:
    """Two cities with a purchasing unit, two for children, and Italy's portal seen by two."""
    found = pairs(records())
    percents = [equal_percent(one.fields, other.fields) for one, other in found]
    print(f"\n{len(records())} records: {len(found)} with one title, equal {percents} %", end="")  # noqa: T201
    assert len(found) == with_one_title
    assert [it for it in found if look_alike_code(it[0].fields, it[1].fields)] == []


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(lan, marks=needs_shared(LAN), id="lan"),
        pytest.param(eu, marks=needs_shared(EU), id="eu"),
    ],
)
def test_a_copy_with_a_word_in_twenty_changed_waits(
    records: Callable[[], tuple[Entered, ...]],
) -> None:
    """Those that have enough words to be compared: every one of LAN's, 298 European ones of 512."""
    everything = [it.fields for it in records()]
    told = [it for it in everything if equal_percent(it, it) == ALL]
    held = [it for it in told if look_alike_code(altered(it, 20), it) == "same_text"]
    rewritten = [it for it in everything if look_alike_code(altered(it, 4), it)]
    print(f"\n{len(everything)} records, {len(told)} of enough words: {len(held)} wait", end="")  # noqa: T201
    assert held == told
    assert rewritten == []
