"""A centre and the hub of Bali, for every story that is told in a browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hubnode.node import Node
from tests.support.federation import FederationUnderTest


@pytest.fixture
async def federation(tmp_path: Path) -> AsyncIterator[FederationUnderTest]:
    """A centre that answers on loopback."""
    async with FederationUnderTest(tmp_path) as opened:
        yield opened


@pytest.fixture
async def hub(federation: FederationUnderTest) -> Node:
    """Bali's node, enrolled."""
    return await federation.hub("51")
