"""Query parameters of `/api/v1`: an allow-list, bounds, and cursors nobody has to understand."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from aiohttp import web

from central.openapi.parameters import LIMIT_MAX, TEXT_CHARACTERS_MAX
from central.outlets.columns import FIELDS, HEADERS
from central.outlets.exporting import FORMATS, Order, Selection
from central.projection import HISTORY_PAGE, Chosen
from protocol.campaign_numbers import BREAKDOWNS
from protocol.campaigns import NONE, PROGRESS
from protocol.decimals import parse_decimal
from protocol.innovation.completeness import GROUPS
from protocol.innovation.identifiers import is_uuid7
from protocol.innovation.searching import misfit
from protocol.limits import LOG_SIZE_MAX
from runtime.campaigns import FILTERS
from runtime.finding import Place
from runtime.http.problem_responses import Refused

LIMIT_DEFAULT = 20
CAMPAIGN = "campaign"
ORIGINAL = "original"
EXACT = "exact"
SORT = "sort"
BEST, NEWEST = "best", "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as it was asked.

    Attributes:
        text: words, or "".
        filters: facet to value.
        limit: items a page, 1 to 200.
        after: the place after which the page begins, or None for the first.
        chosen: the records of a campaign among which is searched, or None for all.
        original: id of the record that they replicate, or None for all.
        is_exact: whether nothing is searched in place of what was asked.
        newest_first: whether the order is that of age alone.
    """

    text: str
    filters: dict[str, str]
    limit: int
    after: Place | None
    chosen: Chosen | None
    original: str | None
    is_exact: bool
    newest_first: bool


def read_query(request: web.Request, *, facets: Iterable[str]) -> Query:
    """The search in the query parameters; one that is empty, as forms send them, says nothing.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    known = set(facets)
    given = _given(request, {"limit", "cursor", SORT} | _selecting(known))
    chosen = _chosen(given, known)
    return Query(
        text=given.get("q", ""),
        filters=_filters(given, known, chosen),
        limit=_limit(given.get("limit", str(LIMIT_DEFAULT))),
        after=_after(given["cursor"]) if "cursor" in given else None,
        chosen=chosen,
        original=_original(given),
        is_exact=_is_exact(given),
        newest_first=_is_newest_first(given),
    )


def read_order(request: web.Request, *, ending: str, facets: Iterable[str]) -> Order:
    """The file that is asked for: the parameters of a search but for its pages, and `header`.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    known = set(facets)
    own = {"header"} if FORMATS[ending].has_header else set()
    given = _given(request, own | _selecting(known))
    header = given.get("header", FIELDS)
    if header not in HEADERS:
        raise _invalid("header", f"header takes {', '.join(HEADERS)}.")
    return Order(ending=ending, header=header, selection=_selection(given, known))


