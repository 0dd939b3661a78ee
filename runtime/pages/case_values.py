"""Two values of one field side by side, with their differences word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.innovation.fields import fields
from runtime.pages.differences import Part, word_differences
from runtime.pages.field_values import Cell, Shown, shown_field
from runtime.pages.field_words import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A field of which there are two values.

    Attributes:
        before, after: as people read them.
        parts: what became of the one on its way to the other.
    """

    label: str
    before: Shown
    after: Shown
    parts: Sequence[Part]

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return self.before.text == self.after.text


def readable(name: str, value: Json, reader: Reader) -> Shown:
    """A field's value in words; of the record's own state too, and of fields of a later schema."""
    field = next((it for it in fields() if it.name == name), None)
    if field is not None:
        return shown_field(field, value, reader)
    label = reader.say("Keadaan") if name == "state" else name
    text = _state_word(value, reader) if isinstance(value, dict) else str(value or "")
    return Shown(name=name, label=label, kind="text", rows=[[Cell(text=text)]] if text else [])


def comparison(name: str, before: Json, after: Json, reader: Reader) -> Compared:
    """Two values of a field."""
    old, new = readable(name, before, reader), readable(name, after, reader)
    parts = word_differences(old.text, new.text)
    return Compared(label=new.label, before=old, after=new, parts=parts)


def _state_word(value: dict[str, Json], reader: Reader) -> str:
    word = reader.standing(str(value.get("status", "")))
    reason = value.get("reason")
    return f"{word}: {reason}" if reason else word
