"""What may fail below a page, and the code of what its reader is told: translated in one place.

Pages that have more to say than that catch it themselves.
"""

import logging

from protocol.errors import ProtocolError
from runtime.database import DatabaseError
from runtime.http.problem_responses import Refused

log = logging.getLogger(__name__)

FAULT = "internal"


def said_of(error: Exception) -> tuple[str, str]:
    """The code and the detail of a failure; what nobody foresaw is our fault and is logged."""
    if isinstance(error, Refused):
        return error.code, error.detail
    if isinstance(error, ProtocolError):
        return error.code, error.message
    log.error("page_failed", exc_info=error)
    return (error.code if isinstance(error, DatabaseError) else FAULT), ""
