"""A record's history: every decision about it, as the API and a hub's screen show it."""

from protocol.canonical import Json
from protocol.entries.decisions import (
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
            }
        case ChangeHeld():
            row |= {"author": decision.author, "code": decision.code}
        case RecordCurated() | RecordReverted() | RecordMerged():
            row |= {"fields": list[Json](sorted({*decision.set, *decision.unset}))}
        case _:
            row |= _said_by_the_centre(decision)
    if isinstance(decision, RecordDecision):
        row |= {"author": f"{decision.agency}/{decision.by}", "other": other_record(decision)}
        row |= {"reason": getattr(decision, "reason", None)}
    return row


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
