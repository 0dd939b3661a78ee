"""A field's value as somebody types it into one box, and back: what short forms ask for.

Lists of objects and objects have forms of their own (`/inovasi/.../ubah`).
"""

import re
from collections.abc import Sequence

from protocol.canonical import Json
from protocol.innovation.fields import Field, fields_to_fill

_ONE_BOX = {"text", "choice", "integer"}


def fields_in_one_box() -> Sequence[Field]:
    """The fields that fit into one box, in the order of the schema."""
    return [it for it in fields_to_fill() if is_in_one_box(it)]


def is_in_one_box(field: Field) -> bool:
    """Whether a person can write the whole value into one box."""
    return field.kind in _ONE_BOX or field.is_set


def typed_value(field: Field, text: str) -> Json:
    """The value that a text stands for; None empties the field.

    A number that is none, and an element that does not fit, stay texts: the schema then says
    what is wrong with them.
    """
    if not text.strip():
        return None
    if field.is_set:
        parts = [it.strip() for it in text.replace("\n", ",").split(",")]
        return [_number(it) if field.name == "sdgs" else it for it in parts if it]
    return _number(text.strip()) if field.kind == "integer" else text.strip()


def text_of(field: Field, value: Json) -> str:
    """The text with which somebody begins to amend a value."""
    if value is None:
        return ""
    if field.is_set and isinstance(value, list):
        return ", ".join(str(it) for it in value)
    return str(value)


def _number(text: str) -> Json:
    plain = text.replace(".", "")
    return int(plain) if re.fullmatch("[0-9]{1,15}", plain) else text
