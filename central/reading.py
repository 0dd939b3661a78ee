"""One innovation as the public reads it: fields, family, its history, who vouches for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from central import projection
from central.centre import Centre
from central.provenance import Provenance, provenance_of
from central.store import decisions as index
from central.store import hubs
from protocol.canonical import Json
from protocol.catalogue import public_record
from protocol.facts import MERGED_INTO, REPLICATIONS
from protocol.record_state import decode_record_state
from runtime.lineages import lineage_document
from runtime.originals import titles_of_originals

Item = dict[str, Json]
"""An innovation as `protocol.catalogue.public_record` shows it."""

SIMILAR_MAX = 4
_LOOKED_AT = 100
"""Innovations of a category among which is chosen: the oldest, which have been learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Innovation:
    """Everything that the page of one innovation shows.

    Attributes:
        item: as `protocol.catalogue.public_record` and `runtime.lineages.lineage_document` say.
        history: its newest decisions, as `central.projection.history` says.
        has_more: whether there are older ones.
        hubs: what every hub is called, by id.
        place: of its last decision in the national log.
        provenance: None while no checkpoint covers that decision.
        stands_for: ids of the records that were merged into it.
        similar: items of other innovations.
        originals: titles of the innovations that it says it replicates, by id.
    """

    item: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    has_more: bool
    hubs: Mapping[str, str]
    place: int
    provenance: Provenance | None
    stands_for: Sequence[str]
    similar: Sequence[Mapping[str, Any]]
    originals: Mapping[str, str]

    @property
    def record(self) -> Mapping[str, Json]:
        """The fields of the schema; none while readers may not see them."""
        found: Mapping[str, Json] = self.item["record"]
        return found


def read_innovation(conn: Connection, centre: Centre, record: str) -> Innovation | None:
    """The innovation, or None where there is none of that id; withdrawn and hidden ones too."""
    body = centre.documents.get(conn, record)
    if body is None:
        return None
    state = decode_record_state(body)
    limit = projection.HISTORY_PAGE
    rows = projection.history(conn, centre, record, limit=limit + 1)
    newest = next(iter(index.newest_of_record(conn, record, limit=1)), state.last_place)
    lineage = lineage_document(conn, centre.lineages, centre.documents, state)
    shown = public_record(state)
    return Innovation(
        item={**shown, **lineage},
        history=rows[:limit],
        has_more=len(rows) > limit,
        hubs=hubs.names(conn),
        place=newest,
        provenance=provenance_of(conn, centre, newest),
        stands_for=[it for it in centre.lineages.stood_for(conn, record) if it != record],
        similar=similar_to(conn, centre, shown),
        originals=titles_of_originals(conn, centre.documents, _fields_of(shown)),
    )


def read_many(conn: Connection, centre: Centre, records: Sequence[str]) -> list[Item]:
    """The innovations of these ids that readers see, in that order."""
    bodies = centre.documents.get_many(conn, records)
    items = [public_record(decode_record_state(bodies[it])) for it in records if it in bodies]
    return [it for it in items if it["state"] == "active"]


def heir_of(item: Mapping[str, Any]) -> str | None:
    """Id of the record that stands for one that was merged; None of every other one."""
    heir = item["facts"].get(MERGED_INTO)
    return heir if isinstance(heir, str) else None


def similar_to(conn: Connection, centre: Centre, item: Mapping[str, Json]) -> list[Item]:
    """Others of its category, those first that serve most of the same goals (TPB/SDGs)."""
    record = _fields_of(item)
    category, goals = record.get("category"), _goals_of(record)
    if not isinstance(category, str) or not category:
        return []
    items = [it for it in _of_category(conn, centre, category) if it["id"] != item["id"]]
    items.sort(key=lambda it: -len(goals & _goals_of(_fields_of(it))))
    return items[:SIMILAR_MAX]


def read_examples(conn: Connection, centre: Centre, category: str) -> list[Item]:
    """Innovations of a category, those first that most hubs replicate or want to."""
    items = _of_category(conn, centre, category)
    return sorted(items, key=lambda it: (-_replicated(it), not _is_complete(it)))


def _of_category(conn: Connection, centre: Centre, category: str) -> list[Item]:
    rows = centre.documents.scan(
        conn, filters={"category": [category]}, visible=True, limit=_LOOKED_AT
    )
    return [public_record(decode_record_state(body)) for _, body in rows]


def _replicated(item: Item) -> int:
    facts = item["facts"]
    begun = facts.get(REPLICATIONS) if isinstance(facts, dict) else None
    return len(begun) if isinstance(begun, dict) else 0


def _is_complete(item: Item) -> bool:
    found = item["completeness"]
    return isinstance(found, dict) and bool(found["complete"])


def _fields_of(item: Mapping[str, Json]) -> Mapping[str, Json]:
    record = item["record"]
    return record if isinstance(record, dict) else {}


def _goals_of(record: Mapping[str, Json]) -> set[str]:
    goals = record.get("sdgs")
    return {str(it) for it in goals} if isinstance(goals, list) else set()
