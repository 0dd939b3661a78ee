"""How both programs describe themselves at the command line: a program, its nouns, their verbs."""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from runtime.collector import collect_seldom
from runtime.console import (
    CommandFailed,
    ExitCode,
    never_ask,
    out,
    quieten,
    replace_what_cannot_be_encoded,
    run,
)
from runtime.interrupts import interrupt_from_here

if TYPE_CHECKING:
    from runtime.settings import ServiceSettings

S = TypeVar("S", bound="ServiceSettings")

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
VolumeOption = Annotated[
    int, typer.Option("--volume-size", min=1, max=224, help="MiB in a file, about.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def program(help_text: str) -> typer.Typer:
    """A program without commands yet; its help begins with examples."""
    app = typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_common)
    return app


def group(name: str, sentence: str, examples: str) -> typer.Typer:
    """The commands of one noun."""
    return typer.Typer(
        name=name,
        help=helped(examples, sentence),
        short_help=sentence,
        no_args_is_help=True,
        rich_markup_mode=None,
    )


def helped(examples: str, sentence: str) -> str:
    r"""Help that begins with its examples; `\b` keeps their lines."""
    lines = "\n".join(f"  {line}" for line in examples.strip().splitlines())
    return f"\b\n{lines}\n\n{sentence}"


def volume_bytes_of(volume_size: int) -> int:
    """What the option `--volume-size` means, in bytes."""
    return volume_size * 1_048_576


def with_options(settings: S, given: Mapping[str, Any]) -> S:
    """The settings with what was said at the command line; see `runtime.settings`.

    Raises:
        CommandFailed: a value out of range.
    """
    from runtime.settings import SettingsRefused  # noqa: PLC0415 - heavy
    from runtime.settings import with_options as changed  # noqa: PLC0415

    try:
        return changed(settings, given)
    except SettingsRefused as refused:
        raise CommandFailed("\n".join(refused.faults), exit_code=ExitCode.USAGE) from refused


def leave_with(app: typer.Typer) -> None:
    """Runs the command line and leaves with its exit code."""
    replace_what_cannot_be_encoded()
    collect_seldom()
    sys.exit(run(lambda: _run_app(app)))


def _run_app(app: typer.Typer) -> None:
    interrupt_from_here()
    for place, argument in enumerate(sys.argv[1:], 1):
        if not argument.isascii() and any("\ud800" <= char <= "\udfff" for char in argument):
            raise CommandFailed(f"Argument {place} is not UTF-8.", exit_code=ExitCode.USAGE)
    _command(app)()


@cache
def _command(app: typer.Typer) -> Callable[[], None]:
    """What all the options say is read once, however often a process runs the program."""
    return typer.main.get_command(app)


def _print_version(is_asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if is_asked:
        out(version("jipp-federation"))
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
]


def _common(
    *,
    _version: VersionOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; refuse.")] = False,
) -> None:
    if quiet:
        quieten()
    if no_input:
        never_ask()
