"""What of a request is signed (RFC 9421, 2.5), and the digest of its body (RFC 9530).

`runtime.http.identity` says with these who sends a request to the centre; `central.webhooks` signs
with them what the centre sends to others.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

AS_SENT = "surrogateescape"
"""How aiohttp decodes bytes beyond UTF-8 in a head, and so how they are encoded again."""


def signature_base(
    covered: Sequence[str],
    params: str,
    *,
    method: str,
    target: str,
    headers: Mapping[str, str],
    authority: str = "",
) -> bytes:
    """The bytes that are signed. Derived components as in 2.2.1, 2.2.3, 2.2.6 and 2.2.7.

    Args:
        covered: names of the components, in order; a header that is named is there.
        params: the text after the label, which is itself signed.
        method: in capitals.
        target: path and query exactly as on the wire.
        headers: by lower-case name, one value each.
        authority: host, and port where it is not the scheme's, in lower case; where it is covered.
    """
    path, _, query = target.partition("?")
    derived = {
        "@method": method,
        "@authority": authority,
        "@path": path or "/",
        "@query": "?" + query,
    }
    lines = [f'"{name}": {derived.get(name) or headers[name].strip()}' for name in covered]
    lines.append(f'"@signature-params": {params}')
    return "\n".join(lines).encode(errors=AS_SENT)


def content_digest(body: bytes) -> str:
    """The header Content-Digest (RFC 9530) with one SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
