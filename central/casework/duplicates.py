"""Pairs that may be one innovation: listed and looked at; `identity` has the judging."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from central import national
from central.casework.conflicts import CaseRefused
from central.centre import Centre
from central.store import candidates, decisions
from central.store.candidates import Found, pair_of
from protocol.canonical import Json
from protocol.catalogue import shown_record, standing_of
from protocol.decimals import parse_decimal
from protocol.matching.candidates import Candidate, compare
from protocol.matching.features import features_of
from protocol.record_state import RecordState

COMPARED = (
    *("title", "short_name", "agency", "service_unit", "region", "started"),
    *("external_ids", "replicates", "summary"),
)
"""The fields by which a person sees whether two records are one."""


VERDICTS = {
    "record.merged": "same",
    "record.linked": "replication",
    "record.distinct": "distinct",
}
"""What a person's decision about a pair says, by the kind of the decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person said of a pair: same, replication or distinct; and where that is decided."""

    verdict: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One record of a pair.

    Attributes:
        record: its id.
        hub: its owner.
        state: as readers see it.
        fields: those of `COMPARED` that it has.
    """

    record: str
    hub: str
    state: str
    fields: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A pair as a person judges it.

    Attributes:
        sides: both records, the lesser id first.
        candidate: what the rules of today say, or None where they see nothing.
        verdict: what a person said of it, if somebody did.
    """

    sides: tuple[Side, Side]
    candidate: Candidate | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of open candidates.

    Attributes:
        items: each with the titles of both records, the highest score first.
        owners: hub by record, of all records in `items`.
        next: where the next page begins, or None.
        total: how many are open.
    """

    items: Sequence[tuple[Found, str, str]]
    owners: Mapping[str, str]
    next: str | None
    total: int


def list_open(conn: Connection, centre: Centre, *, limit: int, after: str = "") -> Page:
    """The candidates that nobody has judged.

    Args:
        conn: an open transaction.
        centre: whose they are.
        limit: items a page, at least 1.
        after: the `next` of the page before.

    Raises:
        CaseRefused: `after` is none (`bad_cursor`).
    """
    rows = candidates.page(conn, limit=limit + 1, after=_parsed(after) if after else None)
    shown = rows[:limit]
    ids = sorted({it for row in shown for it in (row.candidate.a, row.candidate.b)})
    states = national.load_states(conn, centre, ids)
    titles = {record: str(shown_record(it).get("title", "")) for record, it in states.items()}
    return Page(
        items=[
            (it, titles.get(it.candidate.a, ""), titles.get(it.candidate.b, "")) for it in shown
        ],
        owners={record: it.owner for record, it in states.items()},
        next=_cursor(shown[-1]) if len(rows) > limit else None,
        total=candidates.open_count(conn),
    )


def document_of(found: Found, first: str, second: str) -> dict[str, Json]:
    """An open pair as programs read it, with the titles of both records."""
    candidate = found.candidate
    return {
        "a": candidate.a,
        "b": candidate.b,
        "score": candidate.score,
        "suggestion": candidate.suggestion,
        "reasons": [asdict(reason) for reason in candidate.reasons],
        "titles": [first, second],
        "found_at": found.found_at.isoformat(),
        "state": found.state,
    }


def look(conn: Connection, centre: Centre, first: str, second: str) -> Look:
    """Two records side by side; they need not be a candidate.

    Raises:
        CaseRefused: there is no such record (`unknown_record`).
    """
    a, b = pair_of(first, second)
    states = national.load_states(conn, centre, [a, b])
    for record in (a, b):
        if record not in states:
            raise CaseRefused(f"no record {record}", code="unknown_record")
    features = [features_of(record, shown_record(states[record])) for record in (a, b)]
    return Look(
        sides=(_side(states[a]), _side(states[b])),
        candidate=compare(*features),
        verdict=_verdict(conn, a, b),
    )


def _verdict(conn: Connection, a: str, b: str) -> Verdict | None:
    row = decisions.verdict_on(conn, a, b)
    return None if row is None else Verdict(verdict=VERDICTS[row.kind], place=row.place)


def _side(state: RecordState) -> Side:
    record = shown_record(state)
    return Side(
        record=state.id,
        hub=state.owner,
        state=standing_of(state),
        fields={name: record[name] for name in COMPARED if name in record},
    )


def _cursor(found: Found) -> str:
    return f"{found.candidate.score}:{found.candidate.a}:{found.candidate.b}"


def _parsed(cursor: str) -> tuple[int, str, str]:
    score, _, pair = cursor.partition(":")
    a, sign, b = pair.partition(":")
    number = parse_decimal(score)
    if number is None or not sign:
        raise CaseRefused(f"{cursor!r} is not where a page begins", code="bad_cursor")
    return number, a, b
