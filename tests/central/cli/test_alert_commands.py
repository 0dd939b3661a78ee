"""`central alert list`, `central alert test`."""

from datetime import timedelta
from pathlib import Path

import pytest

from central.opening import opened_centre
from central.settings import load_central_settings
from central.store import hubs, reports
from central.store.reports import Report
from runtime.console import ExitCode
from tests.support.admins import central, document, is_refused
from tests.support.mail_servers import mail_server
from tests.support.telegrams import TOKEN, nonsense_receiver


@pytest.fixture
def broken(papua: Path) -> Path:
    """Hub 91 has just synced, and 94 sends nothing any more."""
    with opened_centre(papua, load_central_settings(papua)) as centre:
        now, blocked = centre.clock.now(), Report(state="blocked", code="own_log_diverged")
        centre.db.run_sync(lambda conn: hubs.change(conn, "91", enrolled_at=now))
        centre.db.run_sync(lambda conn: reports.keep_good(conn, "91", at=now))
        long_ago = now - timedelta(days=9)
        centre.db.run_sync(lambda conn: reports.keep(conn, "94", blocked, at=long_ago))
    return papua


def test_what_is_wrong_is_listed_with_an_exit_code_of_its_own(broken: Path) -> None:
    answer = central(broken, "alert", "list")
    assert answer.code == ExitCode.ATTENTION
    assert "trouble/94\town_log_diverged\t" in answer.out
    assert "/91\t" not in answer.out


def test_where_nothing_is_set_up_no_test_is_sent(papua: Path) -> None:
    assert is_refused(central(papua, "alert", "test"), ExitCode.USAGE, "No channel is set up")


def test_a_test_arrives_and_says_so(papua: Path) -> None:
    with mail_server() as mailbox:
        _write_mail(papua, mailbox.port)
        found = document(papua, "alert", "test")
    assert mailbox.subjects == ["[JIPPNas] Uji pemberitahuan"]
    items = found["items"]
    assert isinstance(items, list)
    assert [(it["channel"], it["sent"]) for it in items if isinstance(it, dict)] == [("mail", True)]


def test_a_test_that_does_not_arrive_says_why(papua: Path) -> None:
    with mail_server() as mailbox:
        gone = mailbox.port
    _write_mail(papua, gone)
    answer = central(papua, "alert", "test")
    assert answer.code == ExitCode.FAILED
    assert "nobody answers at its address" in answer.out


def test_a_chat_that_answers_nonsense_brings_out_no_token(papua: Path) -> None:
    with nonsense_receiver() as url:
        _write(papua, [f'alert_telegram_url = "{url}"', 'alert_telegram_chat = "-100"'])
        answer = central(papua, "alert", "test")
    assert answer.code == ExitCode.FAILED
    assert "its answer was cut or damaged on the way" in answer.out
    assert TOKEN not in answer.out + answer.err


def _write_mail(data: Path, port: int) -> None:
    lines = [
        'alert_smtp_host = "127.0.0.1"',
        f"alert_smtp_port = {port}",
        'alert_smtp_security = "none"',
        'alert_from = "pusat@contoh.go.id"',
        'alert_to = ["admin@contoh.go.id"]',
    ]
    _write(data, lines)


def _write(data: Path, lines: list[str]) -> None:
    path = data / "central.toml"
    path.write_text("\n".join([path.read_text("utf-8"), *lines]), "utf-8")
