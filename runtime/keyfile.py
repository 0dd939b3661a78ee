"""A party's private keys in one file: PKCS#8 PEM blocks, each under its name, mode 0600.

Before the blocks may stand notes: lines of text that nobody has to keep secret, but that must not
be lost before the keys are.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from runtime.durable import write_durably

MODE = 0o600

_BLOCK = re.compile(
    r"# key: (?P<name>[a-z-]+)\n(?P<pem>-----BEGIN [^-]+-----\n.*?-----END [^-]+-----\n)", re.DOTALL
)
_NOTE = re.compile(r"^# note: (.+)$", re.MULTILINE)


class KeyFileRefused(Exception):
    """The key file is missing, readable by others, damaged, or locked by another passphrase.

    A new key is never made silently in its place: that would be a new identity.
    """


def save_keys(path: Path, seeds: Mapping[str, bytes], *, passphrase: str | None = None) -> None:
    """Writes the keys durably.

    Args:
        path: of the key file; must not exist yet.
        seeds: the 32 secret bytes of each Ed25519 key, by name.
        passphrase: encrypts the blocks when given.

    Raises:
        KeyFileRefused: there is a key file already.
    """
    if path.exists():
        raise KeyFileRefused(f"{path} is there already")
    replace_keys(path, seeds, passphrase=passphrase)


def replace_keys(
    path: Path,
    seeds: Mapping[str, bytes],
    *,
    passphrase: str | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Writes the keys durably, in place of those that were there: all of them, or none.

    Args:
        path: of the key file.
        seeds: the 32 secret bytes of each Ed25519 key, by name.
        passphrase: encrypts the blocks when given.
        notes: one line of ASCII each.
    """
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    blocks = [f"# key: {name}\n{_pem(seed, encryption)}" for name, seed in sorted(seeds.items())]
    lines = [f"# note: {note}\n" for note in notes]
    write_durably(path, "".join([*lines, *blocks]).encode(), mode=MODE)


def load_keys(
    path: Path, names: Iterable[str], *, passphrase: str | None = None
) -> Mapping[str, bytes]:
    """The seeds by name.

    Args:
        path: of the key file.
        names: of the keys that have to be in it.
        passphrase: of encrypted blocks.

    Raises:
        KeyFileRefused: see the class.
    """
    try:
        _check_mode(path)
        text = path.read_text("ascii")
        found = {m["name"]: _seed(m["pem"], passphrase) for m in _BLOCK.finditer(text)}
    except OSError as error:
        advice = "put the copy back that was made of it"
        raise KeyFileRefused(f"{path}: {error.strerror}; {advice}") from error
    except (ValueError, TypeError) as error:
        raise KeyFileRefused(f"{path}: {error}") from error
    if missing := sorted(set(names) - found.keys()):
        raise KeyFileRefused(f"{path} is not whole: the key {missing[0]!r} is not in it")
    return found


def load_notes(path: Path) -> tuple[str, ...]:
    """The notes of a key file that `load_keys` has accepted, in order."""
    return tuple(_NOTE.findall(path.read_text("ascii")))


def _check_mode(path: Path) -> None:
    status = path.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyFileRefused(f"{path} can be read by others; run: chmod 600 {path}")
    if status.st_uid != os.geteuid():
        raise KeyFileRefused(f"{path} belongs to another user")


def _pem(seed: bytes, encryption: KeySerializationEncryption) -> str:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def _seed(pem: str, passphrase: str | None) -> bytes:
    key = load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileRefused("a key that is not Ed25519")
    return key.private_bytes_raw()
