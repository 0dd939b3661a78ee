"""A problem is a page where a browser asks, and a document (RFC 9457) where a program does."""

import pytest

from tests.support.centres import RunningCentre

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "id"}
PROGRAM = {"Accept": "application/json"}

PROBLEMS = [
    ("/no/such/page", 404, "not_found"),
    ("/api/v1/innovations?colour=red", 400, "bad_query"),
    ("/api/v1/innovations/01910000-0000-7000-8000-000000000000", 404, "not_found"),
    ("/keluar", 405, "method_not_allowed"),
]


@pytest.mark.parametrize(("path", "status", "code"), PROBLEMS)
async def test_a_browser_is_shown_a_page_with_the_code_at_its_end(
    running: RunningCentre, path: str, status: int, code: str
) -> None:
    said = await running.get(path, BROWSER)
    assert (said.status, said.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<code>{code}</code>" in said.body.decode()


@pytest.mark.parametrize(("path", "status", "code"), PROBLEMS)
async def test_a_program_is_sent_a_document(
    running: RunningCentre, path: str, status: int, code: str
) -> None:
    said = await running.get(path, PROGRAM)
    assert (said.status, said.headers["content-type"]) == (status, "application/problem+json")
    assert f'"code":"{code}"'.encode() in said.body


async def test_the_page_says_which_methods_an_address_takes(running: RunningCentre) -> None:
    said = await running.get("/keluar", BROWSER)
    assert said.headers["allow"] == "POST"
