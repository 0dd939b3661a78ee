"""Signs that nobody sees are found wherever they stand, and nothing else is taken for one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.innovation.signs import is_one_line
from protocol.innovation.validate import findings, is_valid
from tests.protocol.innovation.test_validate import GOOD

CONTROLS = ["\x00", "\x07", "\x1b", "\r", "\x7f", "\x85", "\x9b"]
TURNING = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
BREAKS = ["\n", "\t", "\u2028", "\u2029"]
HARMLESS = ["\u200d", "\u00a0", "\\n", '"', "\\", "\U0001f600", "\u00e9", "\u2014"]


def with_(name: str, sign: str) -> dict[str, Json]:
    """A good record with a sign in the middle of one text."""
    text = f"Antar{sign}Obat"
    if name == "agency":
        return {**GOOD, "agency": {"name": text, "kind": "kota"}}
    if name == "awards":
        return {**GOOD, "awards": [{"scheme": text, "year": 2019}]}
    return {**GOOD, name: text}


def at_fault(name: str, sign: str) -> Iterator[tuple[str, str]]:
    record = with_(name, sign)
    found = findings(record)
    assert is_valid(record) == (found == ())
    return ((it.pointer, it.code) for it in found)


@pytest.mark.parametrize("sign", CONTROLS + TURNING + BREAKS)
@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("title", "/title"),
        ("short_name", "/short_name"),
        ("service_unit", "/service_unit"),
        ("agency", "/agency/name"),
        ("awards", "/awards/0/scheme"),
    ],
)
def test_a_field_of_one_line_holds_no_sign_that_nobody_sees(
    name: str, pointer: str, sign: str
) -> None:
    assert list(at_fault(name, sign)) == [(pointer, "bad_format")]


@pytest.mark.parametrize("sign", CONTROLS + TURNING)
def test_prose_holds_none_either(sign: str) -> None:
    assert list(at_fault("summary", sign)) == [("/summary", "bad_format")]


@pytest.mark.parametrize("sign", BREAKS)
def test_prose_has_lines_and_tabs(sign: str) -> None:
    assert list(at_fault("summary", sign)) == []


@pytest.mark.parametrize("sign", HARMLESS)
@pytest.mark.parametrize("name", ["title", "summary", "agency"])
def test_every_other_sign_is_welcome(name: str, sign: str) -> None:
    assert list(at_fault(name, sign)) == []


def test_the_sentence_says_what_to_do() -> None:
    [line] = findings(with_("title", "\n"))
    [prose] = findings(with_("summary", "\x1b"))
    assert line.message.startswith("Tulis dalam satu baris")
    assert prose.message.startswith("Ada karakter kendali")


@given(text=st.text(min_size=5, max_size=40), name=st.sampled_from(["title", "summary"]))
def test_the_quick_answer_and_the_long_one_agree_on_any_text(text: str, name: str) -> None:
    record: dict[str, Json] = {**GOOD, name: text}
    assert is_valid(record) == (findings(record) == ())


@pytest.mark.parametrize("sign", CONTROLS + TURNING + BREAKS)
def test_a_text_with_one_of_them_is_no_line(sign: str) -> None:
    assert not is_one_line(f"a{sign}")


@pytest.mark.parametrize("text", ["", "Dinas Kesehatan", *HARMLESS])
def test_any_other_text_is_a_line(text: str) -> None:
    assert is_one_line(text)
