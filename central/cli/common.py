"""What every command shares: its options, and the centre of a data folder.

Nothing heavy is imported at the top of any file of this package: `central --help` answers in less
than 0.3 s. `centre_of` pays for the rest when a command runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from runtime.console import CommandFailed, ExitCode
from runtime.reasons import named, said

if TYPE_CHECKING:
    from central.centre import Centre
    from central.settings import CentralSettings

DataOption = Annotated[
    Path, typer.Option("--data", envvar="JIPP_CENTRAL_DATA", help="The centre's data folder.")
]


def account(by: str) -> str:
    """An account as it can stand in `agency/account`: what the options that name one call back.

    Raises:
        CommandFailed: it is empty, or holds a slash or a space.
    """
    if "/" in named(by) or any(sign.isspace() for sign in by):
        sentence = f"An account is one word without a slash, such as rina; not {by!r}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return by


def account_if_named(by: str) -> str:
    """The same of an option that may be left out."""
    return account(by) if by else by


ByOption = Annotated[
    str,
    typer.Option("--by", callback=account, help="Account of whoever decides; no personal data."),
]
ReasonOption = Annotated[
    str, typer.Option("--reason", callback=said, help="Why; stands in the national log.")
]


def _agency(text: str) -> Agency:
    if text not in list(Agency):
        sentence = f"No agency {text!r}; there are {', '.join(Agency)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return Agency(text)


AgencyOption = Annotated[Agency, typer.Option(help="For which agency.", parser=_agency)]
HubArgument = Annotated[str, typer.Argument(help="Hub id, such as 51 or kemenkes.")]
RecordArgument = Annotated[str, typer.Argument(help="Id of the record.")]

_WRONG_USAGE = {
    *("hub_id_malformed", "hub_name_malformed", "invitation_lifetime", "entry_not_held"),
    "freshness_target",
}
"""Codes of refusals in which what was typed is at fault, and not what the centre holds."""

DATA_DEFAULT = Path("centre-data")
ADDRESS_FILE = "address"
"""Where `central serve` says the address that it answers at, for invitations."""


def settings_of(data: Path) -> "CentralSettings":
    """The settings of a data folder.

    Raises:
        CommandFailed: there is no centre there, or its settings cannot be used.
    """
    from central.settings import SETTINGS_FILE, load_central_settings  # noqa: PLC0415
    from runtime.settings import SettingsRefused  # noqa: PLC0415

    if not (data / SETTINGS_FILE).exists():
        sentence = f"There is no centre in {data}. Make one with `central init`."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    try:
        return load_central_settings(data)
    except SettingsRefused as refused:
        where = f"{data / SETTINGS_FILE}, or JIPP_CENTRAL_* in the environment:"
        sentences = "\n".join((where, *refused.faults))
        raise CommandFailed(sentences, exit_code=ExitCode.USAGE) from refused


@contextmanager
def centre_of(data: Path) -> Iterator["Centre"]:
    """The centre of a data folder, open meanwhile; what goes wrong becomes a sentence.

    Raises:
        CommandFailed: it cannot be opened, or a rule of the protocol refused what was asked.
    """
    from central.opening import opened_centre  # noqa: PLC0415

    settings = settings_of(data)
    with refusals(), opened_centre(data, settings) as centre:
        yield centre


@contextmanager
def refusals() -> Iterator[None]:
    """Makes a sentence of what goes wrong meanwhile.

    Raises:
        CommandFailed: the centre cannot be opened, or a rule of the protocol refused.
    """
    from protocol.errors import ProtocolError  # noqa: PLC0415
    from runtime.database import DatabaseError  # noqa: PLC0415
    from runtime.keyfile import KeyFileRefused  # noqa: PLC0415

    try:
        yield
    except ProtocolError as error:
        exit_code = ExitCode.USAGE if error.code in _WRONG_USAGE else ExitCode.FAILED
        raise CommandFailed(f"{error.message} ({error.code})", exit_code=exit_code) from error
    except (KeyFileRefused, DatabaseError) as error:
        raise CommandFailed(str(error)) from error


def serving_address(data: Path) -> str:
    """The address at which `central serve` last answered from this folder, or ""."""
    path = data / ADDRESS_FILE
    return path.read_text("ascii") if path.exists() else ""


def address_of(data: Path, url: str) -> str:
    """The address that stands in invitations: of the option, the settings, or the running service.

    Raises:
        CommandFailed: there is none, or the option has a form that the setting could not have.
    """
    address = _checked(url) or settings_of(data).url or serving_address(data)
    if not address:
        raise CommandFailed(
            "Say the centre's address with --url, set `url` in central.toml, or start it first.",
            exit_code=ExitCode.USAGE,
        )
    return address


def _checked(url: str) -> str:
    """An address of the option, in the form that the setting `url` may have."""
    from central.settings import CentralSettings  # noqa: PLC0415
    from runtime.settings import SettingsRefused, make_settings  # noqa: PLC0415

    try:
        return make_settings(CentralSettings, {"authority": "any", "url": url}).url
    except SettingsRefused as refused:
        raise CommandFailed("\n".join(refused.faults), exit_code=ExitCode.USAGE) from refused
