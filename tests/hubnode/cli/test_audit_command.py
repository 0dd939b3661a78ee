"""`hubnode audit`: 0 where all is well, 4 where a person is waited for, 1 on an alarm."""

import sqlite3
from pathlib import Path
from typing import Any

from runtime.console import ExitCode
from tests.support.commands import command_here


def audit(data: Path, *options: str) -> tuple[int, Any]:
    done = command_here("hubnode", "audit", *options, "--data", str(data), "--json")
    return done.code, done.json


def alter(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "node.sqlite") as conn:
        conn.execute(statement)


def test_where_all_is_well_the_counts_add_up_and_nothing_is_found(data: Path) -> None:
    code, found = audit(data)
    assert (code, found["state"], found["findings"]) == (ExitCode.OK, "clean", [])
    assert found["centre"] == "asked"
    assert found["own"] == sum(found["standings"].values()) + found["undecided"]


def test_without_a_network_it_says_that_nobody_was_asked(data: Path) -> None:
    code, found = audit(data, "--offline")
    assert (code, found["centre"]) == (ExitCode.OK, "offline")
    alter(data, "UPDATE identity SET url = 'http://127.0.0.1:9'")
    code, found = audit(data)
    assert (code, found["centre"].split(":")[0]) == (ExitCode.OK, "unreachable")


def test_what_waits_for_a_person_is_exit_code_4(data: Path) -> None:
    (data / "evidence").mkdir(exist_ok=True)
    (data / "evidence" / "receipt_not_honoured-1.json").write_text("{}")
    code, found = audit(data, "--offline")
    assert (code, found["state"]) == (ExitCode.ATTENTION, "attention")


def test_an_alarm_is_exit_code_1_and_names_what_does_not_hold(data: Path) -> None:
    alter(data, "UPDATE receipt SET timestamp = 0, note = zeroblob(9)")
    code, found = audit(data, "--offline")
    assert (code, found["state"]) == (ExitCode.FAILED, "alarm")
    assert {it["code"] for it in found["findings"]} == {"receipt_altered"}


def test_on_a_terminal_it_is_said_in_words(data: Path) -> None:
    done = command_here("hubnode", "audit", "--offline", "--data", str(data))
    assert (done.code, done.out.splitlines()[0].split()) == (ExitCode.OK, ["state", "clean"])
