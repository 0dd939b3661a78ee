"""Addresses that an operator types: what is wrong with them, in a sentence, or nothing."""

import ipaddress
import re
from urllib.parse import urlsplit

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_PLAIN = re.compile(r"[\x21-\x7e]*")


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def fault_of_mail(value: str) -> str:
    """What is wrong with a mail address; nothing where there is none."""
    if not value or _MAIL.fullmatch(value):
        return ""
    return f"{value[:80]!r} is no mail address, such as dinas@contoh.go.id"


def fault_of_address(value: str) -> str:
    """What is wrong with the address of a webhook; nothing where there is none."""
    if not value:
        return ""
    scheme, host = _parts(value)
    if scheme == "https" and host:
        return ""
    if scheme == "http" and is_loopback(host):
        return ""
    return "must begin with https://, or with http:// where it is on this machine"


def fault_of_proxy(value: str) -> str:
    """What is wrong with the address of a proxy; nothing where there is none."""
    if not value:
        return ""
    scheme, host = _parts(value)
    if scheme == "http" and host:
        return ""
    return "must be the address of an HTTP proxy, such as http://proxy.kantor.go.id:3128"


def _parts(value: str) -> tuple[str, str]:
    """The scheme and the host; nothing of what is no address."""
    if not _PLAIN.fullmatch(value):
        return "", ""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return "", ""
    return parts.scheme, parts.hostname or ""
