"""The schema file alone says what a record has: a field added there is asked for everywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support.commands import ROOT

PACKAGES = ("protocol", "runtime", "hubnode", "central", "tests")
ADDED = {
    "title": "Sampah yang berkurang",
    "x-label-en": "Waste reduced",
    "x-group": "capaian",
    "x-counts-for": "B",
    "description": "Dalam ton setahun.",
    "type": "integer",
    "minimum": 0,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a node shows whose schema has that field, and whose code is this one."""
    copy = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, copy / package, ignore=skipped)
    schema = copy / "protocol" / "innovation" / "schema" / "1.1.0" / "added.json"
    added = orjson.loads(schema.read_bytes())
    added["properties"]["waste_reduced"] = ADDED
    schema.write_bytes(orjson.dumps(added))
    return shown_by(copy)


def shown_by(copy: Path) -> Any:
    folder = copy / "federation"
    folder.mkdir()
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.support.added_field", str(folder)],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return orjson.loads(ran.stdout)


def test_it_is_asked_for_in_the_form(found: Any) -> None:
    assert 'id="f-waste_reduced" name="waste_reduced"' in found["form"]
    assert "Dalam ton setahun." in found["form"]


def test_it_is_missed_by_name_where_it_counts(found: Any) -> None:
    assert "waste_reduced" in found["missing"]["B"]
    assert '<a href="#f-waste_reduced">Sampah yang berkurang</a>' in found["form"]
    assert "#f-waste_reduced" in found["page"]


def test_it_has_a_column_in_the_template_for_imports(found: Any) -> None:
    assert "waste_reduced" in found["columns"]


def test_it_is_explained_in_the_template_and_read_under_its_label_and_its_name(found: Any) -> None:
    assert "Sampah yang berkurang" in found["guide"]
    assert found["records"] == [{"waste_reduced": 12}] * 2
