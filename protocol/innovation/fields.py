"""The record's fields as the schema file describes them: what forms and templates are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from protocol.canonical import Json, parse
from protocol.errors import MalformedJson
from protocol.innovation.reference import schema
from protocol.nearest import nearest

FILLED_BY_HUB = ("id", "hub")
"""Fields that no form asks for: the entry and its log say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One top-level field.

    Attributes:
        name: in code and in entries.
        title: Indonesian label.
        label_en: English label.
        group: where forms place it.
        counts_for: completeness group A-E, or None.
        kind: text, choice, integer, list or object.
        is_set: whether it is a set (sdgs).
        choices: allowed values of a choice.
        words_max: of a text, or None.
        description: one Indonesian sentence.
    """

    name: str
    title: str
    label_en: str
    group: str
    counts_for: str | None
    kind: str
    is_set: bool
    choices: tuple[str, ...]
    words_max: int | None
    description: str


@cache
def fields() -> tuple[Field, ...]:
    """Every field in the order of the schema file."""
    return tuple(_field(name, form) for name, form in schema()["properties"].items())


@cache
def labels() -> Mapping[str, str]:
    """Indonesian label by field name."""
    return {field.name: field.title for field in fields()}


@cache
def fields_to_fill() -> tuple[Field, ...]:
    """Those that people fill in."""
    return tuple(field for field in fields() if field.name not in FILLED_BY_HUB)


def field_to_fill(name: str) -> Field:
    """The field of that name, if it is one that people fill in.

    Raises:
        ValueError: it is none; the sentence names the nearest, or all of them.
    """
    known = {field.name: field for field in fields_to_fill()}
    if name not in known:
        near = nearest(name, known) or f"; there are {', '.join(known)}"
        raise ValueError(f"there is no field {name!r}{near}")
    return known[name]


def assignment(text: str) -> tuple[str, Json]:
    """`FIELD=VALUE` as a command line writes it: texts and choices as they are, the rest as JSON.

    Raises:
        ValueError: no such field, or a value that is not JSON where it must be.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError(f"{text!r} is not FIELD=VALUE")
    if field_to_fill(name).kind in ("text", "choice"):
        return name, value
    try:
        return name, parse(value.encode())
    except MalformedJson as error:
        raise ValueError(f"{name} takes JSON: {error.message}") from error


def _field(name: str, form: Mapping[str, Any]) -> Field:
    kinds = {"string": "text", "array": "list", "integer": "integer", "object": "object"}
    return Field(
        name=name,
        title=form["title"],
        label_en=form["x-label-en"],
        group=form["x-group"],
        counts_for=form.get("x-counts-for"),
        kind="choice" if "enum" in form else kinds[form["type"]],
        is_set=bool(form.get("x-set")),
        choices=tuple(form.get("enum", ())),
        words_max=form.get("x-words-max"),
        description=form["description"],
    )
