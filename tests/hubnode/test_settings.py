"""Settings of a node: what cannot be used is a sentence before the service starts."""

from pathlib import Path

import pytest

from hubnode.settings import load_node_settings
from runtime.settings import SettingsRefused


@pytest.mark.parametrize("line", ["kapan saja", "0 25 * * *", "* * * * * *", "0 0 30 2 *"])
def test_a_cron_line_that_is_none_is_refused_by_its_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "node.toml").write_text(f'schedule_cron = "{line}"\n', encoding="utf-8")
    with pytest.raises(SettingsRefused, match="schedule_cron"):
        load_node_settings(tmp_path)


def test_weekdays_are_names_because_programs_count_them_differently(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text('schedule_cron = "0 1 * * 0"\n', encoding="utf-8")
    with pytest.raises(SettingsRefused, match="write mon, tue"):
        load_node_settings(tmp_path)


def test_a_cron_line_that_is_none_is_answered_with_one(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text('schedule_cron = "kapan saja"\n', encoding="utf-8")
    with pytest.raises(SettingsRefused) as refused:
        load_node_settings(tmp_path)
    [fault] = refused.value.faults
    assert fault.startswith("schedule_cron: must be five fields: minute, hour, day,")


@pytest.mark.parametrize("line", ["", "0 1,7,13 * * *", "*/15 * * * mon-fri", "0 0 29 2 *"])
def test_a_cron_line_is_taken(tmp_path: Path, line: str) -> None:
    (tmp_path / "node.toml").write_text(f'schedule_cron = "{line}"\n', encoding="utf-8")
    assert load_node_settings(tmp_path).schedule_cron == line
