"""What the fields of a record are called, the record's own state among them."""

from central.web.visit import Visit
from protocol.catalogue import STATE
from protocol.innovation.fields import fields_to_fill
from runtime.pages.translating import msg

_STATE = msg("Keadaan")


def field_labels(visit: Visit) -> dict[str, str]:
    """Label by name, in the reader's language and the order of the schema."""
    reader = visit.reader
    return {it.name: reader.label(it) for it in fields_to_fill()} | {STATE: visit.say(_STATE)}
