"""What a page costs on a weak link (ux.md, "Look"): with style and script at most 60 kB, packed."""

import gzip
from importlib.resources import files

import pytest

from hubnode.node import Node
from tests.support.hub_http import signed_in
from tests.support.nodes import publish

PAGE_MAX = 60_000
FILE_MAX = 10_000
PAGES = (
    "/",
    "/inovasi",
    "/inovasi/baru",
    "/impor",
    "/sinkronisasi",
    "/keputusan",
    "/katalog",
    "/kesehatan",
    "/pengaturan",
)
STATIC = files("runtime.pages").joinpath("static")


def packed(data: bytes) -> int:
    return len(gzip.compress(data))


def test_style_and_script_are_small() -> None:
    sizes = {it.name: packed(it.read_bytes()) for it in STATIC.iterdir()}
    assert {name: size for name, size in sizes.items() if size > FILE_MAX} == {}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_with_all_it_loads_is_small(hub: Node, path: str) -> None:
    for number in range(60):
        publish(hub, f"Antrean daring puskesmas {number}")
    async with signed_in(hub) as somebody:
        said = await somebody.get(path)
        if said.place:
            said = await somebody.get(said.place)
    assert said.status == 200
    loaded = sum(packed(it.read_bytes()) for it in STATIC.iterdir())
    assert packed(said.text.encode()) + loaded <= PAGE_MAX
