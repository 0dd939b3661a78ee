import io
import logging
from collections.abc import Iterator

import pytest

from protocol.canonical import Json, parse
from runtime.logs import VALUE_CHARS_MAX, configure_logs

LOG = logging.getLogger("central.test")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handlers = logging.root.handlers[:]
    configure_logs(level="info", stream=stream)
    yield stream
    logging.root.handlers[:] = handlers


def only_line(stream: io.StringIO) -> dict[str, Json]:
    text = stream.getvalue()
    assert text.count("\n") == 1
    value = parse(text.encode())
    assert isinstance(value, dict)
    return value


def test_a_log_line_is_one_json_object_with_level_and_time(lines: io.StringIO) -> None:
    LOG.info("hub_enrolled", extra={"hub": "51"})
    line = only_line(lines)
    assert (line["event"], line["hub"], line["level"]) == ("hub_enrolled", "51", "info")
    assert str(line["timestamp"]).endswith("+00:00")


def test_a_stranger_cannot_start_a_new_line(lines: io.StringIO) -> None:
    LOG.info("asked", extra={"path": '\r\n{"level":"forged"}\x1b[31m'})
    assert "\x1b" not in lines.getvalue()
    assert only_line(lines)["level"] == "info"


def test_long_values_are_cut(lines: io.StringIO) -> None:
    LOG.info("asked", extra={"path": "a" * 100_000})
    assert len(str(only_line(lines)["path"])) == VALUE_CHARS_MAX + 3


@pytest.mark.parametrize("name", ["secret", "passphrase", "seed", "invitation"])
def test_secrets_are_masked_by_their_name(lines: io.StringIO, name: str) -> None:
    LOG.info("asked", extra={name: "hunter2"})
    assert "hunter2" not in lines.getvalue()


def test_debug_lines_are_left_out(lines: io.StringIO) -> None:
    LOG.debug("detail")
    assert lines.getvalue() == ""


def test_a_fault_is_logged_with_its_trace_on_one_line(lines: io.StringIO) -> None:
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        LOG.exception("request_failed")
    assert "ZeroDivisionError: " in str(only_line(lines)["exception"])


def test_bytes_do_not_break_a_line(lines: io.StringIO) -> None:
    LOG.info("asked", extra={"root": b"\x00\xff"})
    assert only_line(lines)["root"] == "b'\\x00\\xff'"


def test_libraries_log_in_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").warning("odd %s", "thing")
    line = only_line(lines)
    assert (line["logger"], line["event"]) == ("aiohttp.server", "odd thing")


def test_a_log_that_cannot_be_written_stops_nothing(lines: io.StringIO) -> None:
    lines.close()
    LOG.info("still here")
