"""The guard with a real client and a server on loopback: what is refused is never connected."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from runtime.http.client import HttpTransport
from runtime.http.guard import Guard
from runtime.http.public_addresses import parse_reachable
from runtime.ports import Request, Response, Unreachable
from tests.support.servers import bare_app, served

NOBODY = parse_reachable([])
LOOPBACK = parse_reachable(["127.0.0.1"])


class Names(AbstractResolver):
    """A name server that a test holds in its hands: each answer once, the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        self.asked += 1
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Server:
    """A server on loopback, and what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return URL(self.url).port or 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/pindah":
            raise web.HTTPFound("/tujuan")
        return web.Response(text="ok")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one, app = Server(), bare_app()
    app.router.add_get("/{path:.*}", one.answer)
    async with served(app) as one.url:
        yield one


@asynccontextmanager
async def transport(guard: Guard) -> AsyncIterator[HttpTransport]:
    async with HttpTransport(read_s=5.0, connect_s=5.0, guard=guard) as opened:
        yield opened


async def get(url: str, guard: Guard) -> Response:
    async with transport(guard) as opened:
        return await opened.request(Request(method="GET", url=url))


async def reason(url: str, guard: Guard) -> str:
    with pytest.raises(Unreachable) as unreachable:
        await get(url, guard)
    return unreachable.value.reason


async def test_what_is_reachable_is_reached(server: Server) -> None:
    assert (await get(f"{server.url}/a", Guard(LOOPBACK))).status == 200


async def test_a_name_that_means_a_reachable_address_is_reached(server: Server) -> None:
    guard = Guard(LOOPBACK, Names(["127.0.0.1"]))
    assert (await get(f"http://penerima.test:{server.port}/a", guard)).status == 200


async def test_an_address_of_this_machine_is_refused_before_anything_is_sent(
    server: Server,
) -> None:
    assert await reason(f"{server.url}/a", Guard(NOBODY)) == "address_refused"
    assert server.asked == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "10.0.0.1", "0.0.0.0"],  # noqa: S104 - never bound
)
async def test_an_address_itself_is_judged(server: Server, host: str) -> None:
    assert await reason(f"http://{host}:{server.port}/", Guard(NOBODY)) == "address_refused"
    assert server.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
async def test_another_spelling_of_loopback_reaches_nothing(server: Server, host: str) -> None:
    said = await reason(f"http://{host}:{server.port}/", Guard(NOBODY))
    assert said in {"address", "address_refused", "dns"}
    assert server.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["1.1.1.1", "127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["2606:4700::1111", "fd00::1"],
    ],
)
async def test_one_inside_address_among_the_answers_refuses_the_name(
    server: Server, answers: Sequence[str]
) -> None:
    guard = Guard(NOBODY, Names(answers))
    assert await reason(f"http://penerima.test:{server.port}/", guard) == "address_refused"
    assert server.asked == []


async def test_a_name_that_changes_its_meaning_after_a_first_look_is_refused(
    server: Server,
) -> None:
    names = Names(["1.1.1.1"], ["127.0.0.1"])
    guard = Guard(NOBODY, names)
    assert await guard.resolve("penerima.test", server.port)  # somebody looked, and all was well
    assert await reason(f"http://penerima.test:{server.port}/", guard) == "address_refused"
    assert (names.asked, server.asked) == (2, [])


async def test_a_resolver_that_lies_does_not_get_past_the_socket(server: Server) -> None:
    """Also where nobody asked the guard for the name: the last look is at the address itself."""
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", server.port))
    with pytest.raises(OSError, match="not an address that may be reached"):
        Guard(NOBODY).socket(info)


async def test_a_redirect_is_the_answer_and_is_not_followed(server: Server) -> None:
    assert (await get(f"{server.url}/pindah", Guard(LOOPBACK))).status == 302
    assert server.asked == ["/pindah"]


async def test_no_proxy_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await get(f"{server.url}/a", Guard(LOOPBACK))).status == 200


async def test_a_name_that_nobody_knows_is_not_said_to_be_refused() -> None:
    assert await reason("http://tidak-ada.invalid/", Guard(NOBODY)) == "dns"
