from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from runtime.http.etags import FOR_EVER, make_page, page_response, wanted_coding
from tests.support.servers import ask, bare_app, served

LONG = b"inovasi pelayanan publik " * 200


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.Response:
        made = make_page(
            LONG if request.path == "/long" else b"short",
            coding=wanted_coding(request),
            content_type="text/plain; charset=utf-8",
            cache_control=FOR_EVER,
        )
        return page_response(request, made, status=404 if request.path == "/gone" else 200)

    app = bare_app()
    app.router.add_get("/gone", page)
    app.router.add_post("/short", page)
    app.router.add_get("/long", page)
    app.router.add_get("/short", page)
    async with served(app) as address:
        yield address


async def test_a_page_that_the_client_has_is_not_sent_again(url: str) -> None:
    first = await ask(url + "/long")
    again = await ask(url + "/long", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status, first.body) == (200, LONG)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize("asked", ['"other"', 'W/"x", "y"', ""])
async def test_another_tag_gets_the_page(url: str, asked: str) -> None:
    assert (await ask(url + "/short", headers={"If-None-Match": asked})).status == 200


async def test_a_star_means_any(url: str) -> None:
    assert (await ask(url + "/short", headers={"If-None-Match": "*"})).status == 304


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, zstd", "zstd"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
async def test_the_best_coding_that_is_accepted_is_used(
    url: str, accepted: str, coding: str | None
) -> None:
    answer = await ask(url + "/long", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.body == LONG
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_tags_of_codings_differ_and_each_is_known(url: str) -> None:
    packed = await ask(url + "/long", headers={"Accept-Encoding": "gzip"})
    plain = await ask(
        url + "/long",
        headers={"Accept-Encoding": "identity", "If-None-Match": packed.headers["etag"]},
    )
    assert plain.status == 304
    assert plain.headers["etag"] != packed.headers["etag"]


async def test_short_pages_are_sent_as_they_are(url: str) -> None:
    answer = await ask(url + "/short", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["*", "own"])
async def test_a_page_that_says_there_is_nothing_says_so_to_whoever_has_it(
    url: str, asked: str
) -> None:
    first = await ask(url + "/gone")
    tag = first.headers["etag"] if asked == "own" else asked
    again = await ask(url + "/gone", headers={"If-None-Match": tag})
    assert (first.status, again.status, again.body) == (404, 404, first.body)


async def test_the_answer_to_a_post_is_sent_whatever_the_client_has(url: str) -> None:
    tag = (await ask(url + "/short")).headers["etag"]
    for asked in (tag, "*"):
        answer = await ask(url + "/short", method="POST", headers={"If-None-Match": asked})
        assert (answer.status, answer.body) == (200, b"short")
