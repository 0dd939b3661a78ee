"""Versions of the record schema: a later one only adds, so both are in use at once."""

from itertools import pairwise

import pytest

from protocol.canonical import Json
from protocol.catalogue import apply, shown_record
from protocol.entries.decisions import ChangeApplied
from protocol.innovation.reference import SCHEMA_VERSIONS, needed_version, schema
from protocol.innovation.validate import is_valid
from tests.support.entries import HUB, MINIMAL, NATIONAL, put, record_id, seen
from tests.support.reconciling import decide, existing, held, known

TAGGED: dict[str, Json] = {"tags": ["antrean daring", "puskesmas"]}


@pytest.mark.parametrize(("older", "later"), [*pairwise(SCHEMA_VERSIONS)])
def test_a_later_version_only_adds_optional_fields(older: str, later: str) -> None:
    before, after = schema(older), schema(later)
    assert before["properties"].items() <= after["properties"].items()
    assert {**after, "$id": 0, "properties": 0} == {**before, "$id": 0, "properties": 0}
    assert after["$id"].endswith(later)


def test_a_change_needs_the_oldest_version_that_has_its_fields() -> None:
    assert needed_version(["title", "sdgs"]) == "1.0.0"
    assert needed_version(["title", "tags"]) == "1.1.0"
    assert needed_version(["nobody_knows"]) == SCHEMA_VERSIONS[-1]


def test_hubs_of_both_versions_write_on_one_record() -> None:
    state = existing()
    for index, change in (
        (2, put(TAGGED, seen=seen(6, 2), schema="1.1.0")),
        (3, put({"short_name": "ANDAL"}, seen=seen(7, 3), schema="1.0.0")),
    ):
        decision = decide(change, known(state), index=index)
        assert isinstance(decision, ChangeApplied)
        state = apply({state.id: state}, decision, place=index + 4, origin=NATIONAL)[state.id]
    record = shown_record(state)
    assert (record["tags"], record["short_name"]) == (TAGGED["tags"], "ANDAL")
    assert is_valid(record)


def test_a_change_from_the_future_is_held_with_the_version_that_the_centre_knows() -> None:
    decision = held(put({"colour": "red"}, schema="9.0.0"), known(existing()))
    assert decision.code == "schema_unknown"
    (error,) = decision.errors
    assert SCHEMA_VERSIONS[-1] in error["message"]
    assert "9.0.0" in error["message"]


def test_tags_are_words() -> None:
    whole = {"id": record_id(), "hub": HUB, **MINIMAL}
    assert is_valid({**whole, **TAGGED})
    assert not is_valid({**whole, "tags": ["x"]})
    assert not is_valid({**whole, "tags": []})