def _selection(given: dict[str, str], known: set[str]) -> Selection:
    chosen = _chosen(given, known)
    return Selection(
        text=given.get("q", ""),
        filters=_filters(given, known, chosen),
        chosen=chosen,
        original=_original(given),
        is_exact=_is_exact(given),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """A page of a history as it was asked.

    Attributes:
        limit: decisions a page, 1 to 200.
        before: the place before which they stand, or None for the newest.
    """

    limit: int = HISTORY_PAGE
    before: int | None = None


def read_history_query(request: web.Request) -> HistoryQuery:
    """The page of a history in the query parameters.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    given = _given(request, {"limit", "cursor"})
    limit = _limit(given.get("limit", str(HISTORY_PAGE)))
    if "cursor" not in given:
        return HistoryQuery(limit=limit)
    before = parse_decimal(_decoded(given["cursor"]))
    if before is None or before > LOG_SIZE_MAX:
        raise Refused("bad_cursor")
    return HistoryQuery(limit=limit, before=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """A part of a feed as it was asked.

    Attributes:
        filters: `hub`, `province` and their values, where they are asked for.
        before: time and id of the entry behind which it begins, or None for the newest.
    """

    filters: dict[str, str]
    before: tuple[str, str] | None


def read_feed_query(request: web.Request) -> FeedQuery:
    """The part of a feed in the query parameters.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    given = _given(request, {"hub", "province", "cursor"})
    cursor = given.pop("cursor", "")
    filters = _filters(given, set(given), None)
    if not cursor:
        return FeedQuery(filters=filters, before=None)
    at, _, record = _decoded(cursor).partition(" ")
    if not _MOMENT.match(at) or not is_uuid7(record):
        raise Refused("bad_cursor")
    return FeedQuery(filters=filters, before=(at, record))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A page of a list as it was asked.

    Attributes:
        limit: items a page, 1 to 200.
        after: what the cursor says: how the page before ended; "" for the first.
    """

    limit: int = LIMIT_DEFAULT
    after: str = ""


def read_list_query(request: web.Request) -> ListQuery:
    """The page of a list in the query parameters.

    Raises:
        Refused: an unknown or repeated parameter, or a value out of range.
    """
    given = _given(request, {"limit", "cursor"})
    return ListQuery(
        limit=_limit(given.get("limit", str(LIMIT_DEFAULT))),
        after=_decoded(given["cursor"]) if "cursor" in given else "",
    )


def refuse_parameters(request: web.Request) -> None:
    """Accepts a query without any parameter.

    Raises:
        Refused: it has one.
    """
    _given(request, set())


def read_breakdown(request: web.Request) -> str:
    """By what the numbers of a campaign are asked for; by hub where nothing is said.

    Raises:
        Refused: an unknown or repeated parameter, or a breakdown that there is not.
    """
    by = _given(request, {"by"}).get("by", BREAKDOWNS[0])
    if by not in BREAKDOWNS:
        raise _invalid("by", f"by takes {', '.join(BREAKDOWNS)}.")
    return by


def cursor_of(last: str) -> str:
    """The opaque text for "after this one": a place in a search, or one of the national log."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def _given(request: web.Request, names: set[str]) -> dict[str, str]:
    """The parameters that say something, of those that may be given."""
    _check_utf8(request)
    given = dict(request.query)
    if len(given) != len(request.query):
        raise _invalid("", "A parameter is there twice.")
    for name, value in given.items():
        if name not in names:
            raise _invalid(name, "There is no such parameter.")
        if len(value) > TEXT_CHARACTERS_MAX or "\0" in value:
            raise _invalid(name, f"Text of at most {TEXT_CHARACTERS_MAX} characters.")
    return {name: value for name, value in given.items() if value}


def _check_utf8(request: web.Request) -> None:
    """Accepts a query whose bytes are UTF-8; else the framework reads others in their place.

    Raises:
        Refused: they are not.
    """
    try:
        unquote_to_bytes(request.raw_path.partition("?")[2]).decode()
    except UnicodeError as error:
        raise _invalid("", "The query is not UTF-8.") from error


def _selecting(facets: set[str]) -> set[str]:
    """The parameters that say which innovations."""
    return {"q", EXACT, CAMPAIGN, ORIGINAL, *FILTERS} | facets


def _filters(given: dict[str, str], facets: set[str], chosen: Chosen | None) -> dict[str, str]:
    """Facet to value; those that a campaign takes for its own are not among them."""
    of_campaign = chosen.filters if chosen is not None else {}
    filters = {it: given[it] for it in given if it in facets and it not in of_campaign}
    for name, value in filters.items():
        if sentence := misfit(name, value):
            raise _invalid(name, sentence)
    return filters


def _chosen(given: dict[str, str], facets: set[str]) -> Chosen | None:
    """The campaign that is asked about: then its own filters count, also for hub and year."""
    filters = {name: given[name] for name in FILTERS if name in given}
    if CAMPAIGN not in given:
        for name in filters.keys() - facets:
            raise _invalid(name, f"{name} goes with campaign.")
        return None
    for name, value in filters.items():
        if value != NONE and (sentence := _misfit(name, value)):
            raise _invalid(name, sentence)
    return Chosen(campaign=given[CAMPAIGN], filters=filters)


def _original(given: dict[str, str]) -> str | None:
    original = given.get(ORIGINAL)
    if original is not None and not is_uuid7(original):
        raise _invalid(ORIGINAL, f"original takes the id of an innovation, not {original!r}.")
    return original


def _is_exact(given: dict[str, str]) -> bool:
    value = given.get(EXACT, "0")
    if value not in ("0", "1"):
        raise _invalid(EXACT, f"{EXACT} takes 0 or 1, not {value!r}.")
    return value == "1"


def _is_newest_first(given: dict[str, str]) -> bool:
    value = given.get(SORT, BEST)
    if value not in (BEST, NEWEST):
        raise _invalid(SORT, f"{SORT} takes {BEST} or {NEWEST}, not {value!r}.")
    return value == NEWEST


def _misfit(name: str, value: str) -> str:
    """As `protocol.innovation.searching.misfit`, for a campaign's own filters too."""
    takes = _CHOICES.get(name, (value,))
    if value not in takes:
        return f"{name} takes {', '.join(takes)}, not {value!r}."
    if name == "day" and not _DAY.match(value):
        return f"day takes a date such as 2026-11-23, or none, not {value!r}."
    return misfit(name, value)


_CHOICES = {"progress": PROGRESS, "complete": ("yes", "no"), "full": GROUPS, "lacking": GROUPS}
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def _limit(text: str) -> int:
    limit = parse_decimal(text)
    if limit is None or not 1 <= limit <= LIMIT_MAX:
        raise _invalid("limit", f"A whole number from 1 to {LIMIT_MAX}.")
    return limit


def _after(text: str) -> Place:
    place = Place.parse(_decoded(text))
    if place is None:
        raise Refused("bad_cursor")
    return place


def _decoded(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Refused("bad_cursor") from error


def _invalid(name: str, sentence: str) -> Refused:
    error = {"pointer": f"/{name}", "code": "bad_query", "message": sentence}
    return Refused("bad_query", detail=sentence, errors=[error])
