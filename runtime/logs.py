"""Log lines: one JSON object each, to stderr, escaped and cut, without secrets.

A field that came from outside cannot start a new line (JSON escapes it), cannot fill the disk
(values are cut), and a log that cannot be written does not stop the service. Everybody logs with
the standard library, an event and its members: `log.info("serving", extra={"url": url})`.
"""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

import orjson

VALUE_CHARS_MAX = 2_000
SECRET_NAMES = frozenset({"secret", "password", "passphrase", "seed", "token", "invitation"})
OWN = ("protocol", "runtime", "hubnode", "central")
"""Packages of this project; libraries are heard from warnings on."""

_NOT_GIVEN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure_logs(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Sends this process's log lines to `stream`, or to stderr."""
    lines = _Lines(stream or sys.stderr)
    lines.setFormatter(_JsonLine())
    logging.basicConfig(level=logging.WARNING, handlers=[lines], force=True)
    for name in OWN:
        logging.getLogger(name).setLevel(level.upper())


def harmless(event: Mapping[str, object]) -> dict[str, object]:
    """Masks what is secret by its name and cuts what is long."""
    return {
        name: "(secret)" if name in SECRET_NAMES else _cut(value) for name, value in event.items()
    }


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > VALUE_CHARS_MAX:
        return value[:VALUE_CHARS_MAX] + "..."
    return value


class _JsonLine(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        given = {name: it for name, it in vars(record).items() if name not in _NOT_GIVEN}
        if record.exc_info:
            given["exception"] = self.formatException(record.exc_info)
        event = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **given,
        }
        return orjson.dumps(harmless(event), default=repr).decode()


class _Lines(logging.StreamHandler[TextIO]):
    """Where lines go; a full disk or a closed pipe is not a reason to stop."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # of `logging`
        """Says nothing: there is nowhere left to say it."""
