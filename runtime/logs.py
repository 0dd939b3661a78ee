"""Log lines: one JSON object each, to stderr, escaped and cut, without secrets.

A field that came from outside cannot start a new line (JSON escapes it), cannot fill the disk
(values are cut), and a log that cannot be written does not stop the service.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog

VALUE_CHARS_MAX = 2_000
SECRET_NAMES = frozenset({"secret", "password", "passphrase", "seed", "token", "invitation"})


def configure_logs(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Sends this process's log lines, structlog's and the standard library's, to `stream`."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            harmless,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: _Lines(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)


def harmless(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Masks what is secret by its name and cuts what is long."""
    return {
        name: "(secret)" if name in SECRET_NAMES else _cut(value) for name, value in event.items()
    }


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > VALUE_CHARS_MAX:
        return value[:VALUE_CHARS_MAX] + "..."
    return value


def _as_json(_logger: object, _method: str, event: Mapping[str, Any]) -> str:
    return orjson.dumps(event, default=repr).decode()


class _Lines:
    """Where structlog puts finished lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, message: str) -> None:
        """Writes one line; a full disk or a closed pipe is not a reason to stop."""
        try:
            self._stream.write(message + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return

    debug = info = warning = error = critical = exception = msg


class _Forward(logging.Handler):
    """Lets libraries' own log records come out in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        """Passes one record on."""
        logger = structlog.get_logger(record.name)
        logger.log(
            record.levelno,
            "library",
            logger=record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )
