"""What the innovations are called that a record names as its originals: nobody reads an id."""

from collections.abc import Mapping

from sqlalchemy import Connection

from protocol.canonical import Json
from protocol.catalogue import shown_record, standing_of
from protocol.innovation.identifiers import is_uuid7
from protocol.matching.features import origins_of
from protocol.record_state import decode_record_state
from runtime.documents import DocumentStore


def titles_of_originals(
    conn: Connection, documents: DocumentStore, record: Mapping[str, Json]
) -> dict[str, str]:
    """Titles by id; none of an innovation that is not there, or that readers do not see."""
    bodies = documents.get_many(conn, [it for it in origins_of(record) if is_uuid7(it)])
    states = [decode_record_state(body) for body in bodies.values()]
    titles = {it.id: shown_record(it).get("title") for it in states if standing_of(it) == "active"}
    return {name: title for name, title in titles.items() if isinstance(title, str)}
