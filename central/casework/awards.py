"""Awards that records claim: listed with their standing, and ruled on one by one."""

from collections.abc import Iterator
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
from protocol.facts import award_standing, claimed_awards
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
    standing: str
    listed: bool


def claims(conn: Connection, centre: Centre, *, standing: str | None = None) -> list[Claim]:
    """Every claimed award, by record, or those of one standing; of hidden records too."""
    states = scan(conn, centre, filters={"award": _STANDINGS})
    found = (claim for state in states for claim in _claims_of(state))
    return [claim for claim in found if standing in {None, claim.standing}]


def rule(
    conn: Connection,
    centre: Centre,
    record: str,
    *,
    scheme: str,
    year: int,
    standing: str,
    person: Person,
) -> bool:
    """Confirms, rejects or reopens an award of a record; False where it stands so already.

    Raises:
        CaseRefused: no such record (`unknown_record`), it claims no such award
            (`award_not_claimed`), or it would be confirmed and the reference table has no such
            award (`award_not_listed`).
        TextRefused: the reason or the account looks like personal data.
    """
    state = national.load_states(conn, centre, [record]).get(record)
    if state is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    if award_standing(state.facts, scheme, year) == standing:
        _check_claimed(state, scheme, year)
        return False
    if standing != OPEN:
        _check_claimed(state, scheme, year)
    if standing == CONFIRMED and not is_award(scheme, year):
        sentence = f"the table of awards has no {scheme} {year}{nearest(scheme, schemes(year))}"
        raise CaseRefused(sentence, code="award_not_listed")
    decision = AwardConfirmed(
        record=record, scheme=scheme, year=year, standing=standing, **person.reasoned(centre)
    )
    national.append(conn, centre, [decision])
    now, detail = centre.clock.now(), f"{record} {scheme} {year} {standing}: {person.reason}"
    audit.note(conn, at=now, what="award.confirmed", hub=state.owner, detail=detail)
    return True


def _check_claimed(state: RecordState, scheme: str, year: int) -> None:
    claimed = [(claim.scheme, claim.year) for claim in _claims_of(state)]
    if (scheme, year) not in claimed:
        known = ", ".join(f"{name} {of}" for name, of in claimed) or "none"
        sentence = f"{state.id} claims no {scheme} {year}; it claims: {known}"
        raise CaseRefused(sentence, code="award_not_claimed")


def _claims_of(state: RecordState) -> Iterator[Claim]:
    record = shown_record(state)
    for award in claimed_awards(record, state.facts):
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
            standing=str(award["standing"]),
            listed=is_award(scheme, year),
        )
