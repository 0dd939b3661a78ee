"""Somebody who is signed in at a service's pages and asks over HTTP, without a browser."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from runtime.pages.cookies import TOLD_COOKIE

TOKEN = "csrf-of-somebody"


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer of the pages."""

    status: int
    text: str
    place: str
    type: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Whose session asks; the token of its forms is `TOKEN`."""

    url: str
    http: aiohttp.ClientSession

    async def get(self, path: str, *, language: str = "id", told: str = "") -> Said:
        """The answer to a browser that goes there and prefers that language.

        Args:
            path: where.
            language: that it prefers.
            told: the word that the answer to a form just before left in its cookie.
        """
        headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
        if told:
            headers["Cookie"] = f"{self.http.headers.get('Cookie', '')}; {TOLD_COOKIE}={told}"
        return await self._asked("GET", path, headers=headers)

    async def post(self, path: str, **form: str) -> Said:
        """The answer to a form with the token of the session."""
        return await self._asked("POST", path, data={"csrf": TOKEN, **form})

    async def send(self, path: str, data: bytes, content_type: str) -> Said:
        """The answer to bytes that no form of ours made."""
        return await self._asked("POST", path, data=data, headers={"Content-Type": content_type})

    async def _asked(self, method: str, path: str, **sent: Any) -> Said:
        asked = self.http.request(method, self.url + path, allow_redirects=False, **sent)
        async with asked as response:
            return Said(
                status=response.status,
                text=await response.text(errors="replace"),
                place=response.headers.get("Location", ""),
                type=response.content_type,
                told=response.cookies[TOLD_COOKIE].value if TOLD_COOKIE in response.cookies else "",
            )
