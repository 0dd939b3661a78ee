"""What the index of the national log says of a decision: its row, out of the decision alone."""

from typing import Any

from protocol.entries.decisions import Decision, kind_of, outcome_of, source_of
from protocol.entries.record_decisions import other_record
from protocol.entries.redaction import RedactedEntry


def row_of(place: int, decision: Decision) -> dict[str, Any]:
    """The row of a decision; `hub` only where no entry of a hub is behind it."""
    source = source_of(decision)
    return {
        "place": place,
        "kind": kind_of(decision),
        "record": getattr(decision, "record", None),
        "outcome": outcome_of(decision),
        "origin": source.origin if source else None,
        "number": source.index if source else None,
        "code": getattr(decision, "code", None),
        "other": other_record(decision),
        "hub": None if source else _hub_of(decision),
        "at": decision.at,
    }


def row_of_redacted(entry: RedactedEntry) -> dict[str, Any]:
    """The row of a decision whose bytes are gone, out of what the redaction says of it."""
    return {
        "place": entry.index,
        "kind": entry.kind,
        "record": entry.record,
        "outcome": entry.outcome,
        "origin": entry.source.origin if entry.source else None,
        "number": entry.source.index if entry.source else None,
        "code": entry.code,
        "other": entry.other,
        "hub": None,
        "at": entry.at,
    }


def _hub_of(decision: Decision) -> str | None:
    """The hub that a decision is about, or whose records it takes back or gives away."""
    return getattr(decision, "hub", None) or getattr(decision, "giver", None)
