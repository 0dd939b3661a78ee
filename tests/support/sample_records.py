"""The demo's 120 innovations as the national log would add up to them, without a hub or a log.

Tests of the search add `tests/central/search/records.csv`, with what the demo has no need of.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from hubnode.imports.mapping import load_mapping, map_row
from protocol.canonical import Json
from protocol.entries.members import Seen
from protocol.facts import NUMBER
from protocol.merge import Stamp
from protocol.record_state import RecordState
from tests.support.commands import ROOT

HUBS = ("51", "35", "73", "kemenkes")
DATA = ROOT / "deploy" / "demo" / "data"
NUMBER_ELSEWHERE = "SIN-2019/00417"
"""Of the second innovation, in SINOVIK."""

_OWN_NUMBER = "kode"
_TEMPLATE = load_mapping("template", folder=DATA)
"""With which the demo imports these files; no mapping is saved in that folder."""


def sample_states(*more: Path) -> list[RecordState]:
    """The first has the registration number 2026-000001, and so on; the later ids are greater.

    Args:
        more: files of the same form, whose hub is the first part of a row's number.
    """
    files = [*(DATA / f"{hub}.csv" for hub in HUBS), *more]
    rows = (row for file in files for row in _rows(file))
    return [_state(place, _record(row)) for place, row in enumerate(rows, 1)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _record(row: dict[str, str]) -> dict[str, Json]:
    numbers: list[Json] = [{"system": "other", "value": row[_OWN_NUMBER]}]
    if row[_OWN_NUMBER] == "51-002":
        numbers.append({"system": "sinovik", "value": NUMBER_ELSEWHERE})
    fields, _ = map_row(_TEMPLATE, row)
    hub = row[_OWN_NUMBER].partition("-")[0]
    return {**fields, "hub": hub, "external_ids": numbers}


def _state(place: int, record: dict[str, Json]) -> RecordState:
    seen = Seen(national=0, own=place)
    stamp = Stamp(place=place, origin="hub/sample", number=place, seen=seen, author="51")
    moment = f"{0x01942B6E4C00 + 1_000 * place:012x}"
    return RecordState(
        id=f"{moment[:8]}-{moment[8:]}-7000-8000-{place:012x}",
        owner=str(record["hub"]),
        revision=1,
        last_place=place,
        attested_at=None,
        creation=stamp,
        created=record,
        rewritten={},
        facts={NUMBER: f"2026-{place:06}"},
    )
