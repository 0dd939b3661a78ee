"""The national log as tables: what the API searches and shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from central import cosigning
from central.centre import Centre
from central.store import decisions as index
from protocol import catalogue
from protocol.canonical import Json, canonicalise
from protocol.catalogue import RecordState
from protocol.documents import document_of, encode_shown
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    Decision,
    RecordCurated,
    decode_decision,
    kind_of,
    outcome_of,
    source_of,
)
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
) -> Found:
    """A page of records that match; withdrawn ones are not found."""
    documents = centre.documents
    page = documents.search(conn, query=query, filters=filters, limit=limit, after=after)
    facets = documents.facets(conn, query=query, filters=filters)
    return Found(
        items=tuple(encode_shown(body) for body in page.items),
        next=page.next,
        total=page.total,
        facets=facets,
    )


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
    checkpoint = cosigning.best_checkpoint(conn, centre, place=place)
    if checkpoint is None:
        return None
    log = centre.logs.open(conn, centre.national_origin)
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    keys: list[Json] = [
        centre.keys.national.verifier_key.text,
        centre.keys.mirror.verifier_key.text,
    ]
    return format_proof_file(
        ProofFile(
            index=place,
            proof=centre.logs.prove_inclusion(conn, log, place, checkpoint.tree.size),
            checkpoint=checkpoint.note,
            extra=canonicalise({"entry": entry.decode(), "verifier_keys": keys}),
        )
    )


def catalogue_hash(conn: Connection, centre: Centre) -> str:
    """The hash that every replica of the same size agrees on."""
    return catalogue.catalogue_hash(centre.documents.digests(conn))


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
            }
        case ChangeHeld():
            row |= {"author": decision.author, "code": decision.code}
        case RecordCurated():
            fields = sorted({*decision.set, *decision.unset})
            row |= {"author": f"{decision.agency}/{decision.by}", "fields": list[Json](fields)}
        case _:
            pass
    return row
