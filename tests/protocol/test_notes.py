"""Signed notes (C2SP signed-note), with the vectors of golang/mod read in place."""

from typing import Any

import pytest

from protocol.canonical import parse
from protocol.errors import KeyRefused, MalformedNote, NoteRefused
from protocol.keys import SignatureType, SigningKey, parse_verifier_key
from protocol.notes import format_note, open_note, parse_note, sign_note
from tests.support.shared import SHARED, needs_shared

KEY = SigningKey(name="log.example/a", type=SignatureType.ED25519, seed=b"1" * 32)
OTHER = SigningKey(name="log.example/b", type=SignatureType.ED25519, seed=b"2" * 32)
SIGNED = format_note(sign_note("a\n\nb\n", [KEY]))


def _vectors() -> Any:
    return parse((SHARED / "vectors" / "c2sp" / "signed-note-vectors.json").read_bytes())


@needs_shared("vectors/c2sp")
def test_the_notes_of_the_vectors_open() -> None:
    vectors = _vectors()
    data = (vectors["text"] + "\n" + "".join(f"{s}\n" for s in vectors["signatures"])).encode()
    keys = [parse_verifier_key(text) for text in vectors["vkeys"].values()]
    assert len(open_note(data, keys).signatures) == 2


@needs_shared("vectors/c2sp")
def test_the_malformed_verifier_keys_of_the_vectors_are_refused() -> None:
    for text in _vectors()["bad_vkeys"]:
        with pytest.raises(KeyRefused):
            parse_verifier_key(text)


def test_a_note_that_was_signed_opens_and_keeps_its_text() -> None:
    assert open_note(SIGNED, [KEY.verifier_key]).text == "a\n\nb\n"


def test_formatting_a_parsed_note_gives_the_same_bytes() -> None:
    assert format_note(parse_note(SIGNED)) == SIGNED


def test_a_note_of_unknown_keys_only_is_refused() -> None:
    with pytest.raises(NoteRefused):
        open_note(SIGNED, [OTHER.verifier_key])


def test_a_known_key_whose_signature_does_not_verify_refuses_the_whole_note() -> None:
    both = sign_note("text\n", [KEY, OTHER])
    forged = format_note(both).replace(b"text\n\n", b"tezt\n\n")
    with pytest.raises(NoteRefused):
        open_note(forged, [KEY.verifier_key])


def test_the_same_name_with_another_key_id_is_unknown() -> None:
    twin = SigningKey(name=KEY.name, type=SignatureType.ED25519, seed=b"3" * 32)
    with pytest.raises(NoteRefused):
        open_note(SIGNED, [twin.verifier_key])


@pytest.mark.parametrize(
    "data",
    [
        SIGNED[:-1],
        SIGNED.replace(b"a\n", b"a\r\n", 1),
        SIGNED.replace(b"log.example/a ", b"log.example/a+ "),
        SIGNED.replace(b"log.example/a", b"log example/a"),
        SIGNED + SIGNED.rsplit(b"\n\n", 1)[1] * 100,
        SIGNED.replace(b"=\n", b"\n"),
        b"text without signatures\n",
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_a_note_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedNote):
        open_note(data, [KEY.verifier_key])
