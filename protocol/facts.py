"""Facts: what the centre alone says of a record, whatever its hub writes (domain.md, "Rules").

`number` is the national registration number, `awards` what became of the awards that the record
claims, by `scheme/year`, `publication` is there while the centre hides the record, `merged_into`
names the record that stands for it, `original` the one that it replicates, and `replications` says
how far each hub is that wants to replicate it, by the replication's id.
"""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.entries.decisions import ChangeApplied
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
from protocol.replication import replication_after

NUMBER, AWARDS, PUBLICATION = "number", "awards", "publication"
MERGED_INTO, ORIGINAL = "merged_into", "original"
REPLICATIONS = "replications"

Facts = Mapping[str, Json]


def replication_in(facts: Facts, replication: str) -> Mapping[str, Json]:
    """What is known of a replication of the record; empty where it has not begun."""
    everything = facts.get(REPLICATIONS)
    standing = everything.get(replication) if isinstance(everything, dict) else None
    return standing if isinstance(standing, dict) else {}


def facts_after_step(facts: Facts, step: ChangeApplied, place: int) -> Facts:
    """The facts of the original after a step of a replication."""
    everything = facts.get(REPLICATIONS)
    known: dict[str, Json] = dict(everything) if isinstance(everything, dict) else {}
    name = step.replication or ""
    known[name] = replication_after(
        replication_in(facts, name),
        step=step.step or "",
        author=step.author,
        place=place,
        result=step.result,
    )
    return {**facts, REPLICATIONS: known}


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
