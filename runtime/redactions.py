"""What `entry.redacted` does to the stores of either house, in the transaction that folds it.

The bytes go from every log of the database that the decision names, and the words of the replaced
texts from the index. What only one house stores is that house's business.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from protocol.entries.decisions import Decision
from protocol.entries.redaction import EntryRedacted
from protocol.names import standing_origin
from runtime.documents import DocumentStore
from runtime.logstore import LogStore


def redact(
    conn: Connection,
    logs: LogStore,
    documents: DocumentStore,
    decisions: Iterable[tuple[int, Decision]],
    *,
    national: str,
) -> None:
    """Destroys what the redactions among these decisions name; the documents are folded already.

    Args:
        conn: an open transaction.
        logs: the database's logs.
        documents: its documents.
        decisions: with their places.
        national: origin of the national log.
    """
    for place, decision in decisions:
        if isinstance(decision, EntryRedacted):
            named = ((standing_origin(it.origin, national), it.index) for it in decision.entries)
            earlier = {it for it in named if it[0] != national or it[1] < place}
            logs.redact(conn, earlier, place=place)
            documents.forget_words(conn)
