"""A record's history: every decision about it, as the API and a hub's screen show it."""

from protocol.canonical import Json
from protocol.entries.decisions import (
    REPLICATION,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    Decision,
    kind_of,
    outcome_of,
    source_of,
)
from protocol.entries.record_decisions import (
    AwardConfirmed,
    NumberAssigned,
    PublicationSet,
    RecordCurated,
    RecordDecision,
    RecordMerged,
    RecordReverted,
    RecordTransferred,
    other_record,
)
from protocol.entries.redaction import EntryRedacted, RedactedEntry


def history_row(place: int, decision: Decision) -> dict[str, Json]:
    """One decision about a record, as readers of its history see it.

    Args:
        place: in the national log.
        decision: about the record, alone or with another one.

    Returns:
        place, at, kind, outcome and source of any; what else there is depends on the kind
        (docs/reference/http.md).
    """
    source = source_of(decision)
    row: dict[str, Json] = {
        "place": place,
        "at": decision.at,
        "kind": kind_of(decision),
        "outcome": outcome_of(decision),
        "source": {"origin": source.origin, "index": source.index} if source else None,
    }
    match decision:
        case ChangeRefused():
            row |= {"author": decision.author, "reason": decision.reason}
        case ChangeApplied() | ChangeProposed():
            fields = sorted({*(decision.set or ()), *(decision.unset or ())})
            row |= {
                "author": decision.author,
                "change": decision.change,
                "claimed_at": decision.claimed_at,
                "fields": list[Json](fields),
                "reason": decision.reason,
                **_step(decision),
            }
        case ChangeHeld():
            row |= {"author": decision.author, "code": decision.code}
        case RecordCurated() | RecordReverted() | RecordMerged():
            row |= {"fields": list[Json](sorted({*decision.set, *decision.unset}))}
        case EntryRedacted():
            row |= _said_of_redaction(decision)
        case _:
            row |= _said_by_the_centre(decision)
    if isinstance(decision, RecordDecision):
        row |= {"author": f"{decision.agency}/{decision.by}", "other": other_record(decision)}
        row |= {"reason": getattr(decision, "reason", None)}
    return row


def _step(decision: ChangeApplied | ChangeProposed) -> dict[str, Json]:
    """What a step of a replication says; nothing of another change."""
    if not isinstance(decision, ChangeApplied) or decision.change != REPLICATION:
        return {}
    names = ("replication", "step", "details", "result")
    return {name: getattr(decision, name) for name in names}


def redacted_row(entry: RedactedEntry) -> dict[str, Json]:
    """A decision whose bytes are gone, as a history shows it: that it was there, and no content."""
    source = entry.source
    return {
        "place": entry.index,
        "at": entry.at,
        "kind": entry.kind,
        "outcome": entry.outcome,
        "source": {"origin": source.origin, "index": source.index} if source else None,
        "redacted": True,
    }


def _said_of_redaction(decision: EntryRedacted) -> dict[str, Json]:
    gone: list[Json] = [{"origin": it.origin, "index": it.index} for it in decision.entries]
    return {
        "author": f"{decision.agency}/{decision.by}",
        "second_by": decision.second_by,
        "fields": list[Json](decision.fields),
        "reason": decision.reason,
        "ground": decision.ground,
        "entries": gone,
    }


def _said_by_the_centre(decision: Decision) -> dict[str, Json]:
    """What a decision says of a record that its hub does not write."""
    match decision:
        case RecordTransferred():
            return {"giver": decision.giver, "to": decision.to}
        case NumberAssigned():
            return {"number": decision.number}
        case AwardConfirmed():
            scheme, year = decision.scheme, decision.year
            return {"scheme": scheme, "year": year, "standing": decision.standing}
        case PublicationSet():
            return {"state": decision.state}
        case _:
            return {}
