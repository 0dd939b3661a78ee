"""Settings of a service: one frozen value, read from a TOML file and from the environment.

The environment wins over the file, the file over the default. A name that no setting has is
refused in both, so that a mistyped setting cannot be ignored in silence. Every setting has a
description: `config show` and the reference page are printed from the class.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from protocol.nearest import nearest
from runtime.setting_values import (
    UNKNOWN,
    Shape,
    ValueRefused,
    declared_in,
    read_all,
    read_one,
    shown,
)

OPTIONS = ("data",)
"""Options of the command line that the environment may give under the same prefix."""

HOST = Shape(r"[A-Za-z0-9.:_%-]+", "a name or an address, such as 127.0.0.1; 0.0.0.0 is all")
"""Where a service listens; never empty, which would be every address of the machine unsaid."""


_FORM = "Each name stands once; texts stand in quotes, true and false in small letters"


class SettingsRefused(Exception):
    """Settings that cannot be used; one sentence for each fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """The base of every service's settings; a subclass has fields made by `setting`.

    Attributes:
        env_prefix: how the names of its variables begin.
    """

    env_prefix: ClassVar[str]

    def clashes(self) -> Iterator[str]:
        """What does not go together, each in a sentence that begins with a setting's name."""
        yield from ()


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
    said = _said_by_environment(model)
    found, refused = read_all(model, {**values, **said})
    if refused:
        variables = {name: it for name, it in variables_of(model).items() if name in said}
        raise SettingsRefused(_sentences(refused, variables=variables))
    settings = model(**found)
    if clashes := tuple(settings.clashes()):
        raise SettingsRefused(clashes)
    return settings


def with_options(settings: S, given: Mapping[str, Any]) -> S:
    """The settings with what was said at the command line, which goes before everything else.

    Args:
        settings: of the file and the environment.
        given: values by name; None is not given.

    Raises:
        SettingsRefused: a value out of range, in the sentence that the file gets for it.
    """
    known, changed = declared_in(type(settings)), {}
    for name, value in given.items():
        if value is not None:
            try:
                changed[name] = read_one(known[name], value)
            except ValueRefused as error:
                raise SettingsRefused(_sentences([error.within(name)])) from error
    return replace(settings, **changed)


def rows_of(settings: ServiceSettings) -> list[SettingRow]:
    """Every setting with its value, its default and what it is for."""
    return [
        SettingRow(
            name=name,
            value=shown(getattr(settings, name)),
            default="" if it.is_required else shown(it.default),
            sentence=it.setting.description,
        )
        for name, it in declared_in(type(settings)).items()
    ]


def variables_of(model: type[ServiceSettings]) -> dict[str, str]:
    """The variable of the environment that says each setting, by the setting's name."""
    return {name: model.env_prefix + name.upper() for name in declared_in(model)}


def read_toml(path: Path) -> dict[str, Any]:
    """What a file of settings says; nothing where there is none.

    Raises:
        SettingsRefused: it is not TOML, or cannot be read.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        sentence = f"{path} is not TOML: {error}. {_FORM}"
        raise SettingsRefused((sentence,)) from error
    except UnicodeDecodeError as error:
        raise SettingsRefused((f"{path} is not UTF-8: save it as a text in UTF-8",)) from error
    except OSError as error:
        raise SettingsRefused((f"{path} cannot be read: {error.strerror}",)) from error


def _said_by_environment(model: type[ServiceSettings]) -> dict[str, str]:
    variables = variables_of(model)
    return {name: os.environ[it] for name, it in variables.items() if it in os.environ}


def _mistyped_variables(model: type[ServiceSettings]) -> tuple[str, ...]:
    """Variables of the service's prefix that no setting and no option reads."""
    prefix = model.env_prefix
    known = [*variables_of(model).values(), *(prefix + name.upper() for name in OPTIONS)]
    unknown = sorted(name for name in os.environ if name.startswith(prefix) and name not in known)
    return tuple(f"{name}: {UNKNOWN}{nearest(name, known, prefix=prefix)}" for name in unknown)


def _sentences(
    refused: Iterable[ValueRefused], *, variables: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """What is wrong where; what a variable says is named by the variable."""
    said = ((variables.get(it.place[0], it.place[0]), it) for it in refused)
    return tuple(f"{'.'.join([name, *it.place[1:]])}: {it.sentence}" for name, it in said)
