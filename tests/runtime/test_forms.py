"""Forms as they come from the internet: read whole and soon, in UTF-8, or refused."""

from collections.abc import AsyncIterator

import orjson
import pytest
from aiohttp import web

from runtime.http import body as body_module
from runtime.pages import forms
from runtime.pages.forms import FIELDS_MAX, read_form
from runtime.ports import Response
from tests.support.servers import ask, bare_app, served, shout

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.Response:
        form = await read_form(request, None)
        return web.json_response([[name, value] for name, value in form.items()])

    app = bare_app()
    app.router.add_post("/echo", echo)
    async with served(app) as address:
        yield address


async def post(url: str, body: bytes, content_type: str = FORM) -> Response:
    headers = {"Content-Type": content_type}
    return await ask(f"{url}/echo", method="POST", body=body, headers=headers)


async def test_fields_come_in_their_order_and_empty_ones_too(url: str) -> None:
    answer = await post(url, b"a=1&b=&a=caf%C3%A9+au")
    assert orjson.loads(answer.body) == [["a", "1"], ["b", ""], ["a", "café au"]]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=a", f"{FORM}; charset=punycode"),
        (b"name=%5Cud800", f"{FORM}; charset=unicode_escape"),
        (b"name=a", f"{FORM}; charset=utf-16"),
        (b"name=a", "text/plain"),
        (b'{"name": "a"}', "application/json"),
        (b"name=%FF", FORM),
        (b"name=\xff", FORM),
        (b"name=%00", FORM),
        (b"a=1&" * (FIELDS_MAX + 1), FORM),
    ],
)
async def test_what_is_no_form_in_utf_8_is_refused(
    url: str, body: bytes, content_type: str
) -> None:
    answer = await post(url, body, content_type)
    assert (answer.status, orjson.loads(answer.body)["code"]) == (400, "request_malformed")


async def test_a_form_that_is_too_large_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FORM_BYTES_MAX", 100)
    answer = await post(url, b"a=" + b"x" * 100)
    assert (answer.status, orjson.loads(answer.body)["code"]) == (413, "body_too_large")


async def test_a_form_that_stops_coming_holds_no_request(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "SILENCE_S", 0.2)
    head = f"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 100000\r\n"
    answer = await shout(url, f"{head}\r\nname=a".encode())
    assert b"body_too_slow" in answer
