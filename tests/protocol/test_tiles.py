"""Tiles and entry bundles (tlog-tiles): each has one path, and a log is stored as nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedTile
from protocol.merkle import Node, leaf_hash, nodes_of, root_of
from protocol.tiles import (
    TILE_WIDTH,
    Tile,
    appended_tiles,
    bundle_path,
    decode_bundle,
    encode_bundle,
    node_hash_in,
    parse_bundle_path,
    parse_tile_path,
    right_edge_tiles,
    split_hashes,
    tile_path,
    tiles_holding,
)

TILES = st.builds(Tile, st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))


@given(tile=TILES)
def test_a_tile_is_its_path(tile: Tile) -> None:
    assert parse_tile_path(tile_path(tile)) == tile


@given(index=st.integers(0, 10**12), width=st.integers(1, 256))
def test_a_bundle_is_its_path(index: int, width: int) -> None:
    assert parse_bundle_path(bundle_path(index, width)) == (index, width)


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(Tile(0, 1_234_067, 256)) == "tile/0/x001/x234/067"
    assert tile_path(Tile(63, 0, 5)) == "tile/63/000.p/5"
    assert bundle_path(999, 256) == "tile/entries/999"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/00",
        "tile/0/1000",
        "tile/0/x000/000",
        "tile/0/000/001",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/-1/000",
        "tile/entries/x000/001",
        "tile/entries/000.p/",
        "tile/0/000.p/257",
        "tile/entries/000.p/999",
        "tile/0/x099/x999/x999/x999/x999/x999/999",
        "tile/entries/" + "x999/" * 700 + "999",
    ],
)
def test_a_second_path_to_a_tile_does_not_exist(path: str) -> None:
    for parse in (parse_tile_path, parse_bundle_path):
        with pytest.raises(MalformedTile):
            parse(path)


def test_a_tile_is_no_bundle_and_a_bundle_no_tile() -> None:
    with pytest.raises(MalformedTile):
        parse_tile_path("tile/entries/000")
    with pytest.raises(MalformedTile):
        parse_bundle_path("tile/0/000")


@given(entries=st.lists(st.binary(max_size=40), max_size=TILE_WIDTH))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries)) == tuple(entries)


@given(entries=st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=4))
def test_a_bundle_that_was_cut_within_an_entry_is_refused(entries: list[bytes]) -> None:
    whole = encode_bundle(entries)
    bounds = {len(encode_bundle(entries[:n])) for n in range(len(entries) + 1)}
    for cut in set(range(len(whole))) - bounds:
        with pytest.raises(MalformedTile):
            decode_bundle(whole[:cut])


def test_a_bundle_of_more_than_256_entries_is_refused() -> None:
    with pytest.raises(MalformedTile):
        decode_bundle(encode_bundle([b"x"] * (TILE_WIDTH + 1)))


def tiles_for_size(size: int) -> tuple[Tile, ...]:
    """Every tile of a tree of `size`, level by level, left to right; O(size / 255)."""
    tiles = []
    level, count = 0, size
    while count:
        full, partial = divmod(count, TILE_WIDTH)
        tiles += [Tile(level, index, TILE_WIDTH) for index in range(full)]
        tiles += [Tile(level, full, partial)] if partial else []
        level, count = level + 1, full
    return tuple(tiles)


@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_log_that_grows_in_any_steps_is_the_tiles_of_its_size(sizes: list[int]) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(sum(sizes))]
    held: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in sizes:
        edge = {(t.level, t.index): held[t.level, t.index] for t in right_edge_tiles(size)}
        held |= appended_tiles(size, edge, leaves[size : size + step])
        size += step
    assert {(t.level, t.index): t.width for t in tiles_for_size(size)} == {
        key: len(split_hashes(data)) for key, data in held.items()
    }
    nodes = nodes_of(0, size)
    assert {(t.level, t.index) for t in tiles_holding(nodes, size)} <= held.keys()
    for node in nodes:
        first = node.index << node.height
        assert node_hash_in(node, held) == root_of(leaves[first : first + (1 << node.height)])


def test_a_subtree_that_its_tile_does_not_hold_is_said() -> None:
    with pytest.raises(MalformedTile):
        node_hash_in(Node(2, 0), {(0, 0): bytes(32 * 3)})
    with pytest.raises(KeyError):
        node_hash_in(Node(0, 0), {})


@pytest.mark.parametrize("length", [1, 31, 33, 257 * 32])
def test_a_tile_is_whole_hashes_and_256_at_most(length: int) -> None:
    with pytest.raises(MalformedTile):
        split_hashes(bytes(length))
