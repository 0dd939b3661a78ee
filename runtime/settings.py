"""Settings of a service: one frozen model, read from a TOML file and from the environment.

The environment wins over the file, the file over the default. A name that no setting has is
refused in both, so that a mistyped setting cannot be ignored in silence. Every field has a
description: `config show` and the reference page are printed from the model.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from protocol.nearest import nearest

OPTIONS = ("data",)
"""Options of the command line that the environment may give under the same prefix."""

Host = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9.:_%-]+$",
        json_schema_extra={"shape": "a name or an address, such as 127.0.0.1; 0.0.0.0 is all"},
    ),
]
"""Where a service listens; never empty, which would be every address of the machine unsaid."""


class SettingsRefused(Exception):
    """Settings that cannot be used; one sentence for each fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class ServiceSettings(BaseSettings):
    """The base of both services' settings; a subclass names its `env_prefix`.

    A field with a pattern says in `json_schema_extra`, as `shape`, what it asks for in words.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what was read from the file; no other source."""
        del cls, settings_cls, dotenv_settings, file_secret_settings
        return (env_settings, init_settings)


S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting as `config show` prints it."""

    name: str
    value: str
    default: str
    sentence: str


def load_settings(model: type[S], path: Path) -> S:
    """Settings of the file at `path` (which need not exist) and the environment.

    Raises:
        SettingsRefused: not TOML, an unknown name, or a value out of range.
    """
    return make_settings(model, read_toml(path))


def make_settings(model: type[S], values: Mapping[str, Any]) -> S:
    """Settings of these values and the environment.

    Raises:
        SettingsRefused: an unknown name in either, or a value out of range.
    """
    if mistyped := _mistyped_variables(model):
        raise SettingsRefused(mistyped)
    try:
        return model(**values)
    except ValidationError as error:
        faults = tuple(_sentence(model, fault) for fault in error.errors())
        raise SettingsRefused(faults) from error


def with_options(settings: S, given: Mapping[str, Any]) -> S:
    """The settings with what was said at the command line, which goes before everything else.

    Args:
        settings: of the file and the environment.
        given: values by name; None is not given.

    Raises:
        SettingsRefused: a value out of range, in the sentence that the file gets for it.
    """
    model, changed = type(settings), {n: v for n, v in given.items() if v is not None}
    for name, value in changed.items():
        field = model.model_fields[name]
        try:
            TypeAdapter(cast("Any", Annotated[field.annotation, field])).validate_python(value)
        except ValidationError as error:
            faults = ({**fault, "loc": (name,)} for fault in error.errors())
            raise SettingsRefused(tuple(_sentence(model, fault) for fault in faults)) from error
    return settings.model_copy(update=changed)


def _mistyped_variables(model: type[ServiceSettings]) -> tuple[str, ...]:
    """Variables of the service's prefix that no setting and no option reads."""
    prefix = model.model_config["env_prefix"]
    known = [prefix + name.upper() for name in (*model.model_fields, *OPTIONS)]
    unknown = sorted(name for name in os.environ if name.startswith(prefix) and name not in known)
    return tuple(f"{name}: no setting has this name{nearest(name, known)}" for name in unknown)


def rows_of(settings: ServiceSettings) -> list[SettingRow]:
    """Every setting with its value, its default and what it is for."""
    return [
        SettingRow(
            name=name,
            value=str(getattr(settings, name)),
            default=""
            if field.is_required()
            else str(field.get_default(call_default_factory=True)),
            sentence=field.description or "",
        )
        for name, field in type(settings).model_fields.items()
    ]


def read_toml(path: Path) -> dict[str, Any]:
    """What a file of settings says; nothing where there is none.

    Raises:
        SettingsRefused: it is not TOML, or cannot be read.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused((f"{path} is not TOML: {error}",)) from error
    except OSError as error:
        raise SettingsRefused((f"{path} cannot be read: {error.strerror}",)) from error


_WHOLE = "must be a whole number, without quotes"
_SENTENCES: Mapping[str, str] = {
    "missing": "must be given",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "string_type": "must be a text in quotes",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must have at most {max_length} characters",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
"""What pydantic finds, by its kind; what belongs into the braces is its own word for it."""


def _sentence(model: type[ServiceSettings], fault: Mapping[str, Any]) -> str:
    if not fault["loc"]:  # two settings that do not go together; the sentence names them
        return str(fault["ctx"]["error"])
    name = ".".join(map(str, fault["loc"]))
    match fault["type"]:
        case "extra_forbidden":
            return f"{name}: no setting has this name{nearest(name, model.model_fields)}"
        case "string_pattern_mismatch":
            return f"{name}: must be {_shape(model, name)}"
        case kind if kind in _SENTENCES:
            return f"{name}: {_SENTENCES[kind].format_map(fault.get('ctx', {}))}"
        case _:
            return f"{name}: this value cannot be used"


def _shape(model: type[ServiceSettings], name: str) -> object:
    """The form that a pattern stands for, in the words of the field."""
    return cast("Mapping[str, object]", model.model_fields[name].json_schema_extra)["shape"]
