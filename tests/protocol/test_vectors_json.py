"""Third-party JSON vectors, read in place: JSONTestSuite and the RFC 8785 pairs."""

import struct
from pathlib import Path

import pytest

from protocol.canonical import canonicalise, parse
from protocol.errors import MalformedJson
from tests.support.shared import SHARED, needs_shared

SUITE = SHARED / "vectors" / "JSONTestSuite" / "test_parsing"
JCS = SHARED / "vectors" / "jcs"

REFUSED_THOUGH_VALID = {
    "y_object_duplicated_key.json": "a name must not occur twice (RFC 7493, 2.3)",
    "y_object_duplicated_key_and_value.json": "a name must not occur twice (RFC 7493, 2.3)",
}
ACCEPTED_THOUGH_OPEN = {
    "i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
}
"""The parser takes integers of any size; entries then refuse what is beyond 2^53-1."""


def _is_accepted(path: Path) -> bool:
    try:
        parse(path.read_bytes())
    except MalformedJson:
        return False
    return True


@needs_shared("vectors/JSONTestSuite")
def test_every_malformed_text_is_refused_with_our_own_error() -> None:
    assert [path.name for path in SUITE.glob("n_*.json") if _is_accepted(path)] == []


@needs_shared("vectors/JSONTestSuite")
def test_every_valid_text_is_accepted_but_those_with_a_name_twice() -> None:
    refused = {path.name for path in SUITE.glob("y_*.json") if not _is_accepted(path)}
    assert refused == set(REFUSED_THOUGH_VALID)


@needs_shared("vectors/JSONTestSuite")
def test_what_the_standard_leaves_open_is_decided_once() -> None:
    accepted = {path.name for path in SUITE.glob("i_*.json") if _is_accepted(path)}
    assert accepted == ACCEPTED_THOUGH_OPEN


@needs_shared("vectors/jcs")
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_canonical_form_of_rfc_8785_is_reached(name: str) -> None:
    value = parse((JCS / "testdata" / "input" / f"{name}.json").read_bytes())
    assert canonicalise(value) == (JCS / "testdata" / "output" / f"{name}.json").read_bytes()


@needs_shared("vectors/jcs")
def test_every_number_line_is_written_as_ecmascript_does() -> None:
    lines = (JCS / "es6numbers-10k.txt").read_text().splitlines()
    wrong = [line for line in lines if not _number_line_holds(line)]
    assert wrong == []


def _number_line_holds(line: str) -> bool:
    bits, expected = line.split(",")
    (number,) = struct.unpack(">d", bytes.fromhex(bits.zfill(16)))
    return canonicalise(number) == expected.encode()
