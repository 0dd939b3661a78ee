"""The national log as tables: what the API searches and shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select

from central import cosigning
from central.centre import Centre
from central.store import decisions as index
from central.store import look_alikes
from protocol import record_state
from protocol.canonical import Json, canonicalise
from protocol.catalogue import shown_record
from protocol.documents import document_of, encode_shown
from protocol.entries.decisions import Decision, read_decisions
from protocol.entries.redaction import EntryRedacted, RedactedEntry
from protocol.history import history_row, redacted_row
from protocol.record_state import RecordState
from protocol.tlog_proof import ProofFile, format_proof_file
from runtime.catalogue_search import Searched, search_documents
from runtime.finding import Place, facets_of_found, ids_of_found, page_of
from runtime.logstore import GONE

HISTORY_PAGE = 50
"""Decisions that stand beside a record; the others are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of the catalogue.

    Attributes:
        items: JSON of each public record, the best first and of equals the newest id.
        next: the place after which it goes on, or None.
        total: how many match.
        facets: counts by facet and value.
        corrected: the words that were searched in place of what was asked, or "".
    """

    items: tuple[bytes, ...]
    next: str | None
    total: int
    facets: dict[str, dict[str, int]]
    corrected: str


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
    """Replaces the documents of these records, and the keys by which look-alikes find them."""
    shown = [(state, shown_record(state)) for state in states]
    centre.documents.put_many(conn, [document_of(*it) for it in shown])
    look_alikes.keep(conn, shown)


def search(
    conn: Connection,
    centre: Centre,
    *,
    query: str,
    filters: Mapping[str, str],
    limit: int,
    after: Place | None,
    chosen: Chosen | None = None,
    original: str | None = None,
    is_exact: bool = False,
    newest_first: bool = False,
) -> Found:
    """A page of records that match; withdrawn ones are found only among those of a campaign.

    Args:
        conn: a transaction.
        centre: the centre.
        query: words, or "".
        filters: facet to value.
        limit: items a page.
        after: the place after which the page begins, or None for the first.
        chosen: the records of a campaign among which is searched, or None for all.
        original: id of the record that they replicate, or None for all.
        is_exact: whether nothing is searched in place of what was asked.
        newest_first: whether the order is that of age alone, and not of what fits best.
    """
    searched = find(
        conn,
        centre,
        query=query,
        filters=filters,
        chosen=chosen,
        original=original,
        is_exact=is_exact,
    )
    documents = centre.documents
    found = searched.found.by_age if newest_first else searched.found
    page = page_of(conn, documents, found, limit=limit, after=after)
    facets = facets_of_found(conn, documents, found)
    if chosen is not None:
        ids = ids_of_found(conn, documents, found)
        facets |= centre.campaigns.facets(conn, chosen.campaign, ids)
    return Found(
        items=tuple(encode_shown(body) for body in page.items),
        next=page.next,
        total=found.total,
        facets=facets,
        corrected=searched.corrected,
    )


def find(
    conn: Connection,
    centre: Centre,
    *,
    query: str,
    filters: Mapping[str, str],
    chosen: Chosen | None = None,
    original: str | None = None,
    is_exact: bool = False,
) -> Searched:
    """All that `search` finds, asked in the same words."""
    within = _within(conn, centre, chosen, original)
    return search_documents(
        conn,
        centre.documents,
        query=query,
        filters=filters,
        within=within,
        with_unseen=within is not None,
        is_exact=is_exact,
    )


def _within(
    conn: Connection, centre: Centre, chosen: Chosen | None, original: str | None
) -> Select[tuple[str]] | None:
    """The question for the ids among which is searched; None for all."""
    asked = None if chosen is None else centre.campaigns.ids(chosen.campaign, chosen.filters)
    if original is None:
        return asked
    return centre.lineages.replicating(conn, original, within=asked)


def history(
    conn: Connection,
    centre: Centre,
    record: str,
    *,
    limit: int = HISTORY_PAGE,
    before: int | None = None,
) -> list[dict[str, Json]]:
    """Decisions about a record, the newest first, each with the entry behind it.

    One whose bytes are gone is there without its content, as the redaction says of it.

    Args:
        conn: a transaction.
        centre: the centre.
        record: its id.
        limit: how many at most; what a page costs does not depend on how many there are.
        before: the place before which they stand; None for the newest of all.
    """
    places = index.newest_of_record(conn, record, limit=limit, before=before)
    found = _decisions_at(conn, centre, places)
    gone = _gone(conn, centre, record) if None in found.values() else {}
    return [
        redacted_row(gone[place]) if decision is None else history_row(place, decision)
        for place, decision in found.items()
    ]


def _gone(conn: Connection, centre: Centre, record: str) -> dict[int, RedactedEntry]:
    """What redactions say of the decisions about a record, by their places."""
    redactions = _decisions_at(conn, centre, index.redactions_of(conn, record)).values()
    said = [it for it in redactions if isinstance(it, EntryRedacted)]
    return {it.index: it for redaction in said for it in redaction.entries if it.kind}


def _decisions_at(
    conn: Connection, centre: Centre, places: Sequence[int]
) -> dict[int, Decision | None]:
    """The decisions at these places, in this order; None for one whose bytes are gone."""
    log = centre.logs.open(conn, centre.national_origin)
    entries = centre.logs.entries_at(conn, log, places)
    return {
        place: next((it for _, it in read_decisions([entries[place]])), None) for place in places
    }


def proof(conn: Connection, centre: Centre, record: str) -> bytes | None:
    """The `.tlog-proof` of the newest decision about a record, or None where there is none.

    `extra` carries the decision and the verifier keys, so that the file can be read alone; whoever
    checks it brings the keys that he trusts.
    """
    places = index.newest_of_record(conn, record, limit=1)
    return proof_of_place(conn, centre, places[0]) if places else None


def proof_of_place(conn: Connection, centre: Centre, place: int) -> bytes | None:
    """The `.tlog-proof` of one decision; None where no checkpoint covers it, or it has no bytes."""
    checkpoint = cosigning.best_checkpoint(conn, centre, place=place)
    if checkpoint is None:
        return None
    log = centre.logs.open(conn, centre.national_origin)
    (entry,) = centre.logs.entries(conn, log, place, place + 1)
    if entry == GONE:
        return None
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
    return record_state.catalogue_hash(centre.documents.digests(conn))
