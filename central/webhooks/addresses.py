"""Which addresses a webhook may have: judged by their form here, by where they lead when posting.

A name is not asked for its addresses when a webhook is added: what it means then says nothing of
what it means later. The guard of the client (`runtime.http.guard`) asks each time.
"""

import re
from urllib.parse import urlsplit

from protocol.errors import ProtocolError
from runtime.http.public_addresses import Reachable, parse_address

URL_CHARACTERS_MAX = 500
PORTS = (443, 8443)

_VISIBLE = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""At least two labels, of which the last is no number: `127.1` and `0x7f000001` are no names."""


class WebhookRefused(ProtocolError):
    """A webhook that cannot be, or that there is not."""

    default_code = "webhook_malformed"


def check_url(url: str, reachable: Reachable) -> None:
    """Accepts `https://name/path`, or what leads to an address that the settings allow.

    Args:
        url: as it was given.
        reachable: what may be connected to.

    Raises:
        WebhookRefused: another form (`webhook_malformed`), or an address of the inside
            (`webhook_address_refused`).
    """
    if len(url) > URL_CHARACTERS_MAX or not _VISIBLE.fullmatch(url):
        raise _malformed(f"of at most {URL_CHARACTERS_MAX} ASCII characters")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise _malformed("such as https://penerima.contoh.go.id/jipp") from error
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        raise _malformed("without user, password and fragment")
    is_allowed = reachable.is_inside(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_allowed):
        raise _malformed("that begins with https://")
    if not is_allowed:
        _check_host(host, reachable)
        if port is not None and port not in PORTS:
            raise _malformed(f"with port {' or '.join(map(str, PORTS))}, or none")


def _check_host(host: str, reachable: Reachable) -> None:
    if parse_address(host) is not None:
        if not reachable.holds(host):
            sentence = (
                "this address leads inside a network; `webhook_allow` of the centre can name it"
            )
            raise WebhookRefused(sentence, code="webhook_address_refused", pointer="/url")
    elif not _NAME.fullmatch(host):
        raise _malformed("whose host is a full name such as penerima.contoh.go.id")


def _malformed(shape: str) -> WebhookRefused:
    return WebhookRefused(f"a webhook has an address {shape}", pointer="/url")
