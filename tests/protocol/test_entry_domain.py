"""The domain of entries: what encodes is what a plain reading of the rules lets in, no more."""

import re
import unicodedata

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json, decode_entry, encode_entry
from protocol.errors import MalformedJson, NotCanonical
from protocol.limits import ENTRY_DEPTH_MAX, INTEGER_MAX

_TEXTS = st.one_of(
    st.text(max_size=8), st.sampled_from(['"abc":', '\\"a":1.5', "e\u0301", "\x00", "{["])
)
_NAMES = st.one_of(
    st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True),
    st.sampled_from(["A", "", "ü", "a\n", "a" * 64, "a" * 65]),
)
_NUMBERS = st.one_of(
    st.integers(min_value=-(2**63), max_value=2**63),
    st.sampled_from([INTEGER_MAX, INTEGER_MAX + 1, -INTEGER_MAX, -INTEGER_MAX - 1]),
    st.floats(allow_nan=False, allow_infinity=False),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_NAMES, inner, max_size=3)
    ),
    max_leaves=12,
)


def is_inside(value: object, depth: int = 1) -> bool:
    """The rules of protocol.md, "Names, logs, keys", written down once more."""
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) <= INTEGER_MAX
        case str():
            return "\x00" not in value and unicodedata.is_normalized("NFC", value)
        case list():
            return depth <= ENTRY_DEPTH_MAX and all(is_inside(it, depth + 1) for it in value)
        case dict():
            names = all(re.fullmatch("[a-z0-9_]{1,64}", name) for name in value)
            values = (is_inside(it, depth + 1) for it in value.values())
            return depth <= ENTRY_DEPTH_MAX and names and all(values)
        case _:
            return False


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_exactly_what_lies_inside_is_encoded_and_decoded(value: dict[str, Json]) -> None:
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if is_inside(value):
        assert encode_entry(value) == data
        assert decode_entry(data) == value
    else:
        with pytest.raises(NotCanonical):
            encode_entry(value)
        with pytest.raises(NotCanonical):
            decode_entry(data)


@pytest.mark.parametrize("container", [dict, list])
@pytest.mark.parametrize("depth", range(1, ENTRY_DEPTH_MAX + 3))
def test_the_depth_counts_from_the_outermost_object(container: type, depth: int) -> None:
    value: Json = 1
    for _ in range(depth - 1):
        value = {"a": value} if container is dict else [value]
    assert is_inside({"a": value}) == (depth <= ENTRY_DEPTH_MAX)
    if depth <= ENTRY_DEPTH_MAX:
        assert decode_entry(encode_entry({"a": value})) == {"a": value}
    else:
        with pytest.raises(NotCanonical):
            encode_entry({"a": value})


@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_depth_is_bounded_by_the_deepest_branch_alone(opening: bytes, closing: bytes) -> None:
    deepest = ENTRY_DEPTH_MAX - 1
    branch = opening * deepest + b"1" + closing * deepest
    too_deep = opening * (deepest + 1) + b"1" + closing * (deepest + 1)

    assert decode_entry(b'{"a":' + branch + b',"b":' + branch + b"}")
    with pytest.raises(NotCanonical):
        decode_entry(b'{"a":1,"b":' + too_deep + b"}")


def test_text_that_looks_like_json_is_text() -> None:
    entry = encode_entry({"a": '{"B":1.5}', "b": "]]]]]]]]]]"})

    assert decode_entry(entry) == {"a": '{"B":1.5}', "b": "]]]]]]]]]]"}


@pytest.mark.parametrize("depth", [64, 253, 254, 300, 1_000, 5_000, 30_000])
def test_no_depth_ends_in_anything_but_a_refusal(depth: int) -> None:
    with pytest.raises((NotCanonical, MalformedJson)):
        decode_entry(b'{"a":' + b"[" * depth + b"]" * depth + b"}")
