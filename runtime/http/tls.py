"""TLS of a service that answers by itself, without a proxy before it."""

import ssl
from pathlib import Path

from runtime.settings import SettingsRefused


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What encrypts a server: TLS 1.2 at least.

    Args:
        certificate: PEM file with the certificate, and those between it and the authority.
        key: PEM file with its private key, without a passphrase.

    Raises:
        SettingsRefused: they cannot be read, or do not belong together.
    """
    for name, path in (("tls_certificate", certificate), ("tls_key", key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise SettingsRefused((f"{name}: {path} cannot be read: {error.strerror}",)) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except (ssl.SSLError, ValueError) as error:
        sentence = "is no PEM certificate with its private key, without a passphrase"
        raise SettingsRefused((f"tls_certificate: {certificate} {sentence}",)) from error
    return context


def _no_passphrase() -> str:
    """Nobody sits there to be asked for one."""
    raise ValueError("a key with a passphrase")
