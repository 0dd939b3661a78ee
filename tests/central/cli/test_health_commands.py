"""`central hub health`, `central hub target`."""

from datetime import timedelta
from pathlib import Path

import pytest

from central.opening import opened_centre
from central.settings import load_central_settings
from central.store import hubs, reports
from central.store.reports import Report
from runtime.console import ExitCode
from tests.support.admins import central, document, is_refused


@pytest.fixture
def fresh(papua: Path) -> Path:
    """Both hubs have just synced, by the clock of this machine."""
    with opened_centre(papua, load_central_settings(papua)) as centre:
        now, report = centre.clock.now(), Report(state="ok")
        centre.db.run_sync(lambda conn: reports.keep(conn, "91", report, at=now))
        centre.db.run_sync(lambda conn: reports.keep(conn, "94", report, at=now))
    return papua


@pytest.fixture
def forgotten(fresh: Path) -> Path:
    """Hub 94 was enrolled ten days ago and has never synced."""
    with opened_centre(fresh, load_central_settings(fresh)) as centre:
        then = centre.clock.now() - timedelta(days=10)
        centre.db.run_sync(lambda conn: hubs.change(conn, "94", enrolled_at=then))
        centre.db.run_sync(lambda conn: conn.execute(reports.REPORT.delete()))
        centre.db.run_sync(lambda conn: reports.keep_good(conn, "91", at=centre.clock.now()))
    return fresh


def test_fresh_hubs_are_listed_by_their_ids(fresh: Path) -> None:
    found = document(fresh, "hub", "health")
    items = found["items"]
    assert isinstance(items, list)
    named = [(it["hub"], it["freshness"]) for it in items if isinstance(it, dict)]
    assert named == [("91", "ok"), ("94", "ok")]
    assert found["overdue"] == 0


def test_an_overdue_hub_comes_first_and_ends_with_an_exit_code_of_its_own(forgotten: Path) -> None:
    answer = central(forgotten, "hub", "health")
    assert answer.code == ExitCode.ATTENTION
    assert [line.split("\t")[0] for line in answer.out.splitlines()] == ["hub", "94", "91"]
    assert "1 hub of 2 overdue." in answer.err


@pytest.mark.parametrize(("time", "hours"), [("12h", 12), ("7d", 168)])
def test_a_target_is_said_in_hours_or_days(papua: Path, time: str, hours: int) -> None:
    found = document(papua, "hub", "target", "91", time)
    assert found == {"hub": "91", "target_hours": hours, "own": True}


def test_the_target_of_the_settings_comes_back(papua: Path) -> None:
    central(papua, "hub", "target", "91", "12h")
    answer = central(papua, "hub", "target", "91", "default")
    assert "has the target of the settings again: 6 hours." in answer.err


@pytest.mark.parametrize("time", ["0h", "12", "h", "1.5h", "2000d", "12m"])
def test_other_times_are_refused(papua: Path, time: str) -> None:
    answer = central(papua, "hub", "target", "91", time)
    assert is_refused(answer, ExitCode.USAGE, "target is")


def test_a_hub_that_is_not_there_has_no_target(papua: Path) -> None:
    assert is_refused(central(papua, "hub", "target", "99", "6h"), ExitCode.FAILED, "unknown_hub")
