"""Settings of the centre: `<data>/central.toml`, overridden by `JIPP_CENTRAL_*`.

What no operator has a reason to change is a constant where it is used, or in `protocol.limits`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from central.licence import Licence
from central.quiet_hours import parse_quiet_hours
from protocol.errors import KeyRefused
from protocol.keys import SignatureType, VerifierKey, parse_verifier_key
from protocol.limits import CALL_AGAIN_S_MAX, INVITATION_HOURS_MAX
from runtime.addresses import fault_of_address
from runtime.alerts.settings import AlertSettings
from runtime.durable import write_durably
from runtime.http.public_addresses import Reachable, parse_reachable
from runtime.setting_values import Secret, Shape, setting, unless
from runtime.settings import HOST, load_settings

SETTINGS_FILE = "central.toml"

TARGET_HOURS_MAX = 24 * 90
"""Of a hub that sends its courier file once in a quarter."""


_ADDRESS = Shape(
    r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~-]+)*",
    "an address such as https://saksi.lan.go.id",
)


_EPOCH_LINE = re.compile(r"^[ \t]*epoch[ \t]*=[^\n]*$", re.MULTILINE)


def _check_witness_key(value: str) -> None:
    try:
        key = parse_verifier_key(value)
    except KeyRefused as error:
        raise ValueError(error.message) from error
    if key.type is not SignatureType.COSIGNATURE:
        raise ValueError("no key of a witness")


def _check_database(value: str) -> None:
    """Refused here and not when it is opened; no sentence repeats a part of it."""
    from sqlalchemy import make_url  # noqa: PLC0415 - heavy
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        address = make_url(value) if value else None
    except (ValueError, ArgumentError):
        raise ValueError("must be such as postgresql://jipp@localhost/jipp") from None
    if address is None:
        return
    if "@" in (address.host or ""):
        raise ValueError("has an `@` within the password: write it as %40")
    if address.drivername == "sqlite" and not address.database:
        raise ValueError("names no file: write sqlite:/// and its path")
    if "password" in address.query:
        raise ValueError("has its password behind the `?`: write it before the `@`")
    if address.drivername == "postgresql":
        _check_options(address.query)


def _check_options(options: Mapping[str, object]) -> None:
    """Asks libpq, which knows its own; where it is not installed, nothing can be opened anyway."""
    with suppress(ImportError):
        from psycopg import ProgrammingError  # noqa: PLC0415 - an extra
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415

        try:
            make_conninfo(**dict.fromkeys(options, ""))
        except ProgrammingError:
            raise ValueError("has an option behind the `?` that PostgreSQL does not know") from None


def _check_networks(value: tuple[str, ...]) -> None:
    try:
        parse_reachable(value)
    except ValueError as error:
        raise ValueError("must hold networks such as 10.20.0.0/16, or addresses") from error


@dataclass(frozen=True, kw_only=True)
class WitnessAddress:
    """A witness that the centre submits its checkpoints to."""

    url: str = setting(shape=_ADDRESS, description="Where it answers.")
    key: str = setting(rule=_check_witness_key, description="Verifier key of its cosignatures.")

    @property
    def verifier(self) -> VerifierKey:
        """The key of its cosignatures (type 0x04)."""
        return parse_verifier_key(self.key)


@dataclass(frozen=True, kw_only=True)
class CentralSettings(AlertSettings):
    """What an operator of the centre decides."""

    env_prefix: ClassVar[str] = "JIPP_CENTRAL_"

    authority: str = setting(
        shape=Shape(
            r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?",
            "a name such as jippnas.go.id: small letters, digits, dots and hyphens",
        ),
        description="Name of this centre, in every log's origin. Never change it: another name "
        "is another federation.",
    )
    name: str = setting(default="JIPPNas", max_length=100, description="What screens call it.")
    url: str = setting(
        default="",
        shape=Shape(
            r"(?:https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~-]+)*)?",
            "an address such as https://pusat.jippnas.go.id, without a slash at its end",
        ),
        description="Address under which hubs reach the centre; stands in invitations.",
    )
    contact_email: str = setting(
        default="",
        max_length=254,
        shape=Shape(
            r"(?:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)?", "an address such as data@jippnas.go.id"
        ),
        description="Where systems that harvest the catalogue write to; empty is postmaster at "
        "the authority.",
    )
    licence_name: str = setting(
        default="",
        max_length=64,
        description="Licence under which the catalogue's data may be used, by its SPDX identifier, "
        "such as CC-BY-4.0; empty says to readers that none has been set.",
    )
    licence_url: str = setting(
        default="",
        max_length=300,
        shape=Shape(r"(?:https?://[^\s<>\"]+)?", "an address that begins with https:// or http://"),
        description="Where the text of that licence stands.",
    )
    host: str = setting(default="127.0.0.1", shape=HOST, description="Address to listen on.")
    port: int = setting(default=8800, ge=0, le=65_535, description="Port to listen on; 0 is any.")
    database_url: str = setting(
        default="",
        shape=Shape(
            r"(?:(?:sqlite:///|postgresql://).*)?",
            "an address that begins with sqlite:/// or postgresql://",
        ),
        rule=_check_database,
        description="Database; empty is centre.sqlite in the data folder. Holds a password: set "
        "it in the environment.",
    )
    epoch: int = setting(
        default=1,
        ge=1,
        description="Epoch of the national log; a new one only after the centre was restored "
        "from an old backup.",
    )
    invitation_hours: int = setting(
        default=48,
        ge=1,
        le=INVITATION_HOURS_MAX,
        description="Hours that an invitation can be used.",
    )
    call_again_s: int = setting(
        default=0,
        ge=0,
        le=CALL_AGAIN_S_MAX,
        description="Seconds that a hub should let pass between two runs; 0 leaves it to the hubs.",
    )
    dumps_kept: int = setting(
        default=7,
        ge=0,
        le=366,
        description="Nightly dumps of the catalogue in the data folder; the oldest goes when "
        "another comes, and 0 makes none and removes those that are there.",
    )
    freshness_target_hours: int = setting(
        default=6,
        ge=1,
        le=TARGET_HOURS_MAX,
        description="Hours after a good sync run for which a hub counts as fresh, where it has no "
        "target of its own; after twice as long it is overdue.",
    )
    alert_telegram_url: Secret = setting(
        default=Secret(),
        max_length=1_000,
        rule=unless(fault_of_address),
        description="Address to which alerts are posted as `chat_id` and `text`, such as "
        "https://api.telegram.org/botTOKEN/sendMessage; never shown, for it holds the token.",
    )
    alert_telegram_chat: str = setting(
        default="",
        max_length=64,
        shape=Shape(r"[A-Za-z0-9@_-]*", "the number or the name of a chat"),
        description="The chat that they go to.",
    )
    alert_quiet_hours: str = setting(
        default="",
        max_length=5,
        rule=parse_quiet_hours,
        description="Hours in WIB in which nothing is sent, such as `22-6`; what is still wrong "
        "after them is sent then.",
    )
    witnesses: tuple[WitnessAddress, ...] = setting(
        default=(),
        max_length=16,
        description="Agencies that cosign every national checkpoint: `url` and verifier `key` of "
        "each, as tables `[[witnesses]]` at the end of the file.",
    )
    second_factor: bool = setting(
        default=True,
        description="Whether everybody who may decide or change something at the centre signs in "
        "with a code from a phone beside the password; false only where nobody else can reach it.",
    )
    webhook_allow: tuple[str, ...] = setting(
        default=(),
        max_length=32,
        rule=_check_networks,
        description="Networks or addresses inside that webhooks may be posted to, also by http and "
        "at any port, such as 10.20.0.0/16. Whoever adds a webhook can reach them.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        default="info", description="Least serious log lines to write."
    )

    def clashes(self) -> Iterator[str]:
        """What goes together only."""
        yield from super().clashes()
        if self.alert_telegram_url.text and not self.alert_telegram_chat:
            yield "alert_telegram_url: needs alert_telegram_chat as well"
        if bool(self.licence_name) != bool(self.licence_url):
            yield "licence_name: goes with licence_url, and licence_url with it"

    @property
    def licence(self) -> Licence | None:
        """What the data may be used under; None where nobody has set it."""
        if not self.licence_name:
            return None
        return Licence(name=self.licence_name, url=self.licence_url)

    @property
    def reachable(self) -> Reachable:
        """What webhooks may be posted to."""
        return parse_reachable(self.webhook_allow)

    def database_in(self, folder: Path) -> str:
        """The database's address, given the data folder."""
        return self.database_url or f"sqlite:///{folder / 'centre.sqlite'}"


def load_central_settings(folder: Path) -> CentralSettings:
    """Settings of a data folder.

    Raises:
        SettingsRefused: with one sentence for each fault.
    """
    return load_settings(CentralSettings, folder / SETTINGS_FILE)


def write_epoch(folder: Path, epoch: int) -> None:
    """Sets the epoch in the settings file; every other line stays as its operator wrote it."""
    path = folder / SETTINGS_FILE
    line = f"epoch = {epoch}"
    text, count = _EPOCH_LINE.subn(line, path.read_text("utf-8"), count=1)
    write_durably(path, (text if count else f"{line}\n{text}").encode())
