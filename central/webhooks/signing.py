"""What the centre posts is signed (RFC 9421), with a key of its own (docs/decisions/0039).

The key is derived from the mirror key with HKDF (RFC 5869): a signature of one purpose must never
be one of another, and a second file would be one more thing to lose.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from yarl import URL

from central.centre import Centre
from protocol.canonical import Json
from protocol.keys import SEED_BYTES, SignatureType, SigningKey
from runtime.http.identity import key_id_of
from runtime.http.message_signatures import content_digest, signature_base
from runtime.ports import Request

COVERED = ("@method", "@authority", "@path", "@query", "content-type", "content-digest")
LABEL = "jipp"
TAG = "jipp-webhook"
LIFETIME_S = 300
PURPOSE = b"jipp webhook signing key v1"


def webhook_key(centre: Centre) -> SigningKey:
    """The key that signs what is posted; the same in every process that has the centre's keys."""
    derive = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=PURPOSE)
    seed = derive.derive(centre.keys.mirror.seed)
    name = f"{centre.authority}/webhook"
    return SigningKey(name=name, type=SignatureType.ED25519, seed=seed)


def published_keys(centre: Centre) -> Sequence[dict[str, Json]]:
    """The keys that receivers check signatures with, as JWKs (RFC 8037)."""
    key = webhook_key(centre).verifier_key
    point = base64.urlsafe_b64encode(key.public_key).decode().rstrip("=")
    return [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": point,
            "kid": key_id_of(key),
            "use": "sig",
            "alg": "EdDSA",
        }
    ]


def sign(request: Request, *, key: SigningKey, now: datetime) -> Request:
    """The request with the headers that show who sends it, and to whom.

    Args:
        request: complete, with its Content-Type and body.
        key: of `webhook_key`.
        now: the centre's clock.
    """
    url, created = URL(request.url), int(now.timestamp())
    headers = {**request.headers, "Content-Digest": content_digest(request.body)}
    names = " ".join(f'"{name}"' for name in COVERED)
    params = (
        f"({names});created={created};expires={created + LIFETIME_S}"
        f';keyid="{key_id_of(key.verifier_key)}";alg="ed25519";tag="{TAG}"'
    )
    base = signature_base(
        COVERED,
        params,
        method=request.method,
        target=url.raw_path_qs,
        headers={name.lower(): value for name, value in headers.items()},
        authority=_authority_of(url),
    )
    headers["Signature-Input"] = f"{LABEL}={params}"
    headers["Signature"] = f"{LABEL}=:{base64.b64encode(key.sign(base)).decode()}:"
    return replace(request, headers=headers)


def _authority_of(url: URL) -> str:
    """RFC 9421, 2.2.3: in lower case, and without the port that its scheme has anyway."""
    return (url.raw_authority if not url.is_default_port() else url.raw_host or "").lower()
