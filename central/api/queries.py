"""Query parameters of `/api/v1`: an allow-list, bounds, and cursors nobody has to understand."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from protocol.decimals import parse_decimal
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.searching import misfit
from runtime.http.problem_responses import Refused

LIMIT_DEFAULT = 20
LIMIT_MAX = 200
TEXT_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as it was asked.

    Attributes:
        text: words, or "".
        filters: facet to value.
        limit: items a page, 1 to 200.
        after: id after which the page begins, or None for the first.
    """

    text: str
    filters: dict[str, str]
    limit: int
    after: str | None


def read_query(request: web.Request, *, facets: Iterable[str]) -> Query:
    """The search in the query parameters; one that is empty, as forms send them, says nothing.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    filters = set(facets)
    given = dict(request.query)
    if len(given) != len(request.query):
        raise _invalid("", "A parameter is there twice.")
    for name, value in given.items():
        if name not in {"q", "limit", "cursor"} | filters:
            raise _invalid(name, "There is no such parameter.")
        if len(value) > TEXT_CHARS_MAX or "\0" in value:
            raise _invalid(name, f"Text of at most {TEXT_CHARS_MAX} characters.")
        if value and (sentence := misfit(name, value)):
            raise _invalid(name, sentence)
    given = {name: value for name, value in given.items() if value}
    return Query(
        text=given.get("q", ""),
        filters={name: value for name, value in given.items() if name in filters},
        limit=_limit(given.get("limit", str(LIMIT_DEFAULT))),
        after=_after(given["cursor"]) if "cursor" in given else None,
    )


def cursor_of(last_id: str) -> str:
    """The opaque text for "after this id"."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def _limit(text: str) -> int:
    limit = parse_decimal(text)
    if limit is None or not 1 <= limit <= LIMIT_MAX:
        raise _invalid("limit", f"A whole number from 1 to {LIMIT_MAX}.")
    return limit


def _after(text: str) -> str:
    try:
        last_id = base64.b64decode(
            text + "=" * (-len(text) % 4), altchars=b"-_", validate=True
        ).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Refused("bad_cursor") from error
    if not is_uuid7(last_id):
        raise Refused("bad_cursor")
    return last_id


def _invalid(name: str, sentence: str) -> Refused:
    error = {"pointer": f"/{name}", "code": "bad_query", "message": sentence}
    return Refused("bad_query", detail=sentence, errors=[error])
