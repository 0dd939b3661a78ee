import re

import pytest

from protocol.canonical import parse
from protocol.errors import MalformedNote
from protocol.problems import PROBLEMS
from runtime.http.http_problems import HTTP_PROBLEMS
from runtime.http.problem_responses import (
    CODE_OF_STATUS,
    Refused,
    problem_of,
    problem_response,
    refusal,
)

CODES = sorted({*PROBLEMS, *HTTP_PROBLEMS})


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_whole_document(code: str) -> None:
    response = problem_response(code)
    assert isinstance(response.body, bytes)
    document = parse(response.body)
    assert isinstance(document, dict)
    assert document["code"] == code
    assert document["status"] == response.status == problem_of(code).status
    assert document["type"] == f"urn:jipp:problem:{code}"
    assert document["title"] == document["text_en"]
    assert document["text_id"] != document["text_en"]


@pytest.mark.parametrize("problem", HTTP_PROBLEMS.values(), ids=lambda it: it.code)
def test_codes_are_stable_words_and_sentences_end(problem: object) -> None:
    row = HTTP_PROBLEMS[getattr(problem, "code", "")]
    assert re.fullmatch(r"[a-z0-9_]+", row.code)
    assert row.id.endswith(".")
    assert row.en.endswith(".")


def test_no_code_has_two_meanings() -> None:
    assert not PROBLEMS.keys() & HTTP_PROBLEMS.keys()


def test_statuses_of_aiohttp_have_codes_of_the_same_status() -> None:
    assert {problem_of(code).status for code in CODE_OF_STATUS.values()} == CODE_OF_STATUS.keys()


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    assert problem_response("no_such_code").status == 500


@pytest.mark.parametrize("code", CODES)
def test_what_a_while_may_mend_says_when_to_come_back_and_nothing_else_does(code: str) -> None:
    later = {"Retry-After": "30"} if problem_of(code).retry == "after" else {}
    headers = problem_response(code).headers
    assert {name: headers[name] for name in headers if name == "Retry-After"} == later


def test_trouble_of_every_status_that_a_hub_tries_again_can_be_mended_by_a_while() -> None:
    rows = {problem.status: problem.retry for problem in map(problem_of, CODES)}
    trouble = {status: retry for status, retry in rows.items() if status >= 500 or status == 408}
    assert trouble == {408: "after", 500: "after", 503: "after", 505: "never", 507: "after"}


def test_problems_are_never_kept_by_caches() -> None:
    assert problem_response("not_found").headers["Cache-Control"] == "no-store"


def test_faults_in_the_body_are_pointed_at() -> None:
    errors = [{"pointer": "/title", "code": "too_long", "message": "Terlalu panjang."}]
    body = refusal(Refused("schema_invalid", errors=errors)).body
    assert isinstance(body, bytes)
    assert b'"errors":[{"pointer":"/title"' in body


def test_a_protocol_error_without_a_pointer_points_nowhere() -> None:
    body = refusal(MalformedNote("no signature")).body
    assert isinstance(body, bytes)
    assert b'"errors"' not in body
    assert b'"detail":"no signature"' in body
