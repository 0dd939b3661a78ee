"""What was typed into the form of a record, as the record's fields: the way back of `controls`.

Nothing is refused here. What is no number stays the text that it is, so that the draft shows it
again with what is wrong with it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from multidict import MultiDictProxy

from hubnode.imports.dates import NoDate, is_date, iso_date
from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB
from protocol.innovation.reference import schema
from protocol.innovation.regions import is_region, regions_named

Sent = MultiDictProxy[Any]

_GROUPED = re.compile(r"-?[0-9]{1,3}([. ])[0-9]{3}(?:\1[0-9]{3})*\Z")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_ROWS_MAX = 1_100


def fields_of(sent: Sent, before: Mapping[str, Json]) -> dict[str, Json]:
    """The record's fields as the form says them.

    Args:
        sent: the form.
        before: the fields as they were; what only a newer program knows stays.
    """
    forms = {n: f for n, f in schema()["properties"].items() if n not in FILLED_BY_HUB}
    fields = {name: value for name, value in before.items() if name not in forms}
    for name, form in forms.items():
        value = _value(sent, name, form)
        if value is not None:
            fields[name] = value
    return fields


def _value(sent: Sent, name: str, form: Mapping[str, Any]) -> Json:
    """What was sent for a field or a member; None where nothing was."""
    match form:
        case {"properties": dict()}:
            return _members(sent, name, form)
        case {"type": "array", "items": {"properties": dict()}}:
            return _rows(sent, name, form)
        case {"type": "array"}:
            return _items(sent, name, form)
        case _:
            text = _text(sent, name)
            return _converted(text, form) if text else None


def _members(sent: Sent, name: str, form: Mapping[str, Any]) -> Json:
    found = {
        part: _value(sent, f"{name}.{part}", member) for part, member in form["properties"].items()
    }
    return {part: value for part, value in found.items() if value is not None} or None


def _rows(sent: Sent, name: str, form: Mapping[str, Any]) -> Json:
    """Items in the order in which they stand on the page; empty ones are left out."""
    begin = re.compile(rf"{re.escape(name)}\.([0-9]{{1,6}})\.")
    numbers = sorted({int(match[1]) for key in sent if (match := begin.match(key))})
    rows = [_members(sent, f"{name}.{it}", form["items"]) for it in numbers[:_ROWS_MAX]]
    return [row for row in rows if row is not None] or None


def _items(sent: Sent, name: str, form: Mapping[str, Any]) -> Json:
    """Of ticks one value each, of a text one value a line."""
    lines = [line for it in sent.getall(name, []) for line in str(it).splitlines()]
    texts = dict.fromkeys(line.strip() for line in lines if line.strip())
    return [_converted(text, form["items"]) for text in texts] or None


def _text(sent: Sent, name: str) -> str:
    value = sent.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _converted(text: str, form: Mapping[str, Any]) -> Json:
    if form.get("x-table") == "regions":
        return _region(text)
    if is_date(form):
        return _date(text)
    conversion: Callable[[str], Json] = _CONVERSIONS.get(form.get("type", ""), str)
    return conversion(text)


def _integer(text: str) -> Json:
    """A whole number, also as `1.250.000`."""
    plain = re.sub("[. ]", "", text) if _GROUPED.match(text) else text
    return int(plain) if _WHOLE.match(plain) else text


def _boolean(text: str) -> Json:
    return {"true": True, "false": False}.get(text, text)


def _date(text: str) -> Json:
    """A year or a day, as imports read them."""
    try:
        return iso_date(text)
    except NoDate:
        return text


def _region(text: str) -> Json:
    """A code; of a region's name the code, where only one has that name."""
    named = () if is_region(text) else regions_named(text)
    return named[0] if len(named) == 1 else text


_CONVERSIONS: Mapping[str, Callable[[str], Json]] = {"integer": _integer, "boolean": _boolean}
