"""A mapping's rule for one field: a value, an object of members, or a list of items.

    [fields.title]            one operator: a value
    [fields.agency.name]      members: an object; it is left out where no column gives it anything
    [[fields.outputs]]        a list of objects, one table an item; empty items are left out

The names of fields and members are checked against the schema when the mapping is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hubnode.imports.rules import OPERATORS, Cells, Rule, make_rule
from hubnode.imports.values import RowFault
from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.validate import schema

_NOTHING: tuple[Json, ...] = (None, "", [])


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """Why a row has no value for a target such as `agency.kind` or `outputs.0.value`."""

    target: str
    code: str
    message: str


class FieldRule(Protocol):
    """How one field, member or item is made from a row."""

    @property
    def target(self) -> str:
        """Dotted path of what it makes."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""

    def value(self, cells: Cells, faults: list[FieldFault]) -> Json:
        """The value, or None; what was not accepted is added to `faults`."""

    def columns_of(self, target: str) -> tuple[str, ...]:
        """The columns that it reads for a target, or for one that lies in it; else none."""


def make_field_rule(name: str, content: object) -> FieldRule:
    """The rule for a top-level field.

    Raises:
        ValueError: naming the target and what is wrong with it.
    """
    known = {n: form for n, form in schema()["properties"].items() if n not in FILLED_BY_HUB}
    return _make(name, content, _form_of("fields", name, known))


@dataclass(frozen=True, slots=True)
class _Leaf:
    target: str
    rule: Rule

    @property
    def columns(self) -> tuple[str, ...]:
        return self.rule.columns

    def value(self, cells: Cells, faults: list[FieldFault]) -> Json:
        try:
            found = self.rule.value(cells)
        except RowFault as fault:
            faults.append(FieldFault(target=self.target, code=fault.code, message=fault.message))
            return None
        return None if found in _NOTHING else found

    def columns_of(self, target: str) -> tuple[str, ...]:
        return self.columns if _meet(self.target, target) else ()


@dataclass(frozen=True, slots=True)
class _Members:
    target: str
    members: Mapping[str, FieldRule]
    columns: tuple[str, ...]

    def value(self, cells: Cells, faults: list[FieldFault]) -> Json:
        if self.columns and not any(cells[column] for column in self.columns):
            return None  # constants alone make no object
        found = {name: rule.value(cells, faults) for name, rule in self.members.items()}
        given: dict[str, Json] = {name: value for name, value in found.items() if value is not None}
        from_row = any(self.members[name].columns for name in given)
        return given if given and (from_row or not self.columns) else None

    def columns_of(self, target: str) -> tuple[str, ...]:
        return _columns_of_parts(self.members.values(), target)


@dataclass(frozen=True, slots=True)
class _Items:
    target: str
    items: tuple[FieldRule, ...]
    columns: tuple[str, ...]

    def value(self, cells: Cells, faults: list[FieldFault]) -> Json:
        found = [rule.value(cells, faults) for rule in self.items]
        return [value for value in found if value is not None] or None

    def columns_of(self, target: str) -> tuple[str, ...]:
        return _columns_of_parts(self.items, target)


def _make(target: str, content: object, form: Mapping[str, Any]) -> FieldRule:
    match content:
        case list() if form.get("type") == "array":
            items = tuple(
                _make(f"{target}.{index}", item, form["items"])
                for index, item in enumerate(content)
            )
            return _Items(target, items, _columns_of(items))
        case dict() if content and not content.keys() & OPERATORS.keys():
            return _members(target, content, form)
        case dict():
            return _leaf(target, content)
        case _:
            raise ValueError(f"[fields.{target}] is not a table with an operator")


def _members(target: str, content: Mapping[str, Any], form: Mapping[str, Any]) -> FieldRule:
    known = form.get("properties")
    if known is None or not all(isinstance(part, dict | list) for part in content.values()):
        return _leaf(target, content)
    members = {
        name: _make(f"{target}.{name}", part, _form_of(target, name, known))
        for name, part in content.items()
    }
    return _Members(target, members, _columns_of(members.values()))


def _columns_of_parts(parts: Iterable[FieldRule], target: str) -> tuple[str, ...]:
    return tuple(column for part in parts for column in part.columns_of(target))


def _meet(one: str, other: str) -> bool:
    """Whether one of two dotted paths lies in the other, or is it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _columns_of(rules: Iterable[FieldRule]) -> tuple[str, ...]:
    return tuple(column for rule in rules for column in rule.columns)


def _leaf(target: str, content: Mapping[str, Any]) -> FieldRule:
    try:
        return _Leaf(target, make_rule(content))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"[fields.{target}]: {error}") from error


def _form_of(parent: str, name: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    if name not in known:
        raise ValueError(f"[{parent}] has no {name!r}; there are {', '.join(known)}")
    form: Mapping[str, Any] = known[name]
    return form
