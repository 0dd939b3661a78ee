"""A record's state as a document: the exact bytes that replicas compare, and what finds them.

Both houses derive their search from the national log through this one function, so that a search
means the same at the centre and at every hub (docs/decisions/0004).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from protocol.canonical import Json
from protocol.catalogue import conflicts, public_record, standing_of
from protocol.facts import NUMBER, best_award
from protocol.innovation.search_words import RecordWords, words_of_record
from protocol.innovation.searching import facets_of
from protocol.record_state import RecordState, decode_record_state, encode_record_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document.

    Attributes:
        id: its key; pages are in descending order of it.
        owner: whose it is.
        body: the exact bytes that replicas must agree on.
        facets: a value or None for every facet of the store.
        words: what is searched.
        visible: whether a search finds it.
        contested: whether a person has to look at it.
    """

    id: str
    owner: str
    body: bytes
    facets: Mapping[str, str | None]
    words: RecordWords
    visible: bool
    contested: bool


def document_of(state: RecordState, record: Mapping[str, Json]) -> Document:
    """The document of a record.

    Args:
        state: all that the national log says of it.
        record: the same as readers see it (`protocol.catalogue.shown_record`).
    """
    return Document(
        id=state.id,
        owner=state.owner,
        body=encode_record_state(state),
        facets=facets_of(record, award=best_award(record, state.facts)),
        words=words_of_record(record, number=str(state.facts.get(NUMBER, ""))),
        visible=standing_of(state) == "active",
        contested=bool(conflicts(state)),
    )


def encode_shown(body: bytes) -> bytes:
    """What readers get of a document's body: JSON of `protocol.catalogue.public_record`."""
    return orjson.dumps(public_record(decode_record_state(body)), option=orjson.OPT_SORT_KEYS)
