"""Every refusal as a problem document (RFC 9457), made in one place from one table."""

from collections.abc import Mapping, Sequence

import orjson
from aiohttp import hdrs, web

from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.problem_tables.problem import Problem
from protocol.problems import PROBLEMS, problem_document
from runtime.http.http_problems import HTTP_PROBLEMS

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 30
"""What `Retry-After` says when nobody knows better; on every problem that a while may mend."""

CODE_OF_STATUS: Mapping[int, str] = {
    400: "request_malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    417: "expectation_failed",
}
"""The code for a refusal of aiohttp's own (its router, its parser)."""


class Refused(Exception):
    """A request that is answered with a problem document.

    Attributes:
        code: of `protocol.problems` or of `runtime.http.http_problems`.
        detail: one English sentence on this occurrence; never an echo of the request.
        errors: `{pointer, code, message}` for each fault in the body.
        headers: to send along.
    """

    def __init__(
        self,
        code: str,
        *,
        detail: str = "",
        errors: Sequence[Mapping[str, Json]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def problem_of(code: str) -> Problem:
    """The table row of a code; an unknown code is a fault of ours, `internal`."""
    return PROBLEMS.get(code) or HTTP_PROBLEMS.get(code) or PROBLEMS["internal"]


def problem_response(
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, Json]] = (),
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The response for one code; its status comes from the table."""
    problem = problem_of(code)
    response = web.Response(
        status=problem.status,
        body=orjson.dumps(_document(problem, detail, errors)),
        headers={**(headers or {}), hdrs.CACHE_CONTROL: "no-store"},
    )
    response.content_type = CONTENT_TYPE
    if problem.retry == "after":
        response.headers.setdefault(hdrs.RETRY_AFTER, str(RETRY_AFTER_S))
    return response


def refusal(error: Refused | ProtocolError) -> web.Response:
    """The response for an exception that says whose fault it is: theirs."""
    if isinstance(error, ProtocolError):
        pointed: list[Mapping[str, Json]] = []
        if error.pointer:
            pointed = [{"pointer": error.pointer, "code": error.code, "message": error.message}]
        return problem_response(error.code, detail=error.message, errors=pointed)
    return problem_response(
        error.code, detail=error.detail, errors=error.errors, headers=error.headers
    )


def _document(
    problem: Problem, detail: str, errors: Sequence[Mapping[str, Json]]
) -> dict[str, Json]:
    """As `protocol.problems.problem_document`, for HTTP's own codes too."""
    if problem.code in PROBLEMS:
        return problem_document(problem.code, detail=detail, errors=errors)
    return {
        **problem_document("internal", detail=detail, errors=errors),
        "type": f"urn:jipp:problem:{problem.code}",
        "title": problem.en,
        "status": problem.status,
        "code": problem.code,
        "retry": problem.retry,
        "text_id": problem.id,
        "text_en": problem.en,
    }
