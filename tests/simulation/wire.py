"""The centre's web face without a socket, and what a bad line does to what is sent over it."""

from dataclasses import dataclass, field
from random import Random

from aiohttp import StreamReader, web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict
from yarl import URL

from runtime.ports import Request, Response, Unreachable

BUFFER_BYTES = 2**16


class Crash(BaseException):
    """The process of a node dies here."""


@dataclass
class Weather:
    """How bad the line is: chances a request, drawn from the world's one source of chance."""

    chance: Random
    is_bad: bool = False
    told: list[str] = field(default_factory=list)

    def strikes(self, what: str, per_cent: int) -> bool:
        """Whether it happens now; what happened is told, for the trace."""
        if not self.is_bad or self.chance.randrange(100) >= per_cent:
            return False
        self.told.append(what)
        return True


class Wire:
    """`runtime.ports.Transport` into an application in this thread, one whole request at a time."""

    def __init__(self, weather: Weather | None = None) -> None:
        self.app = web.Application()
        self._weather = weather or Weather(Random(0))  # good, so it draws nothing

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        weather = self._weather
        if weather.strikes("crash before", 2):
            raise Crash
        if weather.strikes("request lost", 8):
            raise Unreachable("cut", "the request was lost")
        if weather.strikes("request doubled", 8):
            await self._answer(request)
        response = await self._answer(request)
        if weather.strikes("answer lost", 8):
            raise Unreachable("cut", "the answer was lost")
        if weather.strikes("crash after", 2):
            raise Crash
        return response

    async def _answer(self, request: Request) -> Response:
        asked = _mocked(request, self.app)
        answer = await self.app._handle(asked)  # what aiohttp's server calls
        assert isinstance(answer, web.Response)
        await self.app.on_response_prepare.send(asked, answer)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        body = answer.body if isinstance(answer.body, bytes) else b""
        return Response(status=answer.status, headers=headers, body=body)


def _mocked(request: Request, app: web.Application) -> web.Request:
    template = make_mocked_request("GET", "/")
    payload = StreamReader(template.protocol, BUFFER_BYTES)
    payload.feed_data(request.body)
    payload.feed_eof()
    target = URL(request.url).raw_path_qs
    headers = CIMultiDict(request.headers)
    return make_mocked_request(request.method, target, headers=headers, payload=payload, app=app)
