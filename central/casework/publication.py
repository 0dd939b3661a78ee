"""Publication: what the centre keeps from readers, whoever owns it, and shows again."""

from sqlalchemy import Connection

from central import national
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.store import audit
from protocol.catalogue import is_hidden
from protocol.entries.record_decisions import HIDDEN, PublicationSet


def set_publication(
    conn: Connection, centre: Centre, record: str, state: str, person: Person
) -> bool:
    """Hides a record or makes it public again; False where it is so already.

    Args:
        conn: an open transaction.
        centre: whose decision it is.
        record: UUIDv7.
        state: `public` or `hidden`.
        person: who decides, and why.

    Raises:
        CaseRefused: there is no such record (`unknown_record`).
        TextRefused: the reason or the account looks like personal data.
    """
    known = national.load_states(conn, centre, [record]).get(record)
    if known is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    if is_hidden(known) == (state == HIDDEN):
        return False
    decision = PublicationSet(record=record, state=state, **person.reasoned(centre))
    national.append(conn, centre, [decision])
    now, detail = centre.clock.now(), f"{record} {state}: {person.reason}"
    audit.note(conn, at=now, what="publication.set", hub=known.owner, detail=detail)
    return True
