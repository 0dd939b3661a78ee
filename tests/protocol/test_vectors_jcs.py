"""RFC 8785 by its author's vectors, and the strings that break other people's programs."""

import struct

import pytest

from protocol.canonical import Json, canonicalise, decode_entry, encode_entry, parse
from protocol.errors import NotCanonical
from tests.support.shared import SHARED, needs_shared

VECTORS = SHARED / "vectors"
PAIRS = ("arrays", "french", "structures", "unicode", "values", "weird")


@needs_shared("vectors/jcs")
@pytest.mark.parametrize("name", PAIRS)
def test_the_canonical_form_is_the_vectors(name: str) -> None:
    folder = VECTORS / "jcs" / "testdata"
    found = canonicalise(parse((folder / "input" / f"{name}.json").read_bytes()))
    assert found == (folder / "output" / f"{name}.json").read_bytes()
    assert found == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text(encoding="ascii"))


@needs_shared("vectors/jcs")
def test_every_number_line_is_written_as_ecmascript_does() -> None:
    wrong = []
    lines = (VECTORS / "jcs" / "es6numbers-10k.txt").read_text(encoding="ascii").splitlines()
    for line in lines:
        bits, wanted = line.split(",")
        number = struct.unpack(">d", int(bits, 16).to_bytes(8, "big"))[0]
        if canonicalise(number).decode() != wanted:
            wrong.append(line)
    assert (len(lines) >= 10_000, wrong) == (True, [])


def _naughty() -> list[str]:
    strings = parse((VECTORS / "blns" / "blns.json").read_bytes())
    assert isinstance(strings, list)
    return [str(text) for text in strings]


def _payloads() -> list[str]:
    files = ("csv-injection.txt", "xss-payload-list.txt")
    texts = [(VECTORS / "payloads" / name).read_text(encoding="utf-8") for name in files]
    return [line for text in texts for line in text.splitlines()]


@needs_shared("vectors/blns")
def test_naughty_strings_are_kept_byte_for_byte_or_refused() -> None:
    kept = [text for text in _naughty() if _is_kept(text)]
    assert len(kept) > 0.9 * len(_naughty())


@needs_shared("vectors/payloads")
def test_payloads_are_texts_like_any_other() -> None:
    assert all(map(_is_kept, _payloads()))


def _is_kept(text: str) -> bool:
    document: dict[str, Json] = {"text": text}
    try:
        entry = encode_entry(document)
    except NotCanonical:
        return False
    assert decode_entry(entry) == parse(entry) == document
    return True
