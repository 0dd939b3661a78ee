"""Innovations side by side: the same question in one row, an answer a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB, Field, fields
from runtime.pages.field_values import Cell, Shown, change_of, form_of, shown_field, shown_part
from runtime.pages.field_words import Form, Reader

SIDES_MIN, SIDES_MAX = 2, 4
"""How many are compared at once; more are not read side by side."""

BASICS = (
    *("agency", "region", "started", "stage", "innovation_type", "innovation_form", "category"),
    *("sdgs", "summary", "beneficiaries", "awards"),
)
BEFORE_AFTER = "comparisons"
RESULTS = (BEFORE_AFTER, "outputs", "impact", "sustainability", "replication")
CRITERIA = "criteria"
_ELSEWHERE = {*BASICS, *RESULTS, CRITERIA, "title", *FILLED_BY_HUB}
"""What the parts before have said, or the head of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question.

    Attributes:
        label: the question.
        values: by innovation; None where it says nothing.
    """

    label: str
    values: Sequence[Shown | None]

    @property
    def differs(self) -> bool:
        """Whether those that say something do not say the same."""
        return len({it.text for it in self.values if it}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Questions that belong together."""

    title: str
    rows: Sequence[Row]


def side_by_side(records: Sequence[Mapping[str, Json]], reader: Reader) -> Sequence[Part]:
    """What the innovations say: the basics, the six criteria, before and after, all the rest.

    A question to which none of them has an answer is left out, and so is a part without any.
    """
    parts = [
        Part(title=reader.say("Pokok"), rows=_of_fields(records, BASICS, reader)),
        Part(title=reader.say("Enam kriteria"), rows=_criteria(records, reader)),
        Part(
            title=reader.say("Capaian dan pembandingan"),
            rows=_of_fields(records, RESULTS, reader),
        ),
        Part(title=reader.say("Selebihnya"), rows=_of_fields(records, _rest(), reader)),
    ]
    return [it for it in parts if it.rows]


def _rest() -> list[str]:
    return [field.name for field in fields() if field.name not in _ELSEWHERE]


def _of_fields(
    records: Sequence[Mapping[str, Json]], names: Sequence[str], reader: Reader
) -> list[Row]:
    known = {field.name: field for field in fields()}
    found = []
    for name in names:
        said = [record.get(name) for record in records]
        shown = [_shown(known[name], it, reader) if it else None for it in said]
        if any(shown):
            found.append(Row(label=reader.label(known[name]), values=shown))
    return found


def _shown(field: Field, value: Json, reader: Reader) -> Shown:
    """A field as for itself; before and after as one line a figure, to be read across columns."""
    if field.name != BEFORE_AFTER or not isinstance(value, list):
        return shown_field(field, value, reader)
    lines = [_before_after(it) for it in value if isinstance(it, dict)]
    rows = [[Cell(text=line)] for line in lines]
    return Shown(name=field.name, label=reader.label(field), kind="list", rows=rows)


def _before_after(figure: Mapping[str, Json]) -> str:
    """For instance `Waktu tunggu: 120 → 15 menit (-87,5 %)`."""
    said = {name: str(figure.get(name) or "") for name in ("indicator", "before", "after", "unit")}
    change = change_of(figure.get("before"), figure.get("after"))
    text = f"{said['indicator']}: {said['before'] or '?'} → {said['after'] or '?'} {said['unit']}"
    return f"{text.strip()} ({change})" if change else text.strip()


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
