"""What both command lines look like: data to stdout, messages to stderr, one exit code a meaning.

A command prints its answer with `out`, `emit_json` or `table`, and everything else (what it does,
what it asks) with `say`, so that `hubnode record list --json | jq` always works. `rich` is imported
only by what draws: `--help` must stay fast.
"""

import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import IntEnum
from pathlib import Path
from typing import TextIO

import orjson

COLUMN_GAP = 3
FOLD_COLUMNS_MIN = 20
"""Of what is left beside the names; a narrower column is harder to read than a folded line."""

_UNWRITTEN = "The answer cannot be written"

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
_MAY_ASK: ContextVar[bool] = ContextVar("may_ask", default=True)


class ExitCode(IntEnum):
    """What a command tells the shell."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DOCTOR = 3
    ATTENTION = 4
    UNREACHABLE = 5
    REFUSED = 6


class CommandFailed(Exception):
    """A command that cannot go on: the sentence for the screen and the code for the shell."""

    def __init__(self, message: str, *, exit_code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


def replace_what_cannot_be_encoded() -> None:
    """From here on a character that the encoding of stdout lacks is a question mark there."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def out(text: str) -> None:
    """Prints one line of data."""
    _write(sys.stdout, text + "\n")


def emit_json(value: object) -> None:
    """Prints one JSON document on one line: what every `--json` does.

    JSON has escapes for characters that the encoding of stdout lacks, so that none is lost.
    """
    line = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        line = json.dumps(orjson.loads(line), separators=(",", ":"))
    _write(sys.stdout, line + "\n")


def say(message: str) -> None:
    """Prints one line for the person at the terminal, unless they asked for quiet."""
    if not _QUIET.get():
        _write(sys.stderr, message + "\n")


def warn(message: str) -> None:
    """Prints one line that quiet does not silence: something is wrong."""
    _write(sys.stderr, message + "\n")


def quieten() -> None:
    """From here on `say` and `progress` print nothing: the option `--quiet`."""
    _QUIET.set(True)


def never_ask() -> None:
    """From here on `confirm` refuses where it would ask: the option `--no-input`."""
    _MAY_ASK.set(False)


def is_interactive(stream: TextIO | None = None) -> bool:
    """Whether a person looks at `stream` (stderr unless told)."""
    return (stream or sys.stderr).isatty() and os.environ.get("TERM") != "dumb"


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Prints rows: drawn on a terminal, value by value on a narrow one, with tabs in a pipe."""
    cells = [[_cell(value) for value in row] for row in rows]
    if title:
        say(title)
    if not is_interactive(sys.stdout):
        for row in (list(columns), *cells):
            out("\t".join(row))
    elif _table_width(columns, cells) <= shutil.get_terminal_size().columns:
        _draw(columns, cells)
    else:
        for row in cells:
            facts(dict(zip(columns, row, strict=True)))
            out("")


def facts(pairs: Mapping[str, object]) -> None:
    """Prints names and values below one another; a terminal folds long values below their first."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        for line in _folded(f"{name.ljust(width)}  ", _cell(value)):
            out(line)


def _folded(name: str, value: str) -> list[str]:
    """The lines of one value: as many as a terminal needs, one in a pipe, no word ever broken."""
    room = shutil.get_terminal_size().columns - len(name)
    if not is_interactive(sys.stdout) or room < FOLD_COLUMNS_MIN:
        return [name + value]
    lines = textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [(" " * len(name) if place else name) + line for place, line in enumerate(lines)]


def _table_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Characters that a table takes in which no word is broken: an id has to be copied whole."""
    longest = [max(map(len, " ".join(cells).split())) for cells in zip(columns, *rows, strict=True)]
    return sum(longest) + COLUMN_GAP * len(columns)


def _draw(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box  # noqa: PLC0415 - only what draws pays for rich
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        drawn.add_column(name, no_wrap=not any(" " in row[place] for row in rows))
    for row in rows:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)


def counted(count: int, one: str, many: str = "") -> str:
    """How many of what there are, such as "1 record", "2 records" or "0 entries"."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


@contextmanager
def progress(description: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar with count, rate and time left, on a terminal only.

    Yields:
        A function that moves the bar on by a number of steps.
    """
    if _QUIET.get() or not is_interactive():
        yield _move_nothing
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(description, total=total)
        yield lambda steps: bar.advance(task, steps)


def require_folder(path: Path) -> None:
    """Accepts a folder that files can be written to.

    Raises:
        CommandFailed: there is none.
    """
    if not path.is_dir():
        raise CommandFailed(f"{path} is not a folder.", exit_code=ExitCode.USAGE)


def confirm(question: str, *, assume_yes: bool) -> bool:
    """Asks before something that cannot be taken back; `--yes` answers, `--no-input` refuses.

    Raises:
        CommandFailed: nobody can be asked: no terminal, or `--no-input`.
    """
    if assume_yes:
        return True
    if not _MAY_ASK.get() or not sys.stdin.isatty():
        raise CommandFailed(f"{question} Say --yes to go on.", exit_code=ExitCode.USAGE)
    _write(sys.stderr, f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in {"y", "yes", "ya"}


def run(command: Callable[[], object]) -> int:
    """Runs a command line and turns how it ended into an exit code."""
    try:
        command()
    except CommandFailed as failure:
        warn(failure.message)
        return failure.exit_code
    except BrokenPipeError:
        _abandon(sys.stdout)  # the reader (`head`, a closed pager) has gone; nobody is to be told
    except OSError as error:
        _abandon(sys.stdout)
        warn(f"{error.filename or _UNWRITTEN}: {error.strerror}.")
        return ExitCode.FAILED
    except KeyboardInterrupt:
        warn("Interrupted. What was done so far is kept.")
        return ExitCode.FAILED
    return ExitCode.OK


def _cell(value: object) -> str:
    text = _plain(value)
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _plain(value: object) -> str:
    """A value as people read it: no braces, no quotes."""
    if value in (None, [], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plain(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(it, Mapping) for it in value) else ", ").join(
            map(_plain, value)
        )
    return str(value)


def _move_nothing(_steps: int) -> None:
    """The bar of a pipe."""


def _write(stream: TextIO, text: str) -> None:
    """Writes at once, and not when the program ends, where nobody could say that it failed.

    What people are told stops no work where it cannot be written; data does.

    Raises:
        CommandFailed: stdout takes nothing more: a full disk.
        BrokenPipeError: its reader has gone.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _abandon(stream)
        if stream is not sys.stdout:
            return
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandFailed(f"{_UNWRITTEN}: {error.strerror}.") from error


def _abandon(stream: TextIO) -> None:
    """Lets what a stream still holds go nowhere; else Python complains of it when it ends."""
    with suppress(OSError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), stream.fileno())
