"""Facts: what the centre alone says of a record, whatever its hub writes (domain.md, "Rules").

`number` is the national registration number, `awards` what became of the awards that the record
claims, by `scheme/year`, `publication` is there while the centre hides the record, `merged_into`
names the record that stands for it, and `original` the one that it replicates.
"""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.entries.record_decisions import (
    HIDDEN,
    OPEN,
    AwardConfirmed,
    NumberAssigned,
    PublicationSet,
    RecordDecision,
    RecordLinked,
    RecordMerged,
    RecordReopened,
    RecordUnmerged,
)

NUMBER, AWARDS, PUBLICATION = "number", "awards", "publication"
MERGED_INTO, ORIGINAL = "merged_into", "original"

Facts = Mapping[str, Json]


def facts_after(facts: Facts, decision: RecordDecision) -> Facts:
    """The facts of a decision's record after it; of a merge, those of the absorbed one."""
    name, value = _fact(facts, decision)
    others = {known: fact for known, fact in facts.items() if known != name}
    return others if value is None else {**others, name: value}


def _fact(facts: Facts, decision: RecordDecision) -> tuple[str, Json]:
    """The fact that a decision changes, with its value from here on; None where there is none."""
    fact: tuple[str, Json] = ("", None)
    match decision:
        case NumberAssigned():
            fact = NUMBER, decision.number
        case AwardConfirmed():
            fact = AWARDS, _awards_after(facts, decision)
        case PublicationSet():
            fact = PUBLICATION, HIDDEN if decision.state == HIDDEN else None
        case RecordLinked():
            fact = ORIGINAL, decision.original
        case RecordReopened() if facts.get(ORIGINAL) == decision.other:
            fact = ORIGINAL, None
        case RecordUnmerged():
            fact = MERGED_INTO, None
        case RecordMerged():
            fact = MERGED_INTO, decision.record
        case _:
            pass
    return fact


def _awards_after(facts: Facts, decision: AwardConfirmed) -> Json:
    before = facts.get(AWARDS)
    awards: dict[str, Json] = dict(before) if isinstance(before, dict) else {}
    awards[f"{decision.scheme}/{decision.year}"] = decision.standing
    return {name: standing for name, standing in awards.items() if standing != OPEN} or None
