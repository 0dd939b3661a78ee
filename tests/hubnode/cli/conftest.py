"""A real centre on loopback, and nodes that are enrolled there, for the commands of `hubnode`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.console import ExitCode
from tests.support.commands import command, service
from tests.support.operators import HEADER, ROWS, enrolled_node, node, sync_until_decided


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A centre that serves for as long as these tests run."""
    folder = tmp_path_factory.mktemp("centre") / "pusat"
    assert command("central", "init", "--data", str(folder), "--authority", "uji.example").code == 0
    with service("central", "serve", "--data", str(folder), "--port", "0", "--json") as (url, _):
        (folder / "url").write_text(url, encoding="utf-8")
        yield folder


@pytest.fixture(scope="session")
def filled(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 51 with three records that the centre has decided about."""
    folder = enrolled_node(centre, tmp_path_factory.mktemp("filled") / "bali", "51")
    table = folder.parent / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(folder, "import", "commit", str(table)).code == ExitCode.OK
    sync_until_decided(folder, 4)
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, for everything but sending."""
    return Path(shutil.copytree(filled, tmp_path / "bali"))


@pytest.fixture
def alone(centre: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An enrolled node that has done nothing yet, of a hub of this test's own."""
    hub = f"uji-{abs(hash(request.node.name)) % 100_000}"
    return enrolled_node(centre, tmp_path / "node", hub)
