"""Innovations side by side: the same question in one row, an answer a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.innovation.fields import fields
from runtime.pages.field_values import Shown, form_of, shown_field, shown_part
from runtime.pages.field_words import Form, Reader

SIDES_MIN, SIDES_MAX = 2, 4
"""How many are compared at once; more are not read side by side."""

BASICS = (
    *("agency", "region", "started", "stage", "innovation_type", "innovation_form", "category"),
    *("sdgs", "summary", "beneficiaries", "awards"),
)
RESULTS = ("comparisons", "outputs", "impact", "sustainability", "replication")
CRITERIA = "criteria"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question.

    Attributes:
        label: the question.
        values: by innovation; None where it says nothing.
    """

    label: str
    values: Sequence[Shown | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Questions that belong together."""

    title: str
    rows: Sequence[Row]


def side_by_side(records: Sequence[Mapping[str, Json]], reader: Reader) -> Sequence[Part]:
    """What the innovations say: the basics, the six criteria, before and after.

    A question to which none of them has an answer is left out, and so is a part without any.
    """
    parts = [
        Part(title=reader.say("Pokok"), rows=_of_fields(records, BASICS, reader)),
        Part(title=reader.say("Enam kriteria"), rows=_criteria(records, reader)),
        Part(
            title=reader.say("Capaian dan pembandingan"),
            rows=_of_fields(records, RESULTS, reader),
        ),
    ]
    return [it for it in parts if it.rows]


def _of_fields(
    records: Sequence[Mapping[str, Json]], names: Sequence[str], reader: Reader
) -> list[Row]:
    known = {field.name: field for field in fields()}
    found = []
    for name in names:
        said = [record.get(name) for record in records]
        shown = [shown_field(known[name], it, reader) if it else None for it in said]
        if any(shown):
            found.append(Row(label=reader.label(known[name]), values=shown))
    return found


def _criteria(records: Sequence[Mapping[str, Json]], reader: Reader) -> list[Row]:
    """A row a criterion, in the order in which the ministry names them."""
    forms: Form = form_of(CRITERIA)["properties"]
    found = []
    for name, form in forms.items():
        label = reader.label_of(form, name)
        said = [_member(record.get(CRITERIA), name) for record in records]
        shown = [shown_part(form, label, it, reader) if it else None for it in said]
        if any(shown):
            found.append(Row(label=label, values=shown))
    return found


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None
