"""Public pages may be kept by anybody, because they are the same for everybody."""

import pytest

from central.web.rights import Role
from tests.support.desk import cookie_of, employ
from tests.support.visitors import HEALTH, Catalogue

PAGES = (
    "/",
    "/?q=antrean",
    "/metadata",
    "/inovasi/{queue}",
    "/bandingkan?id={queue}&id={replica}",
    "/bandingkan",
    "/peta",
    f"/celah?provinsi=11&kategori={HEALTH}",
    "/data",
)
"""Pages that are there."""

NOWHERE = (
    ("/inovasi/x", 404),
    ("/inovasi/01942b6e-4c00-7000-8000-000000000001", 404),
    ("/inovasi/{market}", 410),
)
"""Of what is no id, of an innovation that there is not, and of one that is withdrawn."""

ALL = (*PAGES, *(page for page, _ in NOWHERE))


def address(catalogue: Catalogue, page: str) -> str:
    known = {"queue": catalogue.queue, "replica": catalogue.replica, "market": catalogue.market}
    return page.format_map(known)


async def withdraw(catalogue: Catalogue) -> None:
    start = len(catalogue.bali.entries)
    catalogue.bali.withdraw(2, "Layanan berhenti.")
    await catalogue.sent(catalogue.bali, start=start)


@pytest.mark.parametrize(("page", "status"), NOWHERE)
async def test_what_is_not_there_is_not_there_for_whoever_has_the_page_that_says_so(
    catalogue: Catalogue, page: str, status: int
) -> None:
    await withdraw(catalogue)
    first = await catalogue.page(address(catalogue, page))
    assert (first.status, first.headers["cache-control"]) == (status, "public, max-age=60")
    for tag in (first.headers["etag"], "*"):
        again = await catalogue.page(address(catalogue, page), {"If-None-Match": tag})
        assert (again.status, again.body) == (status, first.body)


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_kept_for_a_minute_and_then_asked_for_again_for_nothing(
    catalogue: Catalogue, page: str
) -> None:
    first = await catalogue.page(address(catalogue, page))
    assert (first.status, first.headers["cache-control"]) == (200, "public, max-age=60")
    tag = {"If-None-Match": first.headers["etag"]}
    again = await catalogue.page(address(catalogue, page), tag)
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("page", ALL)
async def test_a_page_knows_nothing_of_who_has_signed_in(catalogue: Catalogue, page: str) -> None:
    centre = catalogue.running.centre
    employ(centre, "rina", Role.ADMINISTRATOR)
    stranger = await catalogue.page(address(catalogue, page))
    member = await catalogue.page(
        address(catalogue, page), cookie_of(centre, catalogue.url, "rina")
    )
    assert member.body == stranger.body
    assert "set-cookie" not in stranger.headers


@pytest.mark.parametrize("page", ALL)
async def test_each_language_is_kept_apart(catalogue: Catalogue, page: str) -> None:
    indonesian = await catalogue.page(address(catalogue, page))
    english = await catalogue.page(address(catalogue, page), {"Accept-Language": "en"})
    assert indonesian.headers["etag"] != english.headers["etag"]
    assert "Accept-Language" in indonesian.headers["vary"]
