"""Rotation: a log's old key signs in the new one (protocol.md, "Keys and redaction").

Ours alone. The entry `key.rotate` is the last that the old key signs: checkpoints of a size beyond
it are the new key's. Its proofs are bound to its place, so they say nothing in another log or at
another index.
"""

from dataclasses import dataclass

from protocol.entries.changes import KeyRotate, decode_change
from protocol.errors import KeyRefused, RotationRefused, VoidEntry
from protocol.keys import SignatureType, SigningKey, VerifierKey, parse_verifier_key, verify
from protocol.names import witness_name

_TYPE = b'"type":"key.rotate"'
"""Stands in every canonical entry of that type: nearly all others are passed over by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rotation stands.

    Attributes:
        authority: the centre's namespace.
        hub: hub id.
        origin: of the hub's log.
        index: of the entry in it.
    """

    authority: str
    hub: str
    origin: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """The keys of a hub from the entry after a rotation on."""

    log_key: VerifierKey
    witness_key: VerifierKey


def rotation_message(place: Place, key: VerifierKey) -> bytes:
    """What a new key signs to prove that whoever rotates to it holds it."""
    lines = ("jipp-rotate/v1", place.authority, place.hub, place.origin, place.index, key.text)
    return "".join(f"{line}\n" for line in lines).encode()


def make_rotation(
    place: Place, *, log_key: SigningKey, witness_key: SigningKey, salt: str, at: str, by: str
) -> KeyRotate:
    """The entry that signs in new keys at `place`, with both proofs of possession."""
    first, second = (
        key.sign(rotation_message(place, key.verifier_key)).hex() for key in (log_key, witness_key)
    )
    return KeyRotate(
        salt=salt,
        at=at,
        by=by,
        log_key=log_key.verifier_key.text,
        witness_key=witness_key.verifier_key.text,
        proofs=(first, second),
    )


def check_rotation(change: KeyRotate, place: Place) -> NewKeys:
    """The keys that a rotation proves: of the right names and types, two, and held by its author.

    Whether they served before, only the centre knows.

    Raises:
        RotationRefused: one of that does not hold.
    """
    try:
        keys = [parse_verifier_key(text) for text in (change.log_key, change.witness_key)]
    except KeyRefused as error:
        raise RotationRefused(error.message) from error
    expected = (
        (place.origin, SignatureType.ED25519),
        (witness_name(place.authority, place.hub), SignatureType.COSIGNATURE),
    )
    if keys[0].public_key == keys[1].public_key:
        raise RotationRefused("one key for two purposes")
    for key, (name, kind), proof in zip(keys, expected, change.proofs, strict=True):
        if key.name != name or key.type is not kind:
            raise RotationRefused(f"a key named {key.name}, expected {name}")
        if not verify(key.public_key, rotation_message(place, key), bytes.fromhex(proof)):
            raise RotationRefused(f"no proof of possession of {key.name}")
    return NewKeys(log_key=keys[0], witness_key=keys[1])


def rotation_in(entry: bytes) -> KeyRotate | None:
    """The rotation that an entry is, unchecked; None for every other entry, void ones too."""
    if _TYPE not in entry:
        return None
    try:
        change = decode_change(entry)
    except VoidEntry:
        return None
    return change if isinstance(change, KeyRotate) else None
