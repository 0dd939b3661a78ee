"""The centre's web face without a socket, and what a bad line does to what is sent over it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.utils import format_datetime

from aiohttp import StreamReader, web
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from runtime.ports import Clock, Request, Response, Unreachable
from tests.simulation.weather import Crash, Weather

BUFFER_BYTES = 2**16
LATE_MAX = 6
"""Requests of one line that are still on their way."""


class Wire:
    """`runtime.ports.Transport` into an application in this thread, over a line without faults.

    Attributes:
        app: of the centre's present process.
    """

    def __init__(self, app: web.Application, clock: Clock) -> None:
        self.app = app
        self._clock = clock
        self._template = make_mocked_request("GET", "/")

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`: the answer, as aiohttp's server would send it."""
        asked = self._received(request)
        answer = await self.app._handle(asked)  # what aiohttp's server calls
        assert isinstance(answer, web.Response)
        await self.app.on_response_prepare.send(asked, answer)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        headers["date"] = format_datetime(self._clock.now(), usegmt=True)
        body = answer.body if isinstance(answer.body, bytes) else b""
        return Response(status=answer.status, headers=headers, body=body)

    def _received(self, request: Request) -> web.Request:
        template = self._template
        payload = StreamReader(template.protocol, BUFFER_BYTES)
        payload.feed_data(request.body)
        payload.feed_eof()
        target = URL(request.url).raw_path_qs
        headers = CIMultiDictProxy(CIMultiDict(request.headers))
        raw = tuple((name.encode(), value.encode()) for name, value in headers.items())
        message = RawRequestMessage(
            method=request.method,
            path=target,
            version=HttpVersion11,
            headers=headers,
            raw_headers=raw,
            should_close=False,
            compression=None,
            upgrade=False,
            chunked=False,
            url=URL(target),
        )
        return web.Request(
            message,
            payload,
            template.protocol,
            template._payload_writer,
            template.task,
            template._loop,
            client_max_size=1024**2,
        )


class Line:
    """`runtime.ports.Transport` of one machine: loses, cuts, doubles and delays what it carries.

    Attributes:
        is_down: nothing comes through.
    """

    def __init__(self, wire: Wire, weather: Weather, centre_died: Callable[[], None]) -> None:
        self.is_down = False
        self._wire = wire
        self._weather = weather
        self._centre_died = centre_died
        self._late: list[Request] = []

    async def request(self, request: Request) -> Response:
        """See `runtime.ports.Transport`."""
        weather = self._weather
        if self.is_down:
            raise Unreachable("down", "the line is down")
        while self._late and weather.strikes("old request arrives", 20):
            await self._arrive(self._late.pop(weather.chance.randrange(len(self._late))))
        if weather.strikes("request lost", 3):
            raise Unreachable("cut", "the request was lost")
        if weather.strikes("request delayed", 2):
            self._delay(request)
            raise Unreachable("timeout", "no answer came")
        if request.body and weather.strikes("request cut", 3):
            body = request.body[: weather.chance.randrange(len(request.body))]
            await self._arrive(replace(request, body=body))
            raise Unreachable("cut", "the request was cut")
        await self._repeat(request)
        response = await self._deliver(request)
        if weather.strikes("answer lost", 3):
            raise Unreachable("cut", "the answer was lost")
        return response

    async def clear(self) -> None:
        """Whatever is still on its way arrives, in any order."""
        self._weather.chance.shuffle(self._late)
        while self._late:
            await self._arrive(self._late.pop())

    async def _repeat(self, request: Request) -> None:
        if self._weather.strikes("request doubled", 4):
            await self._arrive(request)
        if self._weather.strikes("request will come again", 4):
            self._delay(request)

    def _delay(self, request: Request) -> None:
        self._late = [*self._late, request][-LATE_MAX:]

    async def _arrive(self, request: Request) -> None:
        """A request whose answer nobody waits for."""
        with suppress(Unreachable):
            await self._deliver(request)

    async def _deliver(self, request: Request) -> Response:
        try:
            return await self._wire.request(request)
        except Crash:
            self._weather.told.append("the centre died")
            self._centre_died()
            raise Unreachable("reset", "the centre died") from None
