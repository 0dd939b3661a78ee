import asyncio

import pytest

from protocol.checkpoints import open_checkpoint
from protocol.merkle import leaf_hash, root_of
from protocol.tiles import Tile, bundle_path, decode_bundle, tile_path
from tests.support.author import Author
from tests.support.centres import RunningCentre, document

LOG = "/log/national/1/"


async def grown(centre: RunningCentre, author: Author, count: int) -> int:
    """The size of the national log after `count` more records of a hub."""
    start = len(author.entries) - 1 and len(author.entries)
    author.grow(count)
    await centre.submit(author, start=start)
    await centre.reconcile()
    key = centre.centre.keys.national.verifier_key
    note = (await centre.get(LOG + "checkpoint")).body
    return open_checkpoint(note, origin=key.name, keys=[key]).tree.size


async def test_nothing_is_published_before_the_first_decision(centre: RunningCentre) -> None:
    assert (await centre.get(LOG + "checkpoint")).status == 404


async def test_a_checkpoint_that_the_reader_has_is_not_sent_again(
    centre: RunningCentre, bali: Author
) -> None:
    first = await centre.get(LOG + "checkpoint")
    same = await centre.get(LOG + "checkpoint", {"If-None-Match": first.headers["etag"]})
    await grown(centre, bali, 1)
    after = await centre.get(LOG + "checkpoint", {"If-None-Match": first.headers["etag"]})
    assert (first.status, same.status, after.status) == (200, 304, 200)
    assert first.headers["cache-control"] == "public, max-age=5"
    assert first.headers["content-type"].startswith("text/plain")


async def test_every_decision_is_under_the_published_root(
    centre: RunningCentre, bali: Author
) -> None:
    size = await grown(centre, bali, 300)
    bundles = [(0, 256), (1, size - 256)]
    entries = [
        entry
        for index, width in bundles
        for entry in decode_bundle((await centre.get(LOG + bundle_path(index, width))).body)
    ]
    note = (await centre.get(LOG + "checkpoint")).body
    key = centre.centre.keys.national.verifier_key
    signed = open_checkpoint(note, origin=key.name, keys=[key]).tree
    assert signed.root == root_of([leaf_hash(entry) for entry in entries])


async def test_tiles_hold_the_leaf_hashes(centre: RunningCentre, bali: Author) -> None:
    await grown(centre, bali, 300)
    tile = await centre.get(LOG + tile_path(Tile(0, 0, 256)))
    bundle = decode_bundle((await centre.get(LOG + bundle_path(0, 256))).body)
    assert tile.body == b"".join(leaf_hash(entry) for entry in bundle)
    assert tile.headers["content-type"] == "application/octet-stream"
    assert "immutable" in tile.headers["cache-control"]


async def test_a_partial_tile_keeps_its_address_when_the_log_grows(
    centre: RunningCentre, bali: Author
) -> None:
    size = await grown(centre, bali, 3)
    before = await centre.get(LOG + tile_path(Tile(0, 0, size)))
    await grown(centre, bali, 3)
    assert (await centre.get(LOG + tile_path(Tile(0, 0, size)))).body == before.body


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_bundles_are_compressed_for_those_who_accept_it(
    centre: RunningCentre, bali: Author, coding: str
) -> None:
    size = await grown(centre, bali, 50)
    plain = await centre.get(LOG + bundle_path(0, size), {"Accept-Encoding": "identity"})
    packed = await centre.get(LOG + bundle_path(0, size), {"Accept-Encoding": coding})
    assert packed.headers["content-encoding"] == coding
    assert int(packed.headers["content-length"]) < len(plain.body) / 2
    assert packed.body == plain.body


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/2",
        "tile/0/001",
        "tile/entries/000",
        "tile/0/0",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/64/000",
        "tile/entries/../../secret",
        "tile/0/%2e%2e",
        "tile/",
        "other",
    ],
)
@pytest.mark.usefixtures("bali")
async def test_what_the_log_does_not_have_is_not_found(centre: RunningCentre, path: str) -> None:
    answer = await centre.get(LOG + path)
    assert (answer.status, document(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize("epoch", ["2", "0", "01", "x"])
@pytest.mark.usefixtures("bali")
async def test_another_epoch_is_not_found(centre: RunningCentre, epoch: str) -> None:
    assert (await centre.get(f"/log/national/{epoch}/checkpoint")).status == 404


async def test_readers_at_once_get_the_same_bytes(centre: RunningCentre, bali: Author) -> None:
    size = await grown(centre, bali, 20)
    answers = await asyncio.gather(*(centre.get(LOG + bundle_path(0, size)) for _ in range(20)))
    assert len({answer.body for answer in answers}) == 1
