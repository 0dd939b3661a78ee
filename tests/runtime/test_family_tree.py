"""A family as a tree, and the places of a spread by province."""

from runtime.pages.family_tree import nested, places_by_province


def test_each_replication_stands_below_what_it_replicates() -> None:
    rows = [
        {"record": "b", "original": "a"},
        {"record": "c", "original": "b"},
        {"record": "d", "original": "a"},
    ]
    tree = nested(rows, "a")
    assert [it["record"] for it in tree] == ["b", "d"]
    assert [it["record"] for it in tree[0]["below"]] == ["c"]
    assert tree[1]["below"] == []


def test_places_of_a_province_are_counted_together() -> None:
    places: list[dict[str, str | None]] = [
        {"region": "51"},
        {"region": "51.71"},
        {"region": "73.71"},
        {"region": None},
    ]
    assert places_by_province(places) == {"51": 2, "73": 1}
