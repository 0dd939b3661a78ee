"""Signed notes (C2SP signed-note): a text and the signature lines below it."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.errors import MalformedNote, NoteRefused
from protocol.keys import KEY_ID_BYTES, SignatureType, SigningKey, VerifierKey, verify
from protocol.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX

_DASH = "\u2014 "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature line, unverified.

    Attributes:
        name: key name.
        key_id: 4 bytes.
        signature: what follows the key ID; its form depends on the signature type.
    """

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        """The line with its final newline."""
        data = base64.b64encode(self.key_id + self.signature).decode()
        return f"{_DASH}{self.name} {data}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note.

    Attributes:
        text: the signed text, ending in a newline.
        signatures: its lines, in order.
    """

    text: str
    signatures: tuple[SignatureLine, ...]


def parse_note(data: bytes) -> Note:
    """The note in `data`, nothing verified.

    Raises:
        MalformedNote: any deviation from signed-note, "Format".
    """
    text, separator, lines = _decode(data).rpartition("\n\n")
    if not separator:
        raise MalformedNote("no blank line before the signatures")
    signatures = _parse_lines(lines)
    if not signatures:
        raise MalformedNote("no signature")
    return Note(text=text + "\n", signatures=signatures)


def parse_signature_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Signature lines on their own, as a witness or mirror answers them.

    Raises:
        MalformedNote: not lines of that form.
    """
    return _parse_lines(_decode(data))


def format_note(note: Note) -> bytes:
    """The bytes of a note; `parse_note` of them gives the note again."""
    return (note.text + "\n" + "".join(line.text for line in note.signatures)).encode()


def sign_note(text: str, keys: Sequence[SigningKey]) -> Note:
    """`text`, which ends in a newline, signed with Ed25519 by each key of type 0x01."""
    lines = tuple(
        SignatureLine(
            name=key.name, key_id=key.verifier_key.key_id, signature=key.sign(text.encode())
        )
        for key in keys
    )
    return parse_note(format_note(Note(text=text, signatures=lines)))


def open_note(data: bytes, known: Sequence[VerifierKey]) -> Note:
    """The note with the signature lines of known Ed25519 keys, each of them verified.

    Lines of unknown keys are ignored. A line of a known key that does not verify refuses the
    whole note (signed-note, "Signatures").

    Raises:
        MalformedNote: not a note.
        NoteRefused: no line of a known key, or one that does not verify.
    """
    note = parse_note(data)
    trusted = {(key.name, key.key_id): key for key in known if key.type is SignatureType.ED25519}
    verified = {}
    for line in note.signatures:
        key = trusted.get((line.name, line.key_id))
        if key is None:
            continue
        if not verify(key.public_key, note.text.encode(), line.signature):
            raise NoteRefused(f"the signature of {line.name} does not verify")
        verified[key] = line
    if not verified:
        raise NoteRefused("no signature of a known key")
    return Note(text=note.text, signatures=tuple(verified.values()))


def _decode(data: bytes) -> str:
    if len(data) > NOTE_BYTES_MAX:
        raise MalformedNote(f"{len(data)} bytes, at most {NOTE_BYTES_MAX}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote("not UTF-8") from error
    if _CONTROL.search(text):
        raise MalformedNote("an ASCII control character")
    return text


def _parse_lines(text: str) -> tuple[SignatureLine, ...]:
    if not text.endswith("\n"):
        raise MalformedNote("the last line has no newline")
    lines = text[:-1].split("\n")
    if len(lines) > NOTE_SIGNATURES_MAX:
        raise MalformedNote(f"more than {NOTE_SIGNATURES_MAX} signatures")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not name or "+" in name or name.split() != [name]:
        raise MalformedNote("not a signature line")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("a signature that is not base64") from error
    if len(data) <= KEY_ID_BYTES or base64.b64encode(data).decode() != encoded:
        raise MalformedNote("a signature too short, or not the only base64 of it")
    return SignatureLine(name=name, key_id=data[:KEY_ID_BYTES], signature=data[KEY_ID_BYTES:])
