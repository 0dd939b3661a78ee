"""Facts: what the centre alone says of a record, whatever its hub writes.

`number` is the national registration number, `awards` what became of the awards that the record
claims, by `award_key`, `publication` is there while the centre hides the record, `merged_into`
names the record that stands for it, `original` the one that it replicates, and `replications` says
how far each hub is that wants to replicate it, by the replication's id.
"""

import hashlib
from collections.abc import Iterator, Mapping

from protocol.canonical import Json, canonicalise
from protocol.entries.decisions import ChangeApplied
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
from protocol.replication import replication_after, replications_after

NUMBER, AWARDS, PUBLICATION = "number", "awards", "publication"
MERGED_INTO, ORIGINAL = "merged_into", "original"
REPLICATIONS = "replications"

Facts = Mapping[str, Json]


def replication_in(facts: Facts, replication: str) -> Mapping[str, Json]:
    """What is known of a replication of the record; empty where it has not begun."""
    return replications_in(facts).get(replication, {})


def replications_in(facts: Facts) -> dict[str, Mapping[str, Json]]:
    """What is known of every replication of the record, by their ids."""
    everything = facts.get(REPLICATIONS)
    found = everything.items() if isinstance(everything, dict) else ()
    return {name: standing for name, standing in found if isinstance(standing, dict)}


def facts_after_step(facts: Facts, step: ChangeApplied, place: int) -> Facts:
    """The facts of the original after a step of a replication."""
    known, name = replications_in(facts), step.replication or ""
    standing = replication_after(
        known.get(name, {}),
        step=step.step or "",
        author=step.author,
        place=place,
        result=step.result,
    )
    return {**facts, REPLICATIONS: replications_after(known, name, standing)}


def facts_after(facts: Facts, decision: RecordDecision) -> Facts:
    """The facts of a decision's record after it; of a merge, those of the absorbed one."""
    name, value = _fact(facts, decision)
    others = {known: fact for known, fact in facts.items() if known != name}
    return others if value is None else {**others, name: value}


def claimed_awards(record: Mapping[str, Json], facts: Facts) -> list[dict[str, Json]]:
    """The awards that a record claims, each with its `standing`: confirmed, rejected or open."""
    return [{**award, "standing": award_standing(facts, award)} for award in _awards_in(record)]


def award_standing(facts: Facts, award: Mapping[str, Json]) -> str:
    """What the centre says of an award: confirmed, rejected, or open while it said nothing.

    Of exactly these members: whoever writes another rank or level claims another award.
    """
    ruled = facts.get(AWARDS)
    if not isinstance(ruled, dict):
        return OPEN
    key = award_key(str(award.get("scheme")), award.get("year"), award_digest(award))
    return str(ruled.get(key, OPEN))


def award_digest(award: Mapping[str, Json]) -> str:
    """SHA-256, in hex, of the canonical bytes of an award as a record claims it."""
    return hashlib.sha256(canonicalise(dict(award))).hexdigest()


def award_key(scheme: str, year: Json, digest: str) -> str:
    """By what the facts name an award: for people, and for ever the same."""
    return f"{scheme}/{year}/{digest}"


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
    key = award_key(decision.scheme, decision.year, decision.award)
    awards[key] = decision.standing
    return {name: standing for name, standing in awards.items() if standing != OPEN} or None
