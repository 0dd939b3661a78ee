"""The map of the provinces in tiles."""

import pytest

from protocol.innovation.reference import table
from runtime.pages.tile_map import COLUMN_COUNT, ROW_COUNT, SHADES, state_map, steps_between, tiles


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


def test_a_map_of_states_has_every_province_where_the_map_of_numbers_has_it() -> None:
    places = {it.code: (it.column, it.row) for it in state_map({}).provinces}
    assert places == {it.code: (it.column, it.row) for it in tiles({})}
    assert state_map({}).row_count == ROW_COUNT


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (13, 1), (14, 2), (18, 2)])
def test_what_is_no_province_stands_in_rows_of_its_own_below(count: int, rows: int) -> None:
    found = state_map({f"instansi{number}": "Instansi" for number in range(count)})
    places = {(it.column, it.row) for it in found.others}
    assert len(places) == count
    assert all(it.row >= ROW_COUNT and it.column < COLUMN_COUNT for it in found.others)
    assert found.row_count == ROW_COUNT + rows


def test_a_long_id_is_shortened_to_fit_into_its_tile() -> None:
    [one, other] = state_map({"kemendikdasmen": "Kementerian", "lan": "LAN"}).others
    assert (one.short, other.short) == ("kemendi…", "lan")


def test_neighbours_are_one_tile_apart_and_distance_has_no_direction() -> None:
    assert steps_between("51", "35") == 1
    assert steps_between("51", "51") == 0
    assert steps_between("11", "91") == steps_between("91", "11") == 12


def test_what_has_no_tile_is_further_than_every_province() -> None:
    codes = [it.code for it in tiles({})]
    assert max(steps_between("51", it) for it in codes) < steps_between("51", "")
