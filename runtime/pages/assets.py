"""The one stylesheet and the one script, served under a name that changes with their bytes."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from aiohttp import web

PREFIX = "/static/"
TYPES = {"jipp.css": "text/css", "jipp.js": "text/javascript", "jipp.svg": "image/svg+xml"}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@cache
def _bytes_of(name: str) -> bytes:
    return files("runtime.pages").joinpath("static", name).read_bytes()


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_bytes_of(name), mtime=0)


@cache
def address_of(name: str) -> str:
    """Where a file is served; another address as soon as its bytes are others."""
    return f"{PREFIX}{hashlib.sha256(_bytes_of(name)).hexdigest()[:12]}/{name}"


def add_routes(app: web.Application) -> None:
    """Serves them."""
    app.router.add_get(PREFIX + "{version}/{name}", _asset)


async def _asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in TYPES or request.path != address_of(name):
        raise web.HTTPNotFound
    headers = dict(_FOREVER)
    body = _bytes_of(name)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = _compressed(name), "gzip"
    return web.Response(body=body, content_type=TYPES[name], charset="utf-8", headers=headers)
