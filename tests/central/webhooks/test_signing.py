"""Signatures: checked by a library that knows nothing of this project, and as the page shows it."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

from central.webhooks.signing import published_keys, sign, webhook_key
from protocol.canonical import Json
from runtime.ports import Request
from runtime.system import SystemClock
from tests.support.commands import ROOT
from tests.support.rooms import Room

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
URL = "https://Data.Contoh.go.id/jipp?a=%20&b"
BODY = b'{"format":1}'


def signed(room: Room, url: str = URL) -> Request:
    headers = {"Content-Type": "application/json"}
    request = Request(method="POST", url=url, headers=headers, body=BODY)
    return sign(request, key=webhook_key(room.centre), now=NOW)


def lower(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


class Keys(HTTPSignatureKeyResolver):
    """The published keys, as a receiver has them."""

    def __init__(self, published: Any) -> None:
        self._points = {key["kid"]: key["x"] for key in published}

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        point = base64.urlsafe_b64decode(self._points[key_id] + "=")
        return Ed25519PublicKey.from_public_bytes(point)


class Message:
    """What the library wants of a request."""

    def __init__(self, request: Request) -> None:
        self.method, self.url = request.method, request.url
        self.headers, self.body = dict(request.headers), request.body


def test_another_library_accepts_what_is_signed(room: Room) -> None:
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=Keys(published_keys(room.centre))
    )
    created = SystemClock().now()  # as the library reads it
    request = Request(
        method="POST", url=URL, headers={"Content-Type": "application/json"}, body=BODY
    )
    sent = sign(request, key=webhook_key(room.centre), now=created)
    [result] = verifier.verify(Message(sent), max_age=timedelta(minutes=5))
    assert result.label == "jipp"
    assert result.parameters["tag"] == "jipp-webhook"


def example() -> Callable[..., None]:
    """The function that the page shows."""
    page = (ROOT / "docs" / "integrate" / "webhooks.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    check: Callable[..., None] = names["check"]
    return check


def checked(room: Room, sent: Request, **changed: object) -> None:
    given: Mapping[str, object] = {
        "authority": "data.contoh.go.id",
        "target": "/jipp?a=%20&b",
        "headers": lower(sent),
        "body": sent.body,
        "now": int(NOW.timestamp()),
    }
    example()(published_keys(room.centre), **{**given, **changed})


def test_the_page_shows_how_to_check_one(room: Room) -> None:
    checked(room, signed(room))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"authority": "lain.contoh.go.id"}, InvalidSignature),
        ({"target": "/lain"}, InvalidSignature),
        ({"body": b'{"format":2}'}, ValueError),
        ({"now": int(NOW.timestamp()) + 301}, ValueError),
        ({"now": int(NOW.timestamp()) - 61}, ValueError),
    ],
)
def test_what_the_page_shows_refuses_what_was_changed_or_is_old(
    room: Room, changed: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        checked(room, signed(room), **changed)


@pytest.mark.parametrize("name", ["content-type", "signature"])
def test_what_the_page_shows_refuses_another_header(room: Room, name: str) -> None:
    sent = signed(room)
    other = {
        "content-type": "text/plain",
        "signature": f"jipp=:{base64.b64encode(bytes(64)).decode()}:",
    }
    with pytest.raises(InvalidSignature):
        checked(room, sent, headers={**lower(sent), name: other[name]})


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://a.test/", "a.test"),
        ("https://a.test:443/", "a.test"),
        ("https://A.Test:8443/", "a.test:8443"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_the_host_is_signed_as_the_receiver_knows_it(room: Room, url: str, authority: str) -> None:
    checked(room, signed(room, url), authority=authority, target="/")


def test_the_key_is_the_centres_and_none_of_its_others(room: Room) -> None:
    keys = room.centre.keys
    [published] = published_keys(room.centre)
    assert webhook_key(room.centre) == webhook_key(room.centre)
    assert webhook_key(room.centre).seed not in {keys.national.seed, keys.mirror.seed}
    assert str(published["kid"]).startswith("jippnas.test/webhook+")


def test_what_is_published_is_a_jwk_and_holds_no_secret(room: Room) -> None:
    [published] = published_keys(room.centre)
    expected: dict[str, Json] = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}
    assert {name: published[name] for name in expected} == expected
    assert "d" not in published
