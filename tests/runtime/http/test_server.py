import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from protocol.canonical import parse
from protocol.errors import MalformedNote
from runtime.database import DatabaseFull
from runtime.http import server as server_module
from runtime.http.body import read_body
from runtime.http.problem_responses import Refused
from runtime.http.server import ADMISSION, METRICS, CannotListen, serve
from runtime.metrics import metrics_response
from runtime.ports import Response
from tests.support.servers import ask, bare_app, served, shout


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="halo")


async def broken(_request: web.Request) -> web.Response:
    raise ZeroDivisionError("a secret of ours")


async def full(_request: web.Request) -> web.Response:
    raise DatabaseFull("disk")


async def refusing(_request: web.Request) -> web.Response:
    raise MalformedNote("no signature line", pointer="/note")


async def moved(_request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/hello")


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await read_body(request, limit_bytes=100))


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = bare_app()
    app.router.add_get("/hello", hello)
    app.router.add_get("/broken", broken)
    app.router.add_get("/full", full)
    app.router.add_get("/refusing", refusing)
    app.router.add_get("/moved", moved)
    app.router.add_post("/echo", echo)
    async with served(app) as address:
        yield address


def problem(response: Response) -> tuple[int, object]:
    assert response.headers["content-type"] == "application/problem+json"
    document = parse(response.body)
    assert isinstance(document, dict)
    assert document["status"] == response.status
    assert document["text_id"]
    assert document["text_en"]
    return response.status, document["code"]


async def test_every_answer_carries_the_protocol_version_and_no_server_name(url: str) -> None:
    for path in ("/hello", "/nothing", "/broken"):
        answer = await ask(url + path)
        assert answer.headers["jipp-protocol"] == "1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers


async def test_an_unknown_address_is_a_problem_document(url: str) -> None:
    assert problem(await ask(url + "/nothing")) == (404, "not_found")


async def test_a_wrong_method_says_which_are_right(url: str) -> None:
    answer = await ask(url + "/hello", method="DELETE")
    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET,HEAD"


async def test_a_fault_of_ours_tells_nothing_about_us(url: str) -> None:
    answer = await ask(url + "/broken")
    assert problem(answer) == (500, "internal")
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body


async def test_a_full_disk_asks_to_come_back(url: str) -> None:
    answer = await ask(url + "/full")
    assert problem(answer) == (507, "storage_full")
    assert answer.headers["retry-after"]


async def test_a_refusal_of_the_protocol_keeps_its_code_and_pointer(url: str) -> None:
    answer = await ask(url + "/refusing")
    assert problem(answer)[1] == "note_malformed"
    assert b'"/note"' in answer.body


async def test_a_redirect_stays_a_redirect(url: str) -> None:
    assert (await ask(url + "/moved")).status == 303


async def test_another_protocol_version_has_to_upgrade(url: str) -> None:
    answer = await ask(url + "/hello", headers={"JIPP-Protocol": "2"})
    assert problem(answer) == (426, "protocol_version_unsupported")
    assert answer.headers["upgrade"] == "JIPP/1"


async def test_our_protocol_version_is_served(url: str) -> None:
    assert (await ask(url + "/hello", headers={"JIPP-Protocol": "1"})).status == 200


async def test_every_answer_announces_the_codings_that_bodies_may_have(url: str) -> None:
    for path in ("/hello", "/nowhere"):
        assert (await ask(url + path)).headers["accept-encoding"] == "gzip, zstd"


