"""The history of runs as rows: what happened stands alone, what repeated itself is folded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hubnode.store.runs import GOOD, Run, RunState
from hubnode.web.said import told
from runtime.pages.formats import format_span
from runtime.unreachable import reason_in

FOLDED_FROM = 2
"""Runs in a row that are told in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Runs in a row, the newest first, that ended alike and moved nothing; or one alone."""

    runs: Sequence[Run]

    @property
    def is_folded(self) -> bool:
        """Whether it is told in one line."""
        return len(self.runs) >= FOLDED_FROM


def series_of(runs: Sequence[Run]) -> list[Series]:
    """Runs, the newest first, in series. The newest stands alone: it answers whoever asked for it.

    A run that sent or took something, and one that is under way, is a series by itself.
    """
    newest, others = runs[:1], runs[1:]
    grouped = [tuple(found) for _, found in groupby(others, key=_likeness)]
    return [Series(runs=tuple(it)) for it in ([newest] if newest else [])] + [
        Series(runs=it) for it in grouped
    ]


def rows_of(runs: Sequence[Run], *, language: str, zone: str, limit: int) -> list[dict[str, Any]]:
    """At most `limit` series as the page shows them.

    Returns:
        Of each what its newest run says, `count` runs, the `span` of time in which they began, the
        runs themselves as `items`, and what they say for whoever looks closer, once, as `details`.
    """
    return [_told(it, language=language, zone=zone) for it in series_of(runs)[:limit]]


def _told(series: Series, *, language: str, zone: str) -> dict[str, Any]:
    newest, oldest = series.runs[0], series.runs[-1]
    items = [_row(run, language=language, zone=zone) for run in _folded(series)]
    return {
        **_row(newest, language=language, zone=zone),
        "count": len(series.runs),
        "is_folded": series.is_folded,
        "span": format_span(oldest.started_at, newest.started_at, zone=zone, language=language),
        "items": items,
        "details": list(dict.fromkeys(it["detail"] for it in items if it["detail"])),
    }


def _folded(series: Series) -> Iterable[Run]:
    return series.runs if series.is_folded else ()


def _likeness(run: Run) -> tuple[object, ...]:
    is_quiet = not run.pushed_count and not run.pulled_count and run.state is not RunState.RUNNING
    if not is_quiet:
        return (run.id,)
    return ("good" if run.state in GOOD else run.state, run.code, reason_in(run.detail))


def _row(run: Run, *, language: str, zone: str) -> dict[str, Any]:
    """A run: its sentence in the reader's language, what it moved, and how long it took."""
    ended = run.ended_at
    said = told(run.sentence, run.code, run.detail, language=language, zone=zone)
    return {
        "started_at": run.started_at,
        "state": run.state.value,
        "is_good": run.state in GOOD and not run.code,
        "seconds": (ended - run.started_at).total_seconds() if ended else None,
        "pushed_count": run.pushed_count,
        "pulled_count": run.pulled_count,
        "sentence": said.sentence if run.code else "",
        "code": run.code,
        "detail": said.detail,
    }
