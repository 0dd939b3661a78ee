"""What may fail below a page, and the code of what its reader is told: translated in one place.

Pages that have more to say than that catch it themselves.
"""

import errno
import logging

from hubnode.sync.answers import Refused as RefusedByCentre
from hubnode.verifying_apart import VerificationFailed
from protocol.errors import ProtocolError
from runtime.database import DatabaseError, DatabaseFull
from runtime.durable import AlreadyRunning
from runtime.http.problem_responses import Refused
from runtime.keyfile import KeyFileRefused
from runtime.ports import Unreachable

log = logging.getLogger(__name__)

FAULT = "internal"

_CODES: tuple[tuple[type[Exception], str], ...] = (
    (AlreadyRunning, "already_running"),
    (KeyFileRefused, "key_file_refused"),
    (Unreachable, "unreachable"),
    (VerificationFailed, "verification_failed"),
    (DatabaseFull, "disk_unwritable"),
    (ConnectionError, FAULT),
    (OSError, "disk_unwritable"),
)
"""The first that an exception is an instance of."""

_SHOWN = (KeyFileRefused, Unreachable)
"""Their words are written for operators."""


def said_of(error: Exception) -> tuple[str, str]:
    """The code and the detail of a failure; what nobody foresaw is our fault and is logged."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "")
    if not code and isinstance(error, Refused | RefusedByCentre | ProtocolError | DatabaseError):
        return error.code, getattr(error, "detail", "")
    if isinstance(error, _SHOWN):
        return code, str(error)
    if not isinstance(error, AlreadyRunning):
        log.error("page_failed", exc_info=error, extra={"code": code or FAULT})
    return code or FAULT, errno_name(error) if isinstance(error, OSError) else ""


def errno_name(error: OSError) -> str:
    """The name of a machine's error, such as ENOSPC; its words are in no reader's language."""
    return errno.errorcode.get(error.errno or 0, "")
