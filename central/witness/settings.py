"""Settings of a witness: `<data>/witness.toml`, overridden by `JIPP_WITNESS_*`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from protocol.errors import KeyRefused
from protocol.keys import SignatureType, VerifierKey, parse_verifier_key
from runtime.settings import ServiceSettings, load_settings

SETTINGS_FILE = "witness.toml"


class WitnessSettings(ServiceSettings):
    """What an agency that runs a witness decides."""

    model_config = SettingsConfigDict(env_prefix="JIPP_WITNESS_")

    key_name: str = Field(
        pattern=r"^[^\s+]{1,255}$",
        description="Name of the witness in every cosignature, such as "
        "jippnas.go.id/witness/kemendagri. Never change it.",
    )
    logs: tuple[str, ...] = Field(
        min_length=1,
        description="Verifier keys of the logs that it watches: national logs, one an epoch.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8802, ge=0, le=65_535, description="Port to listen on; 0 is any.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least serious log lines to write."
    )

    @field_validator("logs")
    @classmethod
    def _verifier_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            try:
                key = parse_verifier_key(text)
            except KeyRefused as error:
                raise ValueError(f"{text}: {error.message}") from error
            if key.type is not SignatureType.ED25519:
                raise ValueError(f"{text} is no key of a log")
        return value

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
