"""Changes: value to bytes and back, and every way in which bytes are no change."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.entries.changes import Change, decode_change, encode_change, type_of
from protocol.errors import NotCanonical, VoidEntry
from tests.support.entries import (
    AT,
    MINIMAL,
    attest,
    opened,
    put,
    record_id,
    restore,
    rotation,
    seen,
    withdraw,
)

CHANGES: list[Change] = [
    opened(),
    rotation(),
    put(unset=("credit",)),
    attest(),
    withdraw(),
    restore(),
]
FIELD_VALUES: st.SearchStrategy[Json] = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text("abc é\n", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz_", min_size=1), inner),
    max_leaves=6,
)
NAMES = st.text("abcdefg_0", min_size=1, max_size=8)


def document(change: Change) -> dict[str, Json]:
    found: dict[str, Json] = orjson.loads(encode_change(change))
    return found


def refusal(members: Json) -> tuple[str, str]:
    data = orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
    with pytest.raises(VoidEntry) as caught:
        decode_change(data)
    return caught.value.code, caught.value.pointer


@pytest.mark.parametrize("change", CHANGES, ids=type_of)
def test_a_change_survives_its_bytes(change: Change) -> None:
    assert decode_change(encode_change(change)) == change


@given(st.dictionaries(NAMES, FIELD_VALUES), st.sets(NAMES), st.integers(0, 2**53 - 1))
def test_any_put_survives_its_bytes(set_: dict[str, Json], unset: set[str], own: int) -> None:
    change = put(set_, unset=tuple(sorted(unset - set_.keys())), seen=seen(3, own))
    assert encode_change(decode_change(encode_change(change))) == encode_change(change)
    assert decode_change(encode_change(change)) == change


def test_an_entry_says_its_version_and_type() -> None:
    assert document(attest()) | {"v": 1, "type": "record.attest"} == document(attest())


def test_what_is_none_is_left_out() -> None:
    assert "continues" not in document(opened())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_change_or_void(data: bytes) -> None:
    with pytest.raises(VoidEntry):
        decode_change(data)


@given(st.sampled_from(CHANGES), st.data())
def test_a_change_with_any_member_replaced_is_a_change_or_void(
    change: Change, data: st.DataObject
) -> None:
    members = document(change)
    members[data.draw(st.sampled_from(sorted(members)))] = data.draw(FIELD_VALUES | st.none())
    entry = orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
    try:
        decoded = decode_change(entry)
    except VoidEntry as void:
        assert void.code.startswith("entry_")  # noqa: PT017  # either end is right
    else:
        assert encode_change(decoded) == entry


@pytest.mark.parametrize("kind", ["record.burn", "", 7, None, [], {}])
def test_an_unknown_type_is_void(kind: Json) -> None:
    assert refusal(document(put()) | {"type": kind}) == ("entry_unknown_type", "")


@pytest.mark.parametrize("version", [0, 2, True, "1", None, []])
def test_an_unknown_version_is_void(version: Json) -> None:
    assert refusal(document(put()) | {"v": version}) == ("entry_unknown_type", "")


@pytest.mark.parametrize("name", ["salt", "at", "by", "seen", "record", "schema", "set", "unset"])
def test_a_put_without_a_member_is_void(name: str) -> None:
    members = document(put())
    del members[name]
    assert refusal(members) == ("entry_member_missing", f"/{name}")


def test_a_member_too_many_is_void() -> None:
    assert refusal(document(put()) | {"zeal": 1}) == ("entry_unknown_member", "/zeal")


WRONG: list[tuple[str, Json]] = [
    ("salt", "00"),
    ("salt", "A" * 32),
    ("salt", 1),
    ("at", "2026-13-01T00:00:00Z"),
    ("at", "2026-03-01T08:00:00+07:00"),
    ("at", AT + "\n"),
    ("by", ""),
    ("by", 5),
    ("seen", {"national": 1}),
    ("seen", {"national": 1, "own": 2, "else": 3}),
    ("seen", {"national": -1, "own": 0}),
    ("seen", {"national": True, "own": 0}),
    ("seen", {"national": 1, "owm": 0}),
    ("seen", 7),
    ("seen", "ab"),
    ("record", record_id(0xABC).upper()),
    ("record", "01900000-0000-4000-8000-000000000001"),
    ("schema", None),
    ("set", []),
    ("set", {"title": None}),
    ("set", {"id": record_id()}),
    ("set", {"hub": "52"}),
    ("set", {"state": {"status": "withdrawn"}}),
    ("unset", {}),
    ("unset", ["b", "a"]),
    ("unset", ["a", "a"]),
    ("unset", [""]),
    ("unset", ["Title"]),
    ("unset", ["state"]),
    ("unset", ["title"]),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_member_that_is_not_what_it_must_be_is_void(name: str, value: Json) -> None:
    assert refusal(document(put()) | {name: value}) == ("entry_member_invalid", f"/{name}")


@pytest.mark.parametrize("schemas", [["1.0.0", 1], [""], "1.0.0"])
def test_schemas_are_a_list_of_texts(schemas: Json) -> None:
    assert refusal(document(opened()) | {"schemas": schemas})[0] == "entry_member_invalid"


def test_bytes_that_are_not_canonical_are_void() -> None:
    with pytest.raises(VoidEntry) as caught:
        decode_change(encode_change(put()) + b" ")
    assert caught.value.code == "entry_not_canonical"


def test_a_change_that_nobody_could_read_is_not_written() -> None:
    with pytest.raises(NotCanonical) as caught:
        encode_change(put({**MINIMAL, "state": "active"}))
    assert caught.value.pointer == "/set"


def test_a_change_outside_the_domain_is_not_written() -> None:
    with pytest.raises(NotCanonical):
        encode_change(put({"title": 1.5}))
