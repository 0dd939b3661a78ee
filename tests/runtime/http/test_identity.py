import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

from protocol.keys import SignatureType, SigningKey
from runtime.http.identity import (
    key_id_of,
    read_identity,
    sign_request,
    verify_request,
)
from runtime.http.problem_responses import Refused
from runtime.ports import Request

AUTHORITY = "jippnas.test"
KEY = SigningKey(name="jippnas.test/hub/51/1", type=SignatureType.ED25519, seed=bytes(range(32)))
OTHER = SigningKey(name="jippnas.test/hub/52/1", type=SignatureType.ED25519, seed=bytes(32))
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CREATED = int(NOW.timestamp())
URL = "https://pusat.test/sync/v1/hub?lama=ya&a=%20"
TARGET = "/sync/v1/hub?lama=ya&a=%20"


def sent(*, body: bytes = b"", url: str = URL) -> Request:
    request = Request(method="POST", url=url, headers={"X-Other": "kept"}, body=body)
    return sign_request(request, key=KEY, authority=AUTHORITY, now=NOW, nonce=b"n-1")


def signed(*, body: bytes = b"", url: str = URL) -> dict[str, str]:
    return {name.lower(): value for name, value in sent(body=body, url=url).headers.items()}


def check(
    headers: dict[str, str],
    *,
    body: bytes = b"",
    method: str = "POST",
    target: str = TARGET,
    authority: str = AUTHORITY,
    now: datetime = NOW,
    key: SigningKey = KEY,
) -> None:
    verify_request(
        read_identity(headers),
        key=key.verifier_key,
        method=method,
        target=target,
        headers=headers,
        authority=authority,
        now=now,
        body=body,
    )


def refusal(headers: dict[str, str], **changed: object) -> str:
    with pytest.raises(Refused) as refused:
        check(headers, **changed)  # type: ignore[arg-type]  # one keyword at a time, by name
    return refused.value.code


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_signed_request_is_its_senders(body: bytes) -> None:
    check(signed(body=body), body=body)


def test_the_key_is_named_by_its_name_and_id() -> None:
    assert read_identity(signed()).key_id == key_id_of(KEY.verifier_key)


def test_other_headers_stay() -> None:
    assert signed()["x-other"] == "kept"


def test_a_request_without_a_query_has_a_question_mark_in_its_base() -> None:
    check(signed(url="https://pusat.test/sync/v1/hub"), target="/sync/v1/hub")


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "GET"},
        {"target": "/sync/v1/hub?lama=ya"},
        {"target": "/sync/v1/report?lama=ya&a=%20"},
        {"key": OTHER},
    ],
)
def test_a_request_that_was_changed_is_refused(changed: dict[str, object]) -> None:
    assert refusal(signed(), **changed) == "request_signature_refused"


def test_a_request_for_another_authority_is_refused() -> None:
    assert refusal(signed(), authority="staging.test") == "request_for_another_authority"


def test_an_authority_that_was_changed_is_refused() -> None:
    headers = signed() | {"jipp-authority": "staging.test"}
    assert refusal(headers, authority="staging.test") == "request_signature_refused"


@pytest.mark.parametrize("body", [b"{} ", b""])
def test_another_body_is_refused(body: bytes) -> None:
    assert refusal(signed(body=b"{}"), body=body) == "request_digest_wrong"


def test_a_body_that_nobody_signed_is_refused() -> None:
    assert refusal(signed(), body=b"{}") == "request_digest_wrong"


def test_a_digest_that_is_not_signed_counts_for_nothing() -> None:
    digest = base64.b64encode(hashlib.sha256(b"{}").digest()).decode()
    headers = signed() | {"content-digest": f"sha-256=:{digest}:"}
    assert refusal(headers, body=b"{}") == "request_digest_wrong"


@pytest.mark.parametrize("seconds", [601, -601])
def test_an_old_or_a_future_request_is_refused(seconds: int) -> None:
    assert refusal(signed(), now=NOW + timedelta(seconds=seconds)) == "request_expired"


@pytest.mark.parametrize("seconds", [600, -600])
def test_clocks_may_differ_by_ten_minutes(seconds: int) -> None:
    check(signed(), now=NOW + timedelta(seconds=seconds))


def test_a_request_without_a_signature_is_told_so() -> None:
    assert refusal({}) == "request_unsigned"


@pytest.mark.parametrize(
    ("why", "old", "new"),
    [
        ("an algorithm", ";created", ';alg="hmac-sha256";created'),
        ("an expiry", ";created", f";expires={CREATED};created"),
        ("no nonce", ';nonce="6e2d31"', ""),
        ("a nonce twice", ';nonce="6e2d31"', ';nonce="6e2d31";nonce="6e2d31"'),
        ("a quoted time", f"created={CREATED}", f'created="{CREATED}"'),
        ("a part left out", '"@query" ', ""),
        ("a part twice", '"@query"', '"@query" "@query"'),
        ("a strange part", '"@query"', '"@query" "@authority"'),
        ("a parameter of a part", '"@method"', '"@method";req'),
        ("two signatures", "jipp=", 'x=("@method");created=1;nonce="";keyid="a", jipp='),
        ("spaces", ";created", "; created"),
        ("a negative time", f"created={CREATED}", "created=-1"),
    ],
)
def test_anything_outside_the_profile_is_malformed(why: str, old: str, new: str) -> None:
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace(old, new)
    assert refusal(headers) == "request_signature_malformed", why


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "jipp=::",
        "jipp=:AAAA:",
        "other=:" + "A" * 86 + "==:",
        "jipp=:" + "A" * 85 + "B==:",
        "jipp=:" + "-" * 86 + "==:",
    ],
)
def test_only_one_writing_of_a_signature_is_accepted(signature: str) -> None:
    assert refusal(signed() | {"signature": signature}) == "request_signature_malformed"


class _Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == key_id_of(KEY.verifier_key)
        return Ed25519PublicKey.from_public_bytes(KEY.verifier_key.public_key)


class _Message:
    def __init__(self, headers: dict[str, str]) -> None:
        self.method = "POST"
        self.url = URL
        self.headers = headers


def test_another_implementation_of_the_rfc_accepts_our_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(HTTPMessageVerifier, "max_clock_skew", timedelta(days=36_500))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys())
    results = verifier.verify(
        _Message(dict(sent(body=b"{}").headers)), max_age=timedelta(days=36_500), body=b"{}"
    )
    assert results[0].parameters["created"] == CREATED
