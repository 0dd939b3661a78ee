"""Answers that can be cached and asked for again: strong ETags, 304, and compression.

The tag of a compressed body differs from the plain one's, as RFC 9110, 8.8.3.3 demands of strong
tags; any of them in `If-None-Match` gives a 304.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from runtime.http.codings import encode

COMPRESS_BYTES_MIN = 1_400
"""Below about one packet compression saves nothing."""

FOR_EVER = "public, max-age=31536000, immutable"
DIGEST_CHARS = 32

_SUCCESSES = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A body that is ready to be sent, in the coding that the client asked for.

    Attributes:
        body: the bytes, already encoded.
        coding: `gzip`, `zstd`, or "" for the bytes as they are.
        etag: with its quotation marks.
        content_type: of the bytes before encoding.
        cache_control: how long anybody may keep it.
        headers: to send along.
        vary: what else of a request the body depends on, beside its coding.
    """

    body: bytes
    coding: str
    etag: str
    content_type: str
    cache_control: str
    headers: Mapping[str, str] = field(default_factory=dict)
    vary: tuple[str, ...] = ()


def wanted_coding(request: web.Request) -> str:
    """The best coding that the client accepts, or "" for none."""
    accepted = {
        part.split(";")[0].strip().lower()
        for part in request.headers.get(hdrs.ACCEPT_ENCODING, "").split(",")
        if not part.replace(" ", "").endswith((";q=0", ";q=0.0"))
    }
    return next((coding for coding in ("zstd", "gzip") if coding in accepted), "")


def make_page(
    body: bytes,
    *,
    coding: str,
    content_type: str,
    cache_control: str,
    headers: Mapping[str, str] | None = None,
    vary: tuple[str, ...] = (),
) -> Page:
    """Tags a body and encodes it where that pays. Belongs in a worker thread."""
    used = coding if len(body) >= COMPRESS_BYTES_MIN else ""
    digest = hashlib.sha256(body).hexdigest()[:DIGEST_CHARS]
    return Page(
        body=encode(body, used) if used else body,
        coding=used,
        etag=f'"{digest}-{used}"' if used else f'"{digest}"',
        content_type=content_type,
        cache_control=cache_control,
        headers=headers or {},
        vary=vary,
    )


def page_response(request: web.Request, page: Page, *, status: int = 200) -> web.Response:
    """The answer with the body, or 304 where it would be a success that the client has.

    RFC 9110, 13.2.1: what is not there is not there, also for whoever has the page that says so.
    """
    headers = {
        **page.headers,
        hdrs.ETAG: page.etag,
        hdrs.CACHE_CONTROL: page.cache_control,
        hdrs.VARY: ", ".join((hdrs.ACCEPT_ENCODING, *page.vary)),
    }
    if status in _SUCCESSES and has_tag(request, page.etag):
        return web.Response(status=304, headers=headers)
    if page.coding:
        headers[hdrs.CONTENT_ENCODING] = page.coding
    headers[hdrs.CONTENT_TYPE] = page.content_type
    return web.Response(status=status, body=page.body, headers=headers)


def has_tag(request: web.Request, etag: str) -> bool:
    """Whether the client has what is tagged so.

    RFC 9110, 13.1.2: weak comparison, and the codings of one body count as one. Only of what is
    asked for by GET or HEAD; the answer to a POST is not what somebody has kept.
    """
    if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
        return False
    asked = request.headers.get(hdrs.IF_NONE_MATCH, "")
    if asked.strip() == "*":
        return True
    tags = {tag.strip().removeprefix("W/").strip('"').partition("-")[0] for tag in asked.split(",")}
    return etag.strip('"').partition("-")[0] in tags
