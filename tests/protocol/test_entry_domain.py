"""The quick look at an entry's bytes never lets in what the walk over its value refuses."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json, decode_entry, encode_entry
from protocol.errors import NotCanonical
from protocol.limits import ENTRY_DEPTH_MAX, INTEGER_MAX

_TEXTS = st.one_of(
    st.text(max_size=8), st.sampled_from(['"abc":', '\\"a":1.5', "e\u0301", "\x00", "{["])
)
_NAMES = st.one_of(
    st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), st.sampled_from(["A", "", "ü"])
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


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_decoding_accepts_exactly_what_encoding_makes(value: dict[str, Json]) -> None:
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    try:
        expected = encode_entry(value)
    except NotCanonical:
        with pytest.raises(NotCanonical):
            decode_entry(data)
    else:
        assert expected == data
        assert decode_entry(data) == value


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
