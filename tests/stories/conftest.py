from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.demo.federation import DATA
from hubnode.imports.mapping import load_mapping
from hubnode.imports.readers import read_table
from hubnode.node import Node
from tests.support.central_database import central_database, postgres_url
from tests.support.federation import FederationUnderTest, import_into

__all__ = ["central_database", "postgres_url"]


@pytest.fixture
async def federation(tmp_path: Path, database_url: str) -> AsyncIterator[FederationUnderTest]:
    async with FederationUnderTest(tmp_path, database_url) as running:
        yield running


@pytest.fixture
async def bali(federation: FederationUnderTest) -> Node:
    """A hub whose imported records the centre has taken and decided."""
    node = await federation.hub("51")
    table = read_table(DATA / "51.csv")
    report = import_into(node, table, load_mapping("template", folder=federation.folder))
    assert (report.added, report.errors) == (len(table.rows), [])
    assert (await federation.sync(node)).state == "ok"
    return node
