"""The operators of a mapping: how one value is made from the cells of a row.

`OPERATORS` is the whole list. docs/integrate/import-mapping.md explains each to a stranger.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hubnode.imports.values import RowFault, checked, conversion
from protocol.canonical import Json
from protocol.innovation.regions import region_from_bps, regions_named

Cells = Mapping[str, str]

_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a value is made.

    Attributes:
        columns: that it reads; none of a constant.
        value: the cells of a row to a value; None or "" where there is none.
    """

    columns: tuple[str, ...]
    value: Callable[[Cells], Json]


def make_rule(content: Mapping[str, Any]) -> Rule:
    """The rule that a TOML table describes.

    Raises:
        ValueError: no operator, several, or a word that does not belong to it.
    """
    named = [name for name in OPERATORS if name in content]
    if len(named) != 1:
        found = f"both {named[0]} and {named[1]}" if named else "no operator"
        raise ValueError(f"{found}; one is wanted of {', '.join(OPERATORS)}")
    words = dict(content)
    rule = OPERATORS[named[0]](words)
    if words:
        raise ValueError(f"{min(words)!r} does not belong beside {named[0]!r}")
    return rule


def _constant(words: dict[str, Any]) -> Rule:
    constant = checked(words.pop("constant"))
    return Rule(columns=(), value=lambda _cells: constant)


def _column(words: dict[str, Any]) -> Rule:
    column = _name(words.pop("column"))
    convert = conversion(words)
    return Rule(columns=(column,), value=lambda cells: convert(cells[column]))


def _columns(words: dict[str, Any]) -> Rule:
    """Several columns joined; empty ones leave no gap."""
    columns = _names(words.pop("columns"))
    joint = str(words.pop("join", "\n\n"))
    convert = conversion(words)
    return Rule(
        columns=columns,
        value=lambda cells: convert(joint.join(cells[name] for name in columns if cells[name])),
    )


def _template(words: dict[str, Any]) -> Rule:
    """A text with places for columns; no value where one of them is empty."""
    template = str(words.pop("template"))
    columns = tuple(_PLACE.findall(template))
    convert = conversion(words)
    if not columns:
        raise ValueError("a template names a column in {braces}; else use constant")

    def value(cells: Cells) -> Json:
        if not all(cells[name] for name in columns):
            return None
        return convert(_PLACE.sub(lambda match: cells[match[1]], template))

    return Rule(columns=columns, value=value)


def _first(words: dict[str, Any]) -> Rule:
    """The first of several rules that gives a value; a fault of one tried is the row's."""
    rules = _rules(words.pop("first"))

    def value(cells: Cells) -> Json:
        return next((found for rule in rules if (found := rule.value(cells)) not in _NOTHING), None)

    return Rule(columns=_all_columns(rules), value=value)


def _agree(words: dict[str, Any]) -> Rule:
    """Several rules, of which all that give a value must give the same one."""
    rules = _rules(words.pop("agree"))

    def value(cells: Cells) -> Json:
        found = [value for rule in rules if (value := rule.value(cells)) not in _NOTHING]
        if any(other != found[0] for other in found):
            sentence = f"Kolom-kolomnya saling bertentangan: {', '.join(map(str, found))}."
            raise RowFault("contradiction", sentence)
        return found[0] if found else None

    return Rule(columns=_all_columns(rules), value=value)


def _bps_region(words: dict[str, Any]) -> Rule:
    """The region of a BPS code with the name beside it; the first pair that has a code decides."""
    pairs = [(_name(pair["code"]), _name(pair["name"])) for pair in words.pop("bps_region")]

    def value(cells: Cells) -> Json:
        for code, name in pairs:
            if cells[code]:
                match = region_from_bps(cells[code], cells[name])
                if match.code is None:
                    raise RowFault("unknown_region", match.reason)
                return match.code
        return None

    return Rule(columns=tuple(column for pair in pairs for column in pair), value=value)


def _region_name(words: dict[str, Any]) -> Rule:
    """The region that has exactly the name in the first of these columns that names one."""
    columns = _names(words.pop("region_name"))

    def value(cells: Cells) -> Json:
        for column in columns:
            found = regions_named(cells[column]) if cells[column] else ()
            if len(found) == 1:
                return found[0]
        return None

    return Rule(columns=columns, value=value)


OPERATORS: Mapping[str, Callable[[dict[str, Any]], Rule]] = {
    "column": _column,
    "columns": _columns,
    "template": _template,
    "constant": _constant,
    "first": _first,
    "agree": _agree,
    "bps_region": _bps_region,
    "region_name": _region_name,
}

_NOTHING = (None, "")


def _rules(content: object) -> list[Rule]:
    if not isinstance(content, list) or not content:
        raise ValueError("a list of rules is wanted: [{ column = ... }, ...]")
    return [make_rule(part) for part in content]


def _all_columns(rules: list[Rule]) -> tuple[str, ...]:
    return tuple(column for rule in rules for column in rule.columns)


def _names(content: object) -> tuple[str, ...]:
    if not isinstance(content, list) or not content:
        raise ValueError('a list of column names is wanted: ["a", "b"]')
    return tuple(_name(name) for name in content)


def _name(content: object) -> str:
    if not isinstance(content, str) or not content:
        raise ValueError(f"{content!r} is not a column name")
    return content
