"""Checkpoints (C2SP tlog-checkpoint) and Ed25519 cosignatures on them (C2SP tlog-cosignature)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.decimals import parse_decimal
from protocol.errors import MalformedCheckpoint, NoteRefused
from protocol.keys import SignatureType, SigningKey, VerifierKey, verify
from protocol.limits import NOTE_SIGNATURES_MAX
from protocol.merkle import EMPTY_ROOT, HASH_BYTES, Tree
from protocol.notes import Note, SignatureLine, format_note, open_note, parse_note, sign_note

TIMESTAMP_BYTES = 8
_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed tree of an origin.

    Attributes:
        origin: the log's name.
        tree: its size and root.
        note: the exact bytes, with every signature line they came with.
    """

    origin: str
    tree: Tree
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A cosigner's timestamped Ed25519 signature on a checkpoint, verified.

    Attributes:
        name: the cosigner's key name.
        key_id: 4 bytes.
        timestamp: POSIX seconds; covered by the signature.
        signature: 64 bytes.
    """

    name: str
    key_id: bytes
    timestamp: int
    signature: bytes

    @property
    def line(self) -> SignatureLine:
        """The signature line that carries it."""
        stamped = self.timestamp.to_bytes(TIMESTAMP_BYTES, "big") + self.signature
        return SignatureLine(name=self.name, key_id=self.key_id, signature=stamped)


def sign_checkpoint(origin: str, tree: Tree, key: SigningKey) -> Checkpoint:
    """A checkpoint without extension lines, signed by the log's key (type 0x01)."""
    root = base64.b64encode(tree.root).decode()
    note = sign_note(f"{origin}\n{tree.size}\n{root}\n", [key])
    return Checkpoint(origin=origin, tree=tree, note=format_note(note))


def open_checkpoint(data: bytes, *, origin: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint in `data`, signed by one of the log's keys.

    Raises:
        MalformedNote: not a note.
        NoteRefused: not signed by a known key, or not validly.
        MalformedCheckpoint: not a checkpoint's text, or another origin's
            (code `checkpoint_other_origin`).
    """
    note = open_note(data, keys)
    found, tree = _parse_text(note.text)
    if found != origin:
        raise MalformedCheckpoint(
            f"a checkpoint of {found}, not {origin}", code="checkpoint_other_origin"
        )
    return Checkpoint(origin=origin, tree=tree, note=data)


def peek_origin(data: bytes) -> str:
    """The origin that a checkpoint claims, unverified: only to look the keys up.

    Raises:
        MalformedNote: not a note.
        MalformedCheckpoint: not a checkpoint's text.
    """
    return _parse_text(parse_note(data).text)[0]


def peek_size(data: bytes) -> int:
    """The size that a checkpoint claims, unverified: only to look up who has to have signed it.

    Raises:
        MalformedNote, MalformedCheckpoint: as `peek_origin`.
    """
    return _parse_text(parse_note(data).text)[1].size


def cosign(checkpoint: Checkpoint, key: SigningKey, *, timestamp: int) -> Cosignature:
    """The cosignature of `key` (type 0x04) on a checkpoint that its owner has checked.

    Args:
        checkpoint: what is cosigned.
        key: the cosigner's.
        timestamp: POSIX seconds, 0 to 2^63-1.
    """
    message = _message(parse_note(checkpoint.note).text, timestamp)
    return Cosignature(
        name=key.name,
        key_id=key.verifier_key.key_id,
        timestamp=timestamp,
        signature=key.sign(message),
    )


def open_cosignature(line: SignatureLine, checkpoint: Checkpoint, key: VerifierKey) -> Cosignature:
    """The cosignature in `line`, verified against `key` and the checkpoint.

    Raises:
        NoteRefused: another key's line, a wrong length, or a signature that does not verify.
    """
    if key.type is not SignatureType.COSIGNATURE or (line.name, line.key_id) != (
        key.name,
        key.key_id,
    ):
        raise NoteRefused("a line of another key")
    timestamp = int.from_bytes(line.signature[:TIMESTAMP_BYTES], "big")
    signature = line.signature[TIMESTAMP_BYTES:]
    message = _message(parse_note(checkpoint.note).text, timestamp)
    if timestamp >> 63 or not verify(key.public_key, message, signature):
        raise NoteRefused(f"the cosignature of {key.name} does not verify")
    return Cosignature(name=line.name, key_id=line.key_id, timestamp=timestamp, signature=signature)


def with_cosignatures(checkpoint: Checkpoint, cosignatures: Sequence[Cosignature]) -> Checkpoint:
    """The same checkpoint with these lines added, each cosigner's newest line only."""
    note = parse_note(checkpoint.note)
    added = {(c.name, c.key_id): c.line for c in cosignatures}
    kept = [line for line in note.signatures if (line.name, line.key_id) not in added]
    data = format_note(Note(text=note.text, signatures=(*kept, *added.values())))
    return Checkpoint(origin=checkpoint.origin, tree=checkpoint.tree, note=data)


def known_cosignatures(
    checkpoint: Checkpoint, keys: Sequence[VerifierKey]
) -> tuple[Cosignature, ...]:
    """The cosignatures of these keys on a checkpoint, one a key at most; other lines are ignored.

    Raises:
        NoteRefused: the line of one of these keys does not verify.
    """
    known = {(key.name, key.key_id): key for key in keys}
    lines = {(line.name, line.key_id): line for line in parse_note(checkpoint.note).signatures}
    return tuple(
        open_cosignature(line, checkpoint, known[who])
        for who, line in lines.items()
        if who in known
    )


def joined(checkpoint: Checkpoint, other: Checkpoint) -> Checkpoint:
    """The same checkpoint with the signature lines of both; of two by one key, `other`'s.

    Args:
        checkpoint: what is kept.
        other: the same, as it came again. Where both together have more lines than a note may, the
            last ones are left out; where its text has other extension lines, it is alone.
    """
    note, again = parse_note(checkpoint.note), parse_note(other.note)
    if note.text != again.text:
        return other
    lines = {(line.name, line.key_id): line for line in (*note.signatures, *again.signatures)}
    kept = tuple(lines.values())[:NOTE_SIGNATURES_MAX]
    data = format_note(Note(text=note.text, signatures=kept))
    return Checkpoint(origin=checkpoint.origin, tree=checkpoint.tree, note=data)


def _message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _parse_text(text: str) -> tuple[str, Tree]:
    lines = text.split("\n")[:-1]
    if len(lines) < _LINES or not all(lines):
        raise MalformedCheckpoint("a checkpoint has three non-empty lines or more")
    size = parse_decimal(lines[1])
    if size is None:
        raise MalformedCheckpoint("a size that is not a plain decimal")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedCheckpoint("a root that is not base64") from error
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != lines[2]:
        raise MalformedCheckpoint("a root of another length, or not the only base64 of it")
    if size == 0 and root != EMPTY_ROOT:
        raise MalformedCheckpoint("an empty tree with another root", code="checkpoint_bad_root")
    return lines[0], Tree(size, root)
