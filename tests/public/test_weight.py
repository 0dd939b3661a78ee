"""What a public page costs on a weak link, full of what it lists."""

import gzip
from importlib.resources import files

from tests.support.author import Author
from tests.support.visitors import QUEUE, Catalogue

PAGE_MAX = 60_000
PROVINCES = ("11", "12", "31", "35", "51", "64", "71", "73", "91", "94")
STATIC = files("runtime.pages").joinpath("static")


def packed(data: bytes) -> int:
    return len(gzip.compress(data))


async def filled(catalogue: Catalogue, author: Author) -> None:
    """As many categories as the pages show, in many provinces."""
    start = len(author.entries)
    for number in range(60):
        author.put(
            start + number,
            {
                **QUEUE,
                "title": f"Layanan keliling nomor {number}",
                "category": f"Tata kelola pemerintahan daerah bagian {number % 40}",
                "region": PROVINCES[number % len(PROVINCES)],
                "started": str(1995 + number % 30),
            },
        )
    await catalogue.sent(author, start=start)


async def test_a_page_that_is_full_is_small_with_all_it_loads(catalogue: Catalogue) -> None:
    await filled(catalogue, catalogue.bali)
    loaded = sum(packed(it.read_bytes()) for it in STATIC.iterdir())
    sizes = {}
    for path in (
        f"/inovasi/{catalogue.queue}",
        f"/bandingkan?id={catalogue.queue}&id={catalogue.replica}&id={catalogue.market}",
        "/peta",
        "/celah?provinsi=53",
        "/data",
    ):
        answer = await catalogue.page(path)
        assert answer.status == 200, path
        sizes[path] = packed(answer.body) + loaded
    assert {path: size for path, size in sizes.items() if size > PAGE_MAX} == {}
