"""Settings of a witness: `<data>/witness.toml`, overridden by `JIPP_WITNESS_*`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from protocol.errors import KeyRefused
from protocol.keys import SignatureType, VerifierKey, parse_verifier_key
from runtime.setting_values import Shape, setting
from runtime.settings import ServiceSettings, load_settings

SETTINGS_FILE = "witness.toml"


def _check_log_keys(value: tuple[str, ...]) -> None:
    for text in value:
        try:
            key = parse_verifier_key(text)
        except KeyRefused as error:
            raise ValueError(f"{text}: {error.message}") from error
        if key.type is not SignatureType.ED25519:
            raise ValueError(f"{text} is no key of a log")


@dataclass(frozen=True, kw_only=True)
class WitnessSettings(ServiceSettings):
    """What an agency that runs a witness decides."""

    env_prefix: ClassVar[str] = "JIPP_WITNESS_"

    key_name: str = setting(
        shape=Shape(r"[^\s+]{1,255}", "a name without blanks and `+`, of at most 255 characters"),
        description="Name of the witness in every cosignature, such as "
        "jippnas.go.id/witness/kemendagri. Never change it.",
    )
    logs: tuple[str, ...] = setting(
        is_needed=True,
        rule=_check_log_keys,
        description="Verifier keys of the logs that it watches: national logs, one an epoch.",
    )
    host: str = setting(default="127.0.0.1", description="Address to listen on.")
    port: int = setting(default=8802, ge=0, le=65_535, description="Port to listen on; 0 is any.")
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        default="info", description="Least serious log lines to write."
    )

    def keys_by_origin(self) -> dict[str, list[VerifierKey]]:
        """The keys of each log: a log's key name is its origin."""
        keys = [parse_verifier_key(text) for text in self.logs]
        return {it.name: [key for key in keys if key.name == it.name] for it in keys}


def load_witness_settings(folder: Path) -> WitnessSettings:
    """Settings of a data folder.

    Raises:
        SettingsRefused: with one sentence for each fault.
    """
    return load_settings(WitnessSettings, folder / SETTINGS_FILE)
