"""Facts: what the centre alone says of a record, whatever its hub writes (domain.md, "Rules").

`number` is the national registration number, `awards` what became of the awards that the record
claims, by `scheme/year`, `publication` is there while the centre hides the record, `merged_into`
names the record that stands for it, and `original` the one that it replicates.
"""

from collections.abc import Iterator, Mapping

from protocol.canonical import Json
from protocol.entries.record_decisions import (
    CONFIRMED,
    HIDDEN,
    OPEN,
    REJECTED,
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


def claimed_awards(record: Mapping[str, Json], facts: Facts) -> list[dict[str, Json]]:
    """The awards that a record claims, each with its `standing`: confirmed, rejected or open."""
    return [
        {**award, "standing": award_standing(facts, str(award["scheme"]), award["year"])}
        for award in _awards_in(record)
    ]


def award_standing(facts: Facts, scheme: str, year: Json) -> str:
    """What the centre says of an award: confirmed, rejected, or open while it said nothing."""
    ruled = facts.get(AWARDS)
    return str(ruled.get(f"{scheme}/{year}", OPEN)) if isinstance(ruled, dict) else OPEN


def best_award(record: Mapping[str, Json], facts: Facts) -> str | None:
    """The standing by which a record is found: of its claimed awards the one that says most."""
    standings = {str(award["standing"]) for award in claimed_awards(record, facts)}
    return next((it for it in (CONFIRMED, OPEN, REJECTED) if it in standings), None)


def _awards_in(record: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    awards = record.get("awards")
    for award in awards if isinstance(awards, list) else ():
        if isinstance(award, dict) and {"scheme", "year"} <= award.keys():
            yield award


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
