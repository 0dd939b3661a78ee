import contextvars
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path

import pytest

from runtime import console
from runtime.console import CommandFailed, ExitCode
from tests.support.commands import ROOT


def test_data_goes_to_stdout_and_words_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.out("51")
    console.say("Looking for hubs.")
    assert capsys.readouterr() == ("51\n", "Looking for hubs.\n")


def test_quiet_silences_words_but_not_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    def quietly() -> None:
        console.quieten()
        console.say("Looking for hubs.")
        console.warn("The disk is full.")

    copy_context().run(quietly)
    assert capsys.readouterr().err == "The disk is full.\n"


def test_json_is_one_document_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.emit_json({"hub": "51", "baris": "a\nb"})
    assert capsys.readouterr().out == '{"hub":"51","baris":"a\\nb"}\n'


def test_a_table_in_a_pipe_is_separated_by_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(["hub", "seen"], [["51", None], ["lan", "today"]])
    assert capsys.readouterr().out == "hub\tseen\n51\t-\nlan\ttoday\n"


def test_the_title_of_a_table_in_a_pipe_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(["hub"], [["51"]], title="1 hub")
    assert capsys.readouterr() == ("hub\n51\n", "1 hub\n")


ID = "01a20d85-4816-7115-a762-ac17e4e83fe9"
TITLE = "Antrean daring puskesmas se-Kabupaten Badung"


def test_a_table_on_a_wide_terminal_keeps_ids_whole_and_folds_sentences() -> None:
    shown = on_terminal(60, f"table(['id', 'title'], [['{ID}', '{TITLE}']])")
    assert ID in shown
    assert "Kabupaten" in shown
    assert TITLE not in shown


def test_what_is_too_wide_for_a_terminal_is_listed_value_by_value() -> None:
    shown = on_terminal(40, f"table(['id', 'other'], [['{ID}', '{ID}']])")
    assert shown.split() == ["id", ID, "other", ID]


def test_a_long_value_folds_on_a_terminal_below_where_it_begins() -> None:
    shown = on_terminal(36, f"facts({{'id': '51', 'title': '{TITLE}'}})")
    assert shown.splitlines() == [
        "id     51",
        "title  Antrean daring puskesmas",
        "       se-Kabupaten Badung",
    ]


def test_a_value_in_a_pipe_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.facts({"title": TITLE * 5})
    assert capsys.readouterr().out == f"title  {TITLE * 5}\n"


def on_terminal(columns: int, call: str) -> str:
    """What `call` prints on a real terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    script = f"from runtime.console import facts, table; {call}"
    environment = {"TERM": "xterm", "PATH": ""}
    with subprocess.Popen(  # noqa: S603 - our own line
        [sys.executable, "-c", script], stdout=theirs, cwd=ROOT, env=environment
    ):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # a terminal ends with EIO when its last writer has gone
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    return shown.decode()


def test_control_characters_of_strangers_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.facts({"name": "\x1b[31mmerah\r\n"})
    assert "\x1b" not in capsys.readouterr().out


def test_facts_stand_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    console.facts({"hub": "51", "state": "active"})
    assert capsys.readouterr().out == "hub    51\nstate  active\n"


def test_progress_in_a_pipe_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("Copying", total=2) as move:
        move(2)
    assert capsys.readouterr() == ("", "")


def test_a_failure_becomes_its_exit_code_and_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> None:
        raise CommandFailed("The centre refused this hub.", exit_code=ExitCode.REFUSED)

    assert console.run(refuse) == 6
    assert capsys.readouterr().err == "The centre refused this hub.\n"


def test_interrupting_says_that_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert console.run(interrupted) == ExitCode.FAILED
    assert "kept" in capsys.readouterr().err


def run_with(words: str, *, out: str, **environment: str) -> tuple[int, str]:
    """The exit code and stderr of a program that prints `words`, with stdout at `out`."""
    script = f"import typer; from runtime.command_line import *; app = program('x'); {words}"
    with open(out, "wb") as stdout:  # noqa: PTH123
        done = subprocess.run(  # noqa: S603 - our own line
            [sys.executable, "-c", script],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
            env={"PATH": "", **environment},
        )
    return done.returncode, done.stderr


ANSWERS = "app.command('a')(lambda: out('satu')); sys.argv = ['x', 'a']; leave_with(app)"
HELPS = "app.command('a')(lambda: None); sys.argv = ['x', '--help']; leave_with(app)"


@pytest.mark.parametrize("words", [ANSWERS, HELPS])
def test_a_stdout_that_takes_nothing_more_is_a_sentence(words: str) -> None:
    sentence = "The answer cannot be written: No space left on device.\n"
    assert run_with(words, out="/dev/full") == (ExitCode.FAILED, sentence)


def test_what_people_are_told_stops_no_work_where_it_cannot_be_written() -> None:
    words = "import os; os.close(2); os.open('/dev/full', os.O_WRONLY); "
    words += "from runtime.console import warn; warn('a'); leave_with(app) if 0 else sys.exit(7)"
    assert run_with(words, out=os.devnull) == (7, "")


def test_characters_that_the_encoding_lacks_are_replaced(tmp_path: Path) -> None:
    words = ANSWERS.replace("satu", "Bali \N{EM DASH} caf\xe9")
    file = tmp_path / "out"
    assert run_with(words, out=str(file), PYTHONIOENCODING="ascii") == (ExitCode.OK, "")
    assert file.read_bytes() == b"Bali ? caf?\n"


def test_json_escapes_what_the_encoding_lacks_and_loses_nothing(tmp_path: Path) -> None:
    words = ANSWERS.replace("out('satu')", "emit_json({'a': 'caf\xe9 \U0001f600'})")
    words = "from runtime.console import emit_json; " + words
    file = tmp_path / "out"
    assert run_with(words, out=str(file), PYTHONIOENCODING="ascii") == (ExitCode.OK, "")
    assert file.read_bytes() == b'{"a":"caf\\u00e9 \\ud83d\\ude00"}\n'


def test_a_question_that_nobody_can_answer_is_a_usage_error() -> None:
    with pytest.raises(CommandFailed) as refused:
        contextvars.copy_context().run(_ask_where_nobody_may)
    assert refused.value.exit_code == ExitCode.USAGE


def test_yes_answers_every_question() -> None:
    assert console.confirm("Revoke hub 51?", assume_yes=True)


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        ([], "-"),
        ({}, "-"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ("", ""),
        ([3, 16], "3, 16"),
        ({"kind": "kota", "name": "Dinas"}, "kind: kota, name: Dinas"),
        ([{"year": "2021"}, {"year": "2022"}], "year: 2021; year: 2022"),
    ],
)
def test_a_value_is_shown_as_people_read_it(
    capsys: pytest.CaptureFixture[str], value: object, shown: str
) -> None:
    console.facts({"x": value})
    assert capsys.readouterr().out == f"x  {shown}\n"


def _ask_where_nobody_may() -> None:
    console.never_ask()
    console.confirm("Revoke hub 51?", assume_yes=False)


def test_one_is_not_many() -> None:
    said = [console.counted(count, "record") for count in (0, 1, 2)]
    assert said == ["0 records", "1 record", "2 records"]
    assert console.counted(1, "entry", "entries") == "1 entry"
    assert console.counted(2, "entry", "entries") == "2 entries"
