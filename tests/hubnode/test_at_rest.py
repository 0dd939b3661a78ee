"""What a node loads before anybody asks it for anything: a small machine feels each of these."""

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = "import hubnode.app, sys; print('\\n'.join(sys.modules))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules of a process that is ready to serve."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["pydantic", "jinja2", "jsonschema_rs", "pyrage", "rapidfuzz", "openpyxl"]
)
def test_a_node_at_rest_has_not_loaded(module: str, loaded: set[str]) -> None:
    assert "hubnode.web.routes" in loaded
    assert module not in loaded


def test_no_command_loads_pydantic(tmp_path: Path) -> None:
    folder = str(tmp_path / "node")
    for words in (["init"], ["status", "--json"]):
        done = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-X", "importtime", "-m", "hubnode", *words, "--data", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "hubnode.settings" in loaded
        assert "pydantic" not in loaded
