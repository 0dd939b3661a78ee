"""How a setting is declared, and how what a file or the environment says becomes its value.

A setting is a field of a frozen dataclass: `port: int = setting(default=8801, ge=0, ...)`. A value
that cannot be used is answered with what can. pydantic does the same in 8 MB, which is a tenth of a
node at rest (docs/decisions/0045).
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from protocol.canonical import Json, parse
from protocol.errors import MalformedJson
from protocol.nearest import nearest

HIDDEN = "**********"
UNKNOWN = "no setting has this name"
MUST_BE_GIVEN = "must be given"

_DECLARED = "setting"
_WHOLE_NUMBER = re.compile(r"\s*[-+]?[0-9]{1,18}\s*", re.ASCII)
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_PASSWORD = re.compile(r"(://[^/@:\s]*:)[^/\s]*(?=@)")


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that no log, page or terminal shows."""

    text: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Whether there is one, and no more."""
        return HIDDEN if self.text else ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a text.

    Attributes:
        pattern: that the whole text has to match.
        words: the same as people read it.
    """

    pattern: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a setting is for, and what it may be.

    Attributes:
        description: one sentence.
        ge, le: the least and the largest number.
        max_length: characters of a text, entries of a list.
        is_needed: whether it may not be empty.
        shape: of a text.
        rule: raises ValueError, with what the value must be, where it cannot be used.
    """

    description: str
    ge: int | None = None
    le: int | None = None
    max_length: int | None = None
    is_needed: bool = False
    shape: Shape | None = None
    rule: Callable[[Any], object] = lambda value: value


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A setting of a class.

    Attributes:
        kind: bool, int, str, `Secret`, a `Literal`, or a tuple of one of them or of a dataclass
            with settings.
        setting: what it is for.
        default: `dataclasses.MISSING` where it must be given.
    """

    kind: Any
    setting: Setting
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether it has no default."""
        return self.default is MISSING


class ValueRefused(ValueError):
    """A value that cannot be used.

    Attributes:
        place: names and numbers that lead to it, from the setting on.
        sentence: what it must be.
    """

    def __init__(self, sentence: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place

    def within(self, name: str) -> "ValueRefused":
        """The same, one level further out."""
        return ValueRefused(self.sentence, (name, *self.place))


def setting(*, description: str, default: Any = MISSING, **limits: Any) -> Any:
    """Declares a field of a class of settings.

    Args:
        description: what it is for, in one sentence.
        default: its value where nobody says one.
        limits: of `Setting`.
    """
    declared = Setting(description=description, **limits)
    return field(default=default, metadata={_DECLARED: declared})


def unless(fault_of: Callable[[str], str]) -> Callable[[str], None]:
    """A rule from a function that says what is wrong with a text, or ""."""

    def check(value: str) -> None:
        if fault := fault_of(value):
            raise ValueError(fault)

    return check


def declared_in(model: Any) -> Mapping[str, Declared]:
    """The settings of a class, by name."""
    kinds = get_type_hints(model)
    return {
        it.name: Declared(kind=kinds[it.name], setting=it.metadata[_DECLARED], default=it.default)
        for it in fields(model)
    }


def read_all(model: Any, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[ValueRefused]]:
    """The values of a class of settings, of those that are said, and what is wrong with the others.

    Args:
        model: the class.
        values: what is said, by name.
    """
    known = declared_in(model)
    found: dict[str, Any] = {}
    refused: list[ValueRefused] = []
    for name, declared in known.items():
        if name in values:
            try:
                found[name] = read_one(declared, values[name])
            except ValueRefused as error:
                refused.append(error.within(name))
        elif declared.is_required:
            refused.append(ValueRefused(MUST_BE_GIVEN, (name,)))
    unknown = (name for name in values if name not in known)
    refused += [ValueRefused(UNKNOWN + nearest(name, known), (name,)) for name in unknown]
    return found, refused


def read_one(declared: Declared, value: Any) -> Any:
    """The value of one setting.

    Raises:
        ValueRefused: it cannot be used.
    """
    found = _as_kind(declared.kind, value)
    _check(declared.setting, found)
    return found


def document_of(settings: Any) -> dict[str, Json]:
    """Settings as JSON, without secrets, and without the passwords in addresses."""
    return {name: _as_json(getattr(settings, name)) for name in declared_in(type(settings))}


def _as_kind(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        return _choice(get_args(kind), value)
    if origin is tuple:
        return _entries(get_args(kind)[0], value)
    if kind is Secret:
        return value if isinstance(value, Secret) else Secret(_text(value))
    if is_dataclass(kind):
        return _part(kind, value)
    return {bool: _truth, int: _whole_number, str: _text}[kind](value)


def _truth(value: Any) -> bool:
    said = value if isinstance(value, bool) else _TRUTHS.get(str(value).lower())
    if said is None:
        raise ValueRefused("must be true or false")
    return said


def _whole_number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise ValueRefused("must be a whole number, without quotes")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueRefused("must be a text in quotes")
    return value


def _choice(choices: tuple[str, ...], value: Any) -> str:
    if value not in choices:
        *most, last = map(repr, choices)
        raise ValueRefused(f"must be {', '.join(most)} or {last}")
    return str(value)


def _entries(kind: Any, value: Any) -> tuple[Any, ...]:
    """A list of a file, or of the environment, where it is JSON."""
    if isinstance(value, str):
        with suppress(MalformedJson, UnicodeEncodeError):
            value = parse(value.encode())
    if not isinstance(value, list | tuple):
        raise ValueRefused('must be a list such as ["one", "two"]')
    return tuple(_entry(kind, number, it) for number, it in enumerate(value))


def _entry(kind: Any, number: int, value: Any) -> Any:
    try:
        return _as_kind(kind, value)
    except ValueRefused as error:
        raise error.within(str(number)) from error


def _part(kind: Any, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    if not isinstance(value, dict):
        raise ValueRefused("must be a table")
    found, refused = read_all(kind, value)
    if refused:
        raise refused[0]
    return kind(**found)


def _check(limits: Setting, value: Any) -> None:
    plain = value.text if isinstance(value, Secret) else value
    if isinstance(plain, int):
        _check_number(limits, plain)
    else:
        _check_length(limits, plain)
    if limits.shape and not re.fullmatch(limits.shape.pattern, plain):
        raise ValueRefused(f"must be {limits.shape.words}")
    try:
        limits.rule(plain)
    except ValueError as error:
        raise ValueRefused(str(error)) from error


def _check_number(limits: Setting, value: int) -> None:
    if limits.ge is not None and value < limits.ge:
        raise ValueRefused(f"must be at least {limits.ge}")
    if limits.le is not None and value > limits.le:
        raise ValueRefused(f"must be at most {limits.le}")


def _check_length(limits: Setting, value: str | tuple[Any, ...]) -> None:
    if limits.max_length is not None and len(value) > limits.max_length:
        what = "entries" if isinstance(value, tuple) else "characters"
        raise ValueRefused(f"must have at most {limits.max_length} {what}")
    if limits.is_needed and not value:
        raise ValueRefused("must not be empty")


def _as_json(value: Any) -> Json:
    if isinstance(value, tuple):
        return [_as_json(it) for it in value]
    if isinstance(value, Secret):
        return str(value)
    if is_dataclass(value):
        return document_of(value)
    if isinstance(value, str):
        return _PASSWORD.sub(rf"\1{HIDDEN}", value)
    plain: Json = value
    return plain


def shown(value: Any) -> str:
    """A value as people read it, and as the file takes it but for the quotes of a text."""
    found = _as_json(value)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
