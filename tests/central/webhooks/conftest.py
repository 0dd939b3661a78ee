from collections.abc import AsyncIterator

import pytest

from tests.support.webhook_posts import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver on loopback that takes everything at first."""
    async with receiving() as one:
        yield one
