"""A family adds up, and its spread names every place once."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.family import Branch, branches, counts_of, family_document, spread_document
from protocol.lineage import Link
from protocol.record_state import RecordState
from tests.support.campaigns import fold
from tests.support.entries import HUB, record_id
from tests.support.lineages import made
from tests.support.verdicts import HIDDEN

ROOT = record_id(1)


def link(number: int, original: int, state: str = "active") -> Link:
    return Link(
        record=record_id(number),
        original=record_id(original),
        is_confirmed=True,
        merged_into=None,
        state=state,
    )


def drawn(tree: list[Branch]) -> list[tuple[int, str, int]]:
    """(generation, last digit of the record, count) of each branch."""
    return [(it.generation, it.link.record[-1], it.count) for it in tree]


def state(number: int, **fields: Json) -> RecordState:
    return fold(made(number, hub=HUB, **fields)).records[record_id(number)]


def test_a_tree_is_read_branch_by_branch() -> None:
    tree = branches(ROOT, [link(2, 1), link(3, 1), link(4, 2), link(5, 4)])
    assert drawn(tree) == [(1, "2", 2), (2, "4", 1), (3, "5", 0), (1, "3", 0)]


def test_what_is_not_active_is_shown_and_not_counted_and_what_came_of_it_is() -> None:
    tree = branches(ROOT, [link(2, 1, "withdrawn"), link(3, 2), link(4, 1, "merged")])
    assert drawn(tree) == [(1, "2", 1), (2, "3", 0), (1, "4", 0)]
    assert counts_of(tree) == {"direct": 0, "all": 1}


@st.composite
def families(draw: st.DrawFn) -> list[Link]:
    """Trees whose root is record 1: each other record replicates one before it."""
    return [
        link(number, draw(st.integers(1, number - 1)), draw(st.sampled_from(["active", "hidden"])))
        for number in range(2, draw(st.integers(2, 12)))
    ]


@given(families())
def test_counts_add_up(links: list[Link]) -> None:
    tree = branches(ROOT, links)
    first = [it for it in tree if it.generation == 1]
    active = [it for it in first if it.link.state == "active"]
    total = len(active) + sum(it.count for it in first)
    assert counts_of(tree) == {"direct": len(active), "all": total}
    assert len(tree) == len(links)


def test_a_hidden_relative_is_named_without_its_title() -> None:
    hidden = fold(made(1), HIDDEN).records
    [shown] = as_list(family_document(branches(record_id(2), [link(1, 2)]), [], hidden))
    assert (shown["record"], shown["title"], shown["state"]) == (ROOT, "", "hidden")


def as_list(document: dict[str, Json]) -> list[dict[str, Json]]:
    found = document["replications"]
    assert isinstance(found, list)
    return [it for it in found if isinstance(it, dict)]


def places(document: dict[str, Json]) -> list[tuple[Json, Json]]:
    found = document["places"]
    assert isinstance(found, list)
    return [(it["region"], it["agency"]) for it in found if isinstance(it, dict)]


def agency(name: str) -> Json:
    return {"name": name, "kind": "kota"}


def test_a_spread_is_home_the_locations_and_the_home_of_every_result() -> None:
    known: Json = [{"region": "51.71", "agency": "Kota Denpasar", "since": "2023"}]
    original = state(1, agency=agency("Dinas Kesehatan"), locations=known)
    result = state(2, agency=agency("Kota Makassar"), region="73.71", started="2025")
    spread = spread_document(original, [result])
    assert places(spread) == [
        ("51", "Dinas Kesehatan"),
        ("51.71", "Kota Denpasar"),
        ("73.71", "Kota Makassar"),
    ]
    assert (spread["regions"], spread["provinces"], spread["agencies"]) == (3, 2, 3)


def test_a_place_that_is_named_twice_is_one() -> None:
    known: Json = [{"region": "73.71", "agency": "KOTA MAKASSAR"}]
    original = state(1, locations=known)
    spread = spread_document(original, [state(2, agency=agency("Kota Makassar"), region="73.71")])
    assert len(places(spread)) == 2


def test_a_place_says_its_name_and_which_record_says_so() -> None:
    spread = spread_document(state(1, region="51.71"), [])
    assert spread["places"] == [
        {
            "region": "51.71",
            "name": "Kota Denpasar",
            "agency": "Dinas Kependudukan Bali",
            "since": "2021",
            "record": ROOT,
        }
    ]


def test_a_ministry_is_an_agency_without_a_region() -> None:
    ministry: Json = {"name": "Kementerian Kesehatan", "kind": "kementerian"}
    spread = spread_document(state(1, agency=ministry, region=None), [])
    assert (spread["regions"], spread["provinces"], spread["agencies"]) == (0, 0, 1)


def test_what_is_hidden_spreads_nowhere() -> None:
    hidden = fold(made(1), HIDDEN).records[ROOT]
    assert spread_document(hidden, [hidden])["places"] == []
