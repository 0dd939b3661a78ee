"""Awards that records claim: listed with their standing, and ruled on one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.scanning import scan
from central.centre import Centre
from central.store import audit
from protocol.catalogue import shown_record
from protocol.entries.record_decisions import CONFIRMED, OPEN, REJECTED, AwardConfirmed
from protocol.facts import award_digest, claimed_awards
from protocol.innovation.awards import is_award, schemes
from protocol.nearest import nearest
from protocol.record_state import RecordState

_STANDINGS = (CONFIRMED, OPEN, REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An award that a record claims.

    Attributes:
        record, hub, title: whose it is.
        scheme, year: which award.
        level, rank, decree: what else the record says of it, or "".
        digest: names the claim with all that it says (`protocol.facts.award_digest`).
        standing: confirmed, rejected or open.
        listed: whether the reference table has that scheme in that year.
    """

    record: str
    hub: str
    title: str
    scheme: str
    year: int
    level: str
    rank: str
    decree: str
    digest: str
    standing: str
    listed: bool


def claims(conn: Connection, centre: Centre, *, standing: str | None = None) -> list[Claim]:
    """Every claimed award, by record, or those of one standing; of hidden records too."""
    states = scan(conn, centre, filters={"award": _STANDINGS})
    found = (claim for state in states for claim in _claims_of(state))
    return [claim for claim in found if standing in {None, claim.standing}]


def claims_of(conn: Connection, centre: Centre, records: Sequence[str]) -> list[Claim]:
    """Every award that these records claim."""
    states = national.load_states(conn, centre, records)
    return [claim for it in records if it in states for claim in _claims_of(states[it])]


def rule(
    conn: Connection,
    centre: Centre,
    record: str,
    *,
    scheme: str,
    year: int,
    standing: str,
    person: Person,
    rank: str | None = None,
) -> bool:
    """Confirms, rejects or reopens an award of a record; False where it stands so already.

    What is said is said of the claim as it stands: once its hub writes another rank, level or
    decree, that is another claim, and open.

    Raises:
        CaseRefused: no such record (`unknown_record`), it claims no such award
            (`award_not_claimed`) or several (`award_ambiguous`), or it would be confirmed and the
            reference table has no such award (`award_not_listed`).
        TextRefused: the reason or the account looks like personal data.
    """
    claim = _claimed(_state(conn, centre, record), scheme, year, rank)
    return _rule(conn, centre, claim, standing, person)


def rule_on_seen(
    conn: Connection, centre: Centre, record: str, digest: str, *, standing: str, person: Person
) -> bool:
    """As `rule`, on exactly the claim that somebody had on screen.

    Args:
        conn: an open transaction.
        centre: whose decision it is.
        record: id of the record.
        digest: of the claim, with all that it says.
        standing: confirmed, rejected or open.
        person: who says so, and why.

    Raises:
        CaseRefused: as of `rule`; or the record claims something else by now (`seen_is_old`).
        TextRefused: as of `rule`.
    """
    for claim in _claims_of(_state(conn, centre, record)):
        if claim.digest == digest:
            return _rule(conn, centre, claim, standing, person)
    raise CaseRefused(f"{record} claims something else by now", code="seen_is_old")


def _state(conn: Connection, centre: Centre, record: str) -> RecordState:
    state = national.load_states(conn, centre, [record]).get(record)
    if state is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    return state


def _rule(conn: Connection, centre: Centre, claim: Claim, standing: str, person: Person) -> bool:
    scheme, year = claim.scheme, claim.year
    if claim.standing == standing:
        return False
    if standing == CONFIRMED and not is_award(scheme, year):
        sentence = f"the table of awards has no {scheme} {year}{nearest(scheme, schemes(year))}"
        raise CaseRefused(sentence, code="award_not_listed")
    decision = AwardConfirmed(
        record=claim.record,
        scheme=scheme,
        year=year,
        award=claim.digest,
        standing=standing,
        **person.reasoned(centre),
    )
    national.append(conn, centre, [decision])
    now, detail = centre.clock.now(), f"{claim.record} {scheme} {year} {standing}: {person.reason}"
    audit.note(conn, at=now, what="award.confirmed", hub=claim.hub, detail=detail)
    return True


def _claimed(state: RecordState, scheme: str, year: int, rank: str | None) -> Claim:
    """The one claim of a record that is meant."""
    every = list(_claims_of(state))
    found = [
        it for it in every if (it.scheme, it.year) == (scheme, year) and rank in {None, it.rank}
    ]
    if not found:
        known = ", ".join(f"{it.scheme} {it.year}" for it in every) or "none"
        sentence = f"{state.id} claims no {scheme} {year}; it claims: {known}"
        raise CaseRefused(sentence, code="award_not_claimed")
    if len({it.digest for it in found}) > 1:
        ranks = ", ".join(repr(it.rank) for it in found)
        sentence = f"{state.id} claims {scheme} {year} more than once, with the ranks {ranks}"
        raise CaseRefused(sentence, code="award_ambiguous")
    return found[0]


def _claims_of(state: RecordState) -> Iterator[Claim]:
    record = shown_record(state)
    for claimed in claimed_awards(record, state.facts):
        award = {name: value for name, value in claimed.items() if name != "standing"}
        scheme, year = str(award["scheme"]), award["year"]
        if not isinstance(year, int):
            continue
        yield Claim(
            record=state.id,
            hub=state.owner,
            title=str(record.get("title", "")),
            scheme=scheme,
            year=year,
            level=str(award.get("level", "")),
            rank=str(award.get("rank", "")),
            decree=str(award.get("decree", "")),
            digest=award_digest(award),
            standing=str(claimed["standing"]),
            listed=is_award(scheme, year),
        )
