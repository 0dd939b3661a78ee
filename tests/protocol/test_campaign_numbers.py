"""The numbers of a campaign add up, in every breakdown, whatever became of its records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.campaign_numbers import (
    BREAKDOWNS,
    NUMBERS,
    Cell,
    Numbers,
    breakdown,
    numbers_of,
    query_of,
)
from protocol.campaigns import PROGRESS, is_complete

CELLS = st.lists(
    st.builds(
        Cell,
        hub=st.sampled_from(["51", "35", "kemenkes"]),
        year=st.sampled_from(["2014", "2019", "none"]),
        scheme=st.sampled_from(["Top 99", "Top 45 + Top 99", "none"]),
        full=st.sets(st.sampled_from("ABCDE")).map(lambda groups: "".join(sorted(groups))),
        progress=st.sampled_from(PROGRESS),
        refreshed_on=st.sampled_from([None, "2026-11-23", "2026-11-24"]),
        count=st.integers(1, 500),
    ),
    max_size=20,
)


@given(cells=CELLS)
def test_targeted_is_refreshed_and_withdrawn_and_left(cells: list[Cell]) -> None:
    found = numbers_of(cells)
    assert found.targeted == sum(cell.count for cell in cells)
    assert found.targeted == found.refreshed + found.withdrawn + found.left
    assert found.targeted == found.complete + found.incomplete


@pytest.mark.parametrize("by", [by for by in BREAKDOWNS if by != "group"])
@given(cells=CELLS)
def test_the_rows_of_a_breakdown_add_up_to_the_whole(by: str, cells: list[Cell]) -> None:
    rows = [row.all() for row in breakdown(cells, by).values()]
    added = {name: sum(row[name] for row in rows) for name in NUMBERS}
    assert added == numbers_of(cells).all()


@given(cells=CELLS)
def test_a_row_of_a_group_counts_all_records_and_those_with_all_of_that_group(
    cells: list[Cell],
) -> None:
    rows = breakdown(cells, "group")
    assert list(rows) == list("ABCDE")
    for group, row in rows.items():
        assert row.targeted == numbers_of(cells).targeted
        assert row.complete == sum(cell.count for cell in cells if group in cell.full)


@given(cells=CELLS, by=st.sampled_from(BREAKDOWNS), number=st.sampled_from(NUMBERS))
def test_every_number_is_what_its_query_finds(cells: list[Cell], by: str, number: str) -> None:
    for value, row in breakdown(cells, by).items():
        query = query_of(number, by=by, value=value)
        is_found = [all(_holds(cell, *filter_) for filter_ in query.items()) for cell in cells]
        found = sum(cell.count for cell, is_it in zip(cells, is_found, strict=True) if is_it)
        assert found == row.all()[number]


def _holds(cell: Cell, name: str, value: str) -> bool:
    """Whether a filter of the catalogue's search lets records like these through."""
    match name:
        case "complete":
            return is_complete(cell.full) == (value == "yes")
        case "full":
            return value in cell.full
        case "lacking":
            return value not in cell.full
        case _:
            return str(getattr(cell, name)) == value


def test_nothing_targeted_is_all_zeros() -> None:
    assert set(Numbers().all().values()) == {0}
    assert [breakdown([], by) for by in BREAKDOWNS if by != "group"] == [{}, {}, {}, {}]
