"""What docs/integrate/import-mapping.md shows works as it says."""

import csv
import re
from pathlib import Path

import pytest

from hubnode.imports.mapping import check_columns, map_row, parse_mapping
from hubnode.imports.rules import OPERATORS
from hubnode.imports.values import FORMS

GUIDE = (Path(__file__).parents[3] / "docs/integrate/import-mapping.md").read_text("utf-8")
MAPPINGS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
(TABLE,) = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(MAPPINGS)))
def test_every_example_is_a_mapping(number: int) -> None:
    assert parse_mapping(MAPPINGS[number].encode(), name="example").rules


def test_the_worked_example_maps_its_rows() -> None:
    mapping = parse_mapping(MAPPINGS[0].encode(), name="desa")
    first, second = csv.DictReader(TABLE.splitlines(), delimiter=";")
    check_columns(mapping, first, ())

    record, faults = map_row(mapping, first)

    assert faults == []
    assert record == {
        "title": "Antar Obat",
        "agency": {"name": "Dinas Kesehatan", "kind": "kota"},
        "region": "51.71",
        "started": "2021-02-03",
        "summary": "Obat diantar ke rumah lansia.",
        "stage": "penerapan",
    }
    assert "started" not in map_row(mapping, second)[0]


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_explained(operator: str) -> None:
    assert f"| `{operator} = " in GUIDE


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_explained(form: str) -> None:
    assert f'| `as = "{form}"` |' in GUIDE
