"""Who sends a request: HTTP Message Signatures (RFC 9421) with one Ed25519 key, profiled tightly.

The profile (protocol.md, "For one hub only"): exactly one signature; covered are the method, path,
query, a header that names the authority (never `@authority`, which proxies rewrite), and the digest
of the body (RFC 9530) when there is one; parameters `created`, `nonce`, `keyid`; no `alg`, because
the algorithm follows from the key that `keyid` names. Written on the RFC and not on a library, so
that nothing outside the profile can be negotiated and the clock is an argument.

A captured request can be sent again within its lifetime: every signed request must be repeatable
without effect. The nonce makes two requests of one second differ.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from yarl import URL

from protocol.keys import SigningKey, VerifierKey, verify
from protocol.limits import REQUEST_AGE_S_MAX
from runtime.http.message_signatures import AS_SENT, content_digest, signature_base
from runtime.http.problem_responses import Refused
from runtime.ports import Request

LABEL = "jipp"
AUTHORITY_HEADER = "JIPP-Authority"
COMPONENTS = ("@method", "@path", "@query", "jipp-authority")
BODY_COMPONENT = "content-digest"

INPUT_FORM = re.compile(
    r'(?P<label>[a-z][a-z0-9_-]{0,31})=(?P<params>\((?P<covered>"[a-z@-]+"(?: "[a-z@-]+")*)\)'
    r'(?P<named>(?:;[a-z]+=(?:[0-9]{1,15}|"[ !#-\[\]-~]{1,300}"))*))'
)
"""RFC 9421, 4.1, narrowed: one label, components without parameters."""

NAMED_FORM = re.compile(r';([a-z]+)=(?:([0-9]+)|"([^"]*)")')
SIGNATURE_FORM = re.compile(r"(?P<label>[a-z][a-z0-9_-]{0,31})=:(?P<bytes>[A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedIdentity:
    """What the signature headers say, before anything is verified.

    Attributes:
        key_id: names the verifier key to look up.
        created: POSIX seconds of the sender's clock.
        covered: the component names, in the sender's order.
        params: the text after the label, which is itself signed.
        signature: 64 bytes.
    """

    key_id: str
    created: int
    covered: tuple[str, ...]
    params: str
    signature: bytes


def key_id_of(key: VerifierKey) -> str:
    """The `keyid` of a verifier key: its name, `+` and its key ID in hexadecimal."""
    return f"{key.name}+{key.key_id.hex()}"


def sign_request(
    request: Request, *, key: SigningKey, authority: str, now: datetime, nonce: bytes
) -> Request:
    """The request with the headers that tell the peer who sends it.

    Args:
        request: complete; its body is signed as it will be on the wire.
        key: the sender's signing key.
        authority: the name that the peer goes by.
        now: the sender's clock.
        nonce: random bytes, never used before.
    """
    headers = {**request.headers, AUTHORITY_HEADER: authority}
    if request.body:
        headers["Content-Digest"] = content_digest(request.body)
    covered = _components(has_digest=bool(request.body))
    names = " ".join(f'"{name}"' for name in covered)
    named = f'created={int(now.timestamp())};nonce="{nonce.hex()}"'
    params = f'({names});{named};keyid="{key_id_of(key.verifier_key)}"'
    base = signature_base(
        covered,
        params,
        method=request.method,
        target=URL(request.url).raw_path_qs,
        headers={name.lower(): value for name, value in headers.items()},
    )
    headers["Signature-Input"] = f"{LABEL}={params}"
    headers["Signature"] = f"{LABEL}=:{base64.b64encode(key.sign(base)).decode()}:"
    return replace(request, headers=headers)


def read_identity(headers: Mapping[str, str]) -> ClaimedIdentity:
    """What the headers of a request claim; nothing is verified yet.

    Args:
        headers: by lower-case name, one value each.

    Raises:
        Refused: no signature, or one outside the profile.
    """
    if "signature-input" not in headers or "signature" not in headers:
        raise Refused("request_unsigned")
    claim = INPUT_FORM.fullmatch(headers["signature-input"])
    signature = SIGNATURE_FORM.fullmatch(headers["signature"])
    if claim is None or signature is None or claim["label"] != signature["label"]:
        raise Refused("request_signature_malformed")
    pairs = NAMED_FORM.findall(claim["named"])
    named = {name: text for name, number, text in pairs if not number}
    numbers = {name: number for name, number, _ in pairs if number}
    if len(pairs) != 3 or named.keys() != {"nonce", "keyid"} or numbers.keys() != {"created"}:  # noqa: PLR2004
        raise Refused("request_signature_malformed", detail="parameters: created, nonce, keyid")
    return ClaimedIdentity(
        key_id=named["keyid"],
        created=int(numbers["created"]),
        covered=tuple(name.strip('"') for name in claim["covered"].split(" ")),
        params=claim["params"],
        signature=_decoded(signature["bytes"]),
    )


def verify_request(
    claim: ClaimedIdentity,
    *,
    key: VerifierKey,
    method: str,
    target: str,
    headers: Mapping[str, str],
    authority: str,
    now: datetime,
    body: bytes = b"",
) -> None:
    """Checks that the holder of `key` sent this request, to this authority, just now.

    Args:
        claim: what `read_identity` gave for the same headers.
        key: the verifier key that `claim.key_id` names.
        method: in capitals.
        target: path and query exactly as they arrived.
        headers: by lower-case name, one value each.
        authority: the name that this side goes by.
        now: this side's clock.
        body: the bytes as they arrived, before any decoding.

    Raises:
        Refused: with the code that tells the sender what to mend.
    """
    if sorted(claim.covered) != sorted(_components(has_digest=BODY_COMPONENT in claim.covered)):
        raise Refused("request_signature_malformed", detail="covered components")
    if body and BODY_COMPONENT not in claim.covered:
        raise Refused("request_digest_wrong", detail="a body without a signed digest")
    if headers.get("jipp-authority") != authority:
        raise Refused("request_for_another_authority")
    claimed_digest = headers.get(BODY_COMPONENT, "").encode(errors=AS_SENT)
    if BODY_COMPONENT in claim.covered and not hmac.compare_digest(
        claimed_digest, content_digest(body).encode()
    ):
        raise Refused("request_digest_wrong")
    base = signature_base(
        claim.covered, claim.params, method=method, target=target, headers=headers
    )
    if claim.key_id != key_id_of(key) or not verify(key.public_key, base, claim.signature):
        raise Refused("request_signature_refused")
    if abs(now.timestamp() - claim.created) > REQUEST_AGE_S_MAX:
        raise Refused("request_expired")


def _components(*, has_digest: bool) -> tuple[str, ...]:
    return (*COMPONENTS, BODY_COMPONENT) if has_digest else COMPONENTS


def _decoded(text: str) -> bytes:
    data = base64.b64decode(text)
    if base64.b64encode(data).decode() != text:
        raise Refused("request_signature_malformed", detail="base64")
    return data
