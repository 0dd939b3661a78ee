"""Files packed and sealed so that only a hub's own keys open them (age, ssh-ed25519 recipient)."""

import errno
import os
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

PACKED, SEALED = "packed", "sealed"


class SealBroken(Exception):
    """No key of these opens it, or it cannot be read; the message says which."""


def seal(folder: Path, names: Iterable[str], key: bytes) -> Path:
    """Seals files of a folder for whoever holds a key; returns where the result is, beside them.

    Args:
        folder: where they are.
        names: paths in it.
        key: seed of an Ed25519 key, 32 bytes.
    """
    packed, sealed = folder / PACKED, folder / SEALED
    with tarfile.open(packed, "w") as archive:
        for name in names:
            archive.add(folder / name, arcname=name)
    pyrage.encrypt_file(str(packed), str(sealed), [_recipient(key)])
    return sealed


def unseal(path: Path, keys: Sequence[bytes], folder: Path) -> None:
    """Puts what was sealed into a folder.

    Args:
        path: the sealed file.
        keys: seeds, of which one opens it.
        folder: where the files go.

    Raises:
        SealBroken: none of the keys opens it, it is damaged, or it cannot be read.
        OSError: there is no room for what it holds (`ENOSPC`).
    """
    packed = folder / PACKED
    try:
        pyrage.decrypt_file(str(path), str(packed), [_identity(key) for key in keys])
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
        packed.unlink()
    except (pyrage.DecryptError, tarfile.TarError, OSError) as error:
        if _is_full(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise SealBroken(str(error)) from error


def _is_full(error: Exception) -> bool:
    """Whether the disk is full; pyrage says the number in its words only."""
    if not isinstance(error, OSError):
        return False
    return error.errno == errno.ENOSPC or f"os error {errno.ENOSPC})" in str(error)


def _recipient(seed: bytes) -> pyrage.ssh.Recipient:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    text = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return pyrage.ssh.Recipient.from_str(text)


def _identity(seed: bytes) -> pyrage.ssh.Identity:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return pyrage.ssh.Identity.from_buffer(
        private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    )
