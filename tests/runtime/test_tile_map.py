"""The map of the provinces in tiles."""

from protocol.innovation.reference import table
from runtime.pages.tile_map import COLUMN_COUNT, ROW_COUNT, SHADES, tiles


def test_every_province_has_one_tile_of_its_own() -> None:
    found = tiles({})
    assert [it.code for it in found] == sorted(table("regions")["provinces"])
    assert len({(it.column, it.row) for it in found}) == len(found) == 38
    assert all(it.column < COLUMN_COUNT and it.row < ROW_COUNT for it in found)


def test_a_tile_says_its_number_and_the_tone_only_repeats_it() -> None:
    counts = {it.code: (it.count, it.shade) for it in tiles({"51": 9, "31": 1})}
    assert (counts["51"], counts["31"], counts["34"]) == ((9, SHADES - 1), (1, 1), (0, 0))


def test_names_fit_into_their_tiles() -> None:
    assert [it.short for it in tiles({}) if len(it.short) > 8] == []
