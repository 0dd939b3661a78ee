"""Ed25519 keys with names: key IDs, verifier keys, strict verification (C2SP signed-note).

Strict means: a public key is a canonical point of prime order, a
signature's R is none of the encodings of a low-order point, and S is reduced. `cryptography` checks
the equation and S; libsodium's point check and the table below do the rest, so that one signature
can never verify two messages.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_core_ed25519_is_valid_point

from protocol.errors import KeyRefused

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
SEED_BYTES = 32
KEY_ID_BYTES = 4
NAME_LENGTH_MAX = 255

_P = 2**255 - 19
_ORDER_8_Y = (
    2707385501144840649318225287225658788936804267575313519463743609750303021,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
)
_LOW_ORDER_Y = (0, 1, _P - 1, *_ORDER_8_Y, _P, _P + 1)
_LOW_ORDER_R = frozenset(
    (y | sign << 255).to_bytes(32, "little") for y in _LOW_ORDER_Y for sign in (0, 1)
)
"""The 14 encodings, canonical or not, of the points of order 1, 2, 4 and 8."""

_NAME = re.compile(rf"[^\s+]{{1,{NAME_LENGTH_MAX}}}\Z")
_KEY_ID = re.compile(r"[0-9a-f]{8}\Z")


class SignatureType(IntEnum):
    """Signature type identifier bytes of signed-note that this project uses."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with its name and type; checked when made.

    Attributes:
        name: key name, non-empty, without spaces or plus.
        type: what the key signs.
        public_key: 32 bytes, a point of prime order (RFC 8032, 5.1.5).

    Raises:
        KeyRefused: the name, the length or the point is not acceptable.
    """

    name: str
    type: SignatureType
    public_key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise KeyRefused("an Ed25519 public key has 32 bytes")
        if not crypto_core_ed25519_is_valid_point(self.public_key):
            raise KeyRefused("not a point of prime order", code="key_weak")

    @property
    def key_id(self) -> bytes:
        """Four bytes: SHA-256(name, newline, type, public key), truncated (signed-note)."""
        material = self.name.encode() + b"\n" + bytes([self.type]) + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    def renamed(self, name: str) -> "VerifierKey":
        """The same public key under another name, as a new epoch of a log has it."""
        return VerifierKey(name=name, type=self.type, public_key=self.public_key)

    @property
    def text(self) -> str:
        """The verifier key as text: `<name>+<hex key ID>+<base64 of type and key>`."""
        material = base64.b64encode(bytes([self.type]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


def parse_verifier_key(text: str) -> VerifierKey:
    """The key that a verifier key text stands for; the text must be the only one for it.

    Raises:
        KeyRefused: any deviation from signed-note, "Verifier keys".
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.match(parts[1]):  # noqa: PLR2004  # name, ID, material
        raise KeyRefused("a verifier key is name+hex+base64")
    try:
        material = base64.b64decode(parts[2], validate=True)
        kind = SignatureType(material[0])
    except (binascii.Error, ValueError, IndexError) as error:
        raise KeyRefused("a verifier key of unknown type or broken base64") from error
    key = VerifierKey(name=parts[0], type=kind, public_key=material[1:])
    if key.text != text:
        raise KeyRefused("the key ID or the base64 is not the one of this key")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key with its name and type.

    Attributes:
        name: key name, as of `VerifierKey`.
        type: what the key signs.
        seed: the 32 secret bytes of RFC 8032; never shown.
    """

    name: str
    type: SignatureType
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != SEED_BYTES:
            raise KeyRefused("an Ed25519 seed has 32 bytes")

    @property
    def verifier_key(self) -> VerifierKey:
        """The public half."""
        public = self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return VerifierKey(name=self.name, type=self.type, public_key=public)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `message` (deterministic, RFC 8032)."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is a strict Ed25519 signature of `message`; total, never raises."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    if signature[:32] in _LOW_ORDER_R or not crypto_core_ed25519_is_valid_point(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_name(name: str) -> None:
    if not _NAME.match(name) or any(ord(c) < 0x20 for c in name):  # noqa: PLR2004  # U+0020
        raise KeyRefused("a key name is non-empty, without spaces or plus")
