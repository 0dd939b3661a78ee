"""Values of a record as people read them: choices and regions by name, lists line by line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from hubnode.web.controls import Form, choice_label, label_of
from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.reference import schema, table
from protocol.innovation.regions import region_name
from runtime.pages.formats import format_number

DIFF_WORDS_MAX = 2_000
"""Longer texts are shown whole, before and after: comparing takes the square of their length."""

_YEARS_END = 10_000
"""Smaller numbers are written without separators: most of them are years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A field with what stands in it.

    Attributes:
        name: of the field.
        label: in the reader's language.
        group: of the schema.
        lines: what stands in it; none where it is empty.
        is_missing: whether it counts for completeness and is empty.
    """

    name: str
    label: str
    group: str
    lines: tuple[str, ...]
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a difference: `same`, `gone` or `new`."""

    kind: str
    text: str


def shown_fields(fields: Mapping[str, Json], language: str) -> tuple[ShownField, ...]:
    """Every field of the schema in its order, and behind them what only a newer program knows."""
    forms = {n: f for n, f in schema()["properties"].items() if n not in FILLED_BY_HUB}
    unknown = {name: {"title": name, "x-group": "lampiran"} for name in fields if name not in forms}
    return tuple(
        ShownField(
            name=name,
            label=label_of(form, language, name),
            group=str(form["x-group"]),
            lines=lines_of(form, fields.get(name), language),
            is_missing="x-counts-for" in form and not fields.get(name),
        )
        for name, form in {**forms, **unknown}.items()
    )


def lines_of(form: Form, value: Json, language: str) -> tuple[str, ...]:
    """What a value says, a line for each item or member; nothing of None."""
    match value:
        case None:
            return ()
        case dict():
            return tuple(_members(form, value, language))
        case list() if form.get("x-table") == "sdgs":
            return _goals(value, language)
        case list():
            items = form.get("items", {})
            return tuple("; ".join(lines_of(items, it, language)) for it in value)
        case _:
            return (_text(form, value, language),)


def field_label(name: str, language: str) -> str:
    """How a field is called."""
    return label_of(schema()["properties"].get(name, {}), language, name)


def field_lines(name: str, value: Json, language: str) -> tuple[str, ...]:
    """What a field says."""
    return lines_of(schema()["properties"].get(name, {}), value, language)


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """What went and what came, by words."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    if max(len(old), len(new)) > DIFF_WORDS_MAX:
        return tuple(it for it in (Piece("gone", before), Piece("new", after)) if it.text)
    return tuple(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if start < end:
            yield Piece("gone", "".join(old[start:end]))
        if new_start < new_end:
            yield Piece("new", "".join(new[new_start:new_end]))


def _members(form: Form, value: Mapping[str, Json], language: str) -> Iterator[str]:
    known = form.get("properties", {})
    for name in [*(it for it in known if it in value), *(it for it in value if it not in known)]:
        member = known.get(name, {})
        said = "; ".join(lines_of(member, value[name], language))
        yield f"{label_of(member, language, name)}: {said}"


def _text(form: Form, value: Json, language: str) -> str:
    if isinstance(value, bool):
        return ("Yes", "No")[not value] if language == "en" else ("Ya", "Tidak")[not value]
    if isinstance(value, int) and value >= _YEARS_END:
        return format_number(value, language=language)
    text = str(value)
    if "enum" in form:
        return choice_label(form, text, language)
    name = region_name(text) if form.get("x-table") == "regions" else None
    return f"{name} ({text})" if name else text


def _goals(numbers: list[Json], language: str) -> tuple[str, ...]:
    """The names of sustainable development goals by their numbers."""
    known = table("sdgs")["goals"]
    named = {number: f"{number}. {said[language]}" for number, said in known.items()}
    return tuple(named.get(str(it), str(it)) for it in numbers)
