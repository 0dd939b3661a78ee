"""Every refusal a person may meet: code, status, when to try again, and what to say.

RFC 9457 problem documents are made of these rows. A sentence says what happened, what is safe and
what to do; a code never changes its meaning. What HTTP alone refuses (`runtime.http`) is listed
there.
"""

from collections.abc import Mapping, Sequence

from protocol.canonical import Json
from protocol.problem_tables.hubs import HUBS
from protocol.problem_tables.integrations import INTEGRATIONS
from protocol.problem_tables.messages import MESSAGES
from protocol.problem_tables.problem import Problem
from protocol.problem_tables.records import RECORDS
from protocol.problem_tables.service import SERVICE

PROBLEMS: Mapping[str, Problem] = {
    problem.code: problem for problem in (*MESSAGES, *HUBS, *RECORDS, *INTEGRATIONS, *SERVICE)
}


def problem_document(
    code: str, *, detail: str = "", errors: Sequence[Mapping[str, Json]] = ()
) -> dict[str, Json]:
    """The RFC 9457 document of a code; a code that is not in the table is `internal`.

    Args:
        code: of `PROBLEMS`.
        detail: one sentence on this occurrence.
        errors: `{pointer, code, message}` for each fault in the body.
    """
    problem = PROBLEMS.get(code, PROBLEMS["internal"])
    document: dict[str, Json] = {
        "type": f"urn:jipp:problem:{problem.code}",
        "title": problem.en,
        "status": problem.status,
        "code": problem.code,
        "retry": problem.retry,
        "text_id": problem.id,
        "text_en": problem.en,
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = [dict(error) for error in errors]
    return document
