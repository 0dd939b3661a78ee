"""One strict parser, one canonical form (RFC 8259, RFC 8785); the fast way equals the slow."""

import math
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json, canonicalise, decode_entry, encode_entry, parse
from protocol.errors import MalformedJson, NotCanonical
from protocol.limits import ENTRY_BYTES_MAX, ENTRY_DEPTH_MAX, INTEGER_MAX

NAMES = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_characters="\x00", codec="utf-8")).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SCALARS = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
ENTRIES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
).filter(lambda value: _depth(value) <= ENTRY_DEPTH_MAX)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


def code(data: bytes) -> str:
    with pytest.raises(MalformedJson) as refusal:
        parse(data)
    return refusal.value.code


@given(value=ENTRIES)
def test_the_fast_encoder_is_rfc_8785_on_the_domain_of_entries(value: dict[str, Json]) -> None:
    assert encode_entry(value) == rfc8785.dumps(value)


@given(value=ENTRIES)
def test_an_entry_that_is_decoded_and_encoded_is_itself(value: dict[str, Json]) -> None:
    assert decode_entry(encode_entry(value)) == value


@given(value=ENTRIES)
def test_the_parser_reads_what_was_encoded(value: dict[str, Json]) -> None:
    assert parse(encode_entry(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": math.nan},
        {"a": [math.inf]},
        {"a": INTEGER_MAX + 1},
        {"A": 1},
        {"": 1},
        {"a" * 65: 1},
        {"a": "\x00"},
        {"a": "e\u0301"},
        {"a": "\ud800"},
        {"a": {"b\n": 1}},
        {1: 2},
        {"a": b"bytes"},
    ],
)
def test_what_lies_outside_the_domain_is_not_encoded(value: dict[str, Json]) -> None:
    with pytest.raises(NotCanonical):
        encode_entry(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":1,"a":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"e\xcc\x81"}',
        b'{"a":"\\u0000"}',
        b'{"A":1}',
        b'{"a":9007199254740992}',
        b"[1]",
        b"1",
        b'{"a":1}\n',
    ],
)
def test_bytes_that_are_not_the_one_form_are_no_entry(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode_entry(data)


@pytest.mark.parametrize("data", [b"{", b'{"a":}', b"\xff", b'{"a":"\xed\xa0\x80"}', b"{'a':1}"])
def test_bytes_that_are_no_json_are_no_entry(data: bytes) -> None:
    with pytest.raises(MalformedJson):
        decode_entry(data)


def test_an_entry_nests_as_deep_as_the_limit_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, Json]:
        value: Json = 1
        for _ in range(depth):
            value = {"a": value}
        assert isinstance(value, dict)
        return value

    data = encode_entry(nested(ENTRY_DEPTH_MAX))
    assert decode_entry(data)
    with pytest.raises(NotCanonical):
        encode_entry(nested(ENTRY_DEPTH_MAX + 1))
    with pytest.raises(NotCanonical):
        decode_entry(b'{"a":' + data + b"}")


@pytest.mark.parametrize("text", ["{" * 20, "[" * 20 + "]" * 20, '"' * 20, "\\" * 20, '{"[\\"}'])
def test_brackets_within_a_text_are_no_nesting(text: str) -> None:
    assert decode_entry(encode_entry({"a": text, "b": [text]})) == {"a": text, "b": [text]}


def test_an_entry_has_a_largest_size() -> None:
    fits = encode_entry({"a": "x" * (ENTRY_BYTES_MAX - len('{"a":""}'))})
    assert len(fits) == ENTRY_BYTES_MAX
    for attempt in (lambda: encode_entry({"a": "x" * ENTRY_BYTES_MAX}), lambda: decode_entry(b"")):
        with pytest.raises(NotCanonical) as refusal:
            attempt()
        assert refusal.value.code == "entry_too_large"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"a":1,"a":2}', "json_duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "json_duplicate_key"),
        (b"[" * 65 + b"]" * 65, "json_too_deep"),
        (b"[" * 100_000, "json_too_deep"),
        (b'"' + b"x" * 1_048_576 + b'"', "json_too_large"),
        (b'"\xff"', "json_not_utf8"),
        (b"\xef\xbb\xbf1", "json_malformed"),
        (b"NaN", "json_bad_number"),
        (b"-Infinity", "json_bad_number"),
        (b"1e400", "json_bad_number"),
        (b"1" * 401, "json_bad_number"),
        (b'"\\ud800"', "json_bad_string"),
        (b'{"\\udc00":1}', "json_bad_string"),
        (b'[["\\ud800"]]', "json_bad_string"),
        (b"", "json_malformed"),
        (b"01", "json_malformed"),
        (b"[1,]", "json_malformed"),
        (b"{} {}", "json_malformed"),
        (b'"\t"', "json_malformed"),
    ],
)
def test_what_the_parser_refuses_has_a_code(data: bytes, wanted: str) -> None:
    assert code(data) == wanted


@given(data=st.binary(max_size=60))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except MalformedJson:
        return
    assert parse(canonicalise(value)) == value or value != value  # noqa: PLR0124  # never NaN


def test_canonical_form_has_no_room_for_what_json_cannot_say() -> None:
    for value in (math.nan, math.inf, "\ud800", INTEGER_MAX + 1):
        with pytest.raises(NotCanonical):
            canonicalise(value)
