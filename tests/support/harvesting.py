"""A harvester that this project did not write, at work against a running centre."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from oaipmh_scythe import Scythe

T = TypeVar("T")


async def harvest(url: str, ask: Callable[[Scythe], T]) -> T:
    """What `ask` finds with a client of the repository at `url`, beside the server's loop."""

    def work() -> T:
        with opened(url) as client:
            return ask(client)

    return await asyncio.to_thread(work)


@contextmanager
def opened(url: str) -> Iterator[Scythe]:
    """A client that is closed in the end."""
    client = Scythe(f"{url}/oai")
    try:
        yield client
    finally:
        client.close()


async def records(url: str, prefix: str = "oai_dc", **arguments: Any) -> list[Any]:
    """Every record of a list, with all of its parts."""
    return await harvest(
        url, lambda client: list(client.list_records(metadata_prefix=prefix, **arguments))
    )


async def headers(url: str, **arguments: Any) -> list[Any]:
    """Every header of a list, with all of its parts."""
    return await harvest(
        url, lambda it: list(it.list_identifiers(metadata_prefix="oai_dc", **arguments))
    )
