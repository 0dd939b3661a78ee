"""The national log as tables: what the API searches and shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select

from central.centre import Centre
from central.store import decisions as index
from protocol import record_state
from protocol.canonical import Json, canonicalise
from protocol.documents import document_of, encode_shown
from protocol.entries.decisions import (
    REPLICATION,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    Decision,
    decode_decision,
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
from protocol.innovation.searching import stemmed_query
from protocol.record_state import RecordState
from protocol.tlog_proof import ProofFile, format_proof_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of the catalogue.

    Attributes:
        items: JSON of each public record, the newest id first.
        next: id to go on after, or None.
        total: how many match.
        facets: counts by facet and value.
    """

    items: tuple[bytes, ...]
    next: str | None
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The records of a campaign among which is searched.

    Attributes:
        campaign: its id.
        filters: of `runtime.campaigns.FILTERS`.
    """

    campaign: str
    filters: Mapping[str, str]


def put(conn: Connection, centre: Centre, states: Iterable[RecordState]) -> None:
    """Replaces the documents of these records."""
    centre.documents.put_many(conn, [document_of(state) for state in states])


def search(
    conn: Connection,
    centre: Centre,
    *,
    query: str,
    filters: Mapping[str, str],
    limit: int,
    after: str | None,
    chosen: Chosen | None = None,
    original: str | None = None,
) -> Found:
    """A page of records that match; withdrawn ones are found only among those of a campaign.

    Args:
        conn: a transaction.
        centre: the centre.
        query: words, or "".
        filters: facet to value.
        limit: items a page.
        after: id after which the page begins, or None for the first.
        chosen: the records of a campaign among which is searched, or None for all.
        original: id of the record that they replicate, or None for all.
    """
    documents, query = centre.documents, stemmed_query(query)
    within = _within(conn, centre, chosen, original)
    page = documents.search(
        conn, query=query, filters=filters, limit=limit, after=after, within=within
    )
    facets = documents.facets(conn, query=query, filters=filters, within=within)
    if chosen is not None:
        found = documents.ids(conn, query=query, filters=filters, within=within)
        facets |= centre.campaigns.facets(conn, chosen.campaign, found)
    return Found(
        items=tuple(encode_shown(body) for body in page.items),
        next=page.next,
        total=page.total,
        facets=facets,
    )


def _within(
    conn: Connection, centre: Centre, chosen: Chosen | None, original: str | None
) -> Select[tuple[str]] | None:
    """The question for the ids among which is searched; None for all."""
    asked = None if chosen is None else centre.campaigns.ids(chosen.campaign, chosen.filters)
    if original is None:
        return asked
    return centre.lineages.replicating(conn, original, within=asked)


def history(conn: Connection, centre: Centre, record: str) -> list[dict[str, Json]]:
    """Every decision about a record, the newest first, with the entry behind it."""
    log = centre.logs.open(conn, centre.national_origin)
    rows = []
    for place in index.of_record(conn, record):
        (entry,) = centre.logs.entries(conn, log, place, place + 1)
        rows.append(_row(place, decode_decision(entry)))
    return rows


def proof(conn: Connection, centre: Centre, record: str) -> bytes | None:
    """The `.tlog-proof` of the newest decision about a record, or None where there is none.

    `extra` carries the decision and the verifier keys, so that the file can be read alone; whoever
    checks it brings the keys that he trusts.
    """
    places = index.of_record(conn, record)
    return proof_of_place(conn, centre, places[0]) if places else None


def proof_of_place(conn: Connection, centre: Centre, place: int) -> bytes | None:
    """The `.tlog-proof` of one decision, or None where no checkpoint covers it."""
    log = centre.logs.open(conn, centre.national_origin)
    note = centre.logs.latest_checkpoint(conn, log)
    if note is None or place >= log.tree.size:
        return None
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    keys: list[Json] = [
        centre.keys.national.verifier_key.text,
        centre.keys.mirror.verifier_key.text,
    ]
    return format_proof_file(
        ProofFile(
            index=place,
            proof=centre.logs.prove_inclusion(conn, log, place, log.tree.size),
            checkpoint=note,
            extra=canonicalise({"entry": entry.decode(), "verifier_keys": keys}),
        )
    )


def catalogue_hash(conn: Connection, centre: Centre) -> str:
    """The hash that every replica of the same size agrees on."""
    return record_state.catalogue_hash(centre.documents.digests(conn))


def _row(place: int, decision: Decision) -> dict[str, Json]:
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