@pytest.mark.parametrize(
    ("why", "head"),
    [
        ("bare line feeds", b"GET /hello HTTP/1.1\nHost: a\n\n"),
        ("two lengths", b"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        (
            "length and chunks",
            b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
        ),
        ("signed length", b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd"),
        ("a NUL", b"GET /hello HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n"),
        ("a long line", b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a long header", b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9_000 + b"\r\n\r\n"),
        ("many headers", b"GET /hello HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 200 + b"\r\n"),
        ("not HTTP", b"\x16\x03\x01\x02\x00hello-secret\r\n\r\n"),
    ],
)
async def test_bytes_that_are_no_request_get_a_problem_document(
    url: str, why: str, head: bytes
) -> None:
    said = await shout(url, head)
    assert b" 400 " in said.split(b"\r\n")[0], why
    assert b"application/problem+json" in said
    assert b"JIPP-Protocol: 1" in said
    assert b"Server:" not in said
    assert b"hello-secret" not in said
    assert b"aaaa" not in said


@pytest.mark.parametrize("version", [b"HTTP/0.9", b"HTTP/2.0"])
async def test_other_versions_of_http_are_not_served(url: str, version: bytes) -> None:
    said = await shout(url, b"GET /hello " + version + b"\r\nHost: a\r\n\r\n")
    assert b" 200 " not in said.split(b"\r\n")[0]
    assert b"halo" not in said


async def test_http_1_0_is_served(url: str) -> None:
    said = await shout(url, b"GET /hello HTTP/1.0\r\n\r\n")
    assert said.startswith(b"HTTP/1.0 200 ")


@pytest.mark.parametrize("start", [b"", b"GET /hello HTTP/1.1\r\nHost"])
async def test_a_connection_that_asks_nothing_is_closed(
    url: str, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(server_module, "HEAD_S", 0.1)
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(start)
    async with asyncio.timeout(2):
        assert await reader.read() == b""
    writer.close()


async def test_a_connection_that_asked_stays_open(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "HEAD_S", 0.1)
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for _ in range(2):
        writer.write(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"halo")).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(0.2)
    writer.close()


async def test_an_expectation_that_cannot_be_met_is_a_problem_document(url: str) -> None:
    said = await shout(url, b"GET /hello HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n")
    assert b" 417 " in said.split(b"\r\n")[0]
    assert b"application/problem+json" in said


async def test_more_requests_than_the_limit_are_told_to_come_back() -> None:
    app = bare_app(in_flight_max=0)
    app.router.add_get("/hello", hello)
    async with served(app) as url:
        answer = await ask(url + "/hello")
    assert problem(answer) == (503, "busy")
    assert answer.headers["retry-after"]
    assert app[ADMISSION].count == 0


async def test_requests_are_counted_by_pattern_and_not_by_path() -> None:
    app = bare_app()
    app.router.add_get("/hubs/{hub}", hello)
    async with served(app) as url:
        await ask(url + "/hubs/51")
        await ask(url + "/elsewhere")
    page = metrics_response(app[METRICS].registry).body
    assert isinstance(page, bytes)
    assert b'route="/hubs/{hub}",status="200"' in page
    assert b'route="unmatched",status="404"' in page
    assert b"/hubs/51" not in page


async def test_headers_of_a_refusal_are_sent_along() -> None:
    async def limited(_request: web.Request) -> web.Response:
        raise Refused("busy", headers={"Retry-After": "7"})

    app = bare_app()
    app.router.add_get("/", limited)
    async with served(app) as url:
        assert (await ask(url + "/")).headers["retry-after"] == "7"


async def test_a_port_that_is_taken_is_a_sentence(url: str) -> None:
    port = int(url.rpartition(":")[2])
    with pytest.raises(CannotListen, match=f"127.0.0.1:{port} cannot be served: address"):
        await serve(bare_app(), host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["tidak-ada.invalid", "a..b"])
async def test_a_host_that_no_name_server_knows_is_a_sentence(host: str) -> None:
    with pytest.raises(
        CannotListen, match=f"{host}:0 cannot be served: the name is not known. Set"
    ):
        await serve(bare_app(), host=host, port=0)


async def test_an_address_of_another_machine_is_a_sentence() -> None:
    with pytest.raises(CannotListen, match=r"the address is another machine's\. Set `host`"):
        await serve(bare_app(), host="192.0.2.1", port=0)


async def test_a_path_with_nul_is_nobodys(url: str) -> None:
    answer = await ask(f"{url}/%00")
    assert (answer.status, b"not_found" in answer.body) == (404, True)
