"""Innovations side by side: the same question in one row, an answer a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.canonical import Json
from protocol.innovation.fields import FILLED_BY_HUB, Field, fields
from runtime.pages.answers import Relation, Words, marked_words, relation_of
from runtime.pages.field_values import Cell, Shown, change_of, form_of, shown_field, shown_part
from runtime.pages.field_words import Form, Reader

SIDES_MIN, SIDES_MAX = 2, 4
"""How many are compared at once; more are not read side by side."""

SHOWN, DIFFERENT = "hanya", "beda"
"""In an address: only what is not the same."""

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
        relation: of the values to each other.
        words: by innovation, its text in runs where it is nearly another's; else empty.
    """

    label: str
    values: Sequence[Shown | None]
    relation: Relation
    words: Sequence[Sequence[Words]]


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
        Part(title=reader.say("Pokok inovasi"), rows=_of_fields(records, BASICS, reader)),
        Part(title=reader.say("Enam kriteria"), rows=_criteria(records, reader)),
        Part(
            title=reader.say("Capaian dan pembandingan"),
            rows=_of_fields(records, RESULTS, reader),
        ),
        Part(title=reader.say("Selebihnya"), rows=_of_fields(records, _rest(), reader)),
    ]
    return [it for it in parts if it.rows]


def only_different(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts without the questions to which all give the same answer."""
    kept = [
        Part(title=part.title, rows=[it for it in part.rows if it.relation != "same"])
        for part in parts
    ]
    return [it for it in kept if it.rows]


def at_a_glance(
    records: Sequence[Mapping[str, Json]], reader: Reader, *, is_brief: bool
) -> Mapping[str, Any]:
    """What `side_by_side.html` draws: the parts, and which questions are the same or differ.

    Args:
        records: of the innovations.
        reader: in whose words.
        is_brief: whether only what is not the same is asked for.
    """
    parts = side_by_side(records, reader)
    return {
        "parts": only_different(parts) if is_brief else parts,
        "same": labels_of(parts, "same"),
        "differing": labels_of(parts, "differs"),
        "is_brief": is_brief,
    }


def labels_of(parts: Sequence[Part], relation: Relation) -> Sequence[str]:
    """The questions whose answers are that to each other."""
    return [row.label for part in parts for row in part.rows if row.relation == relation]


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
            found.append(_row(name, said, shown))
    return found


def _row(name: str, said: Sequence[Json], shown: Sequence[Shown | None]) -> Row:
    """A question that somebody answers."""
    texts = [it.text if it else "" for it in shown]
    relation = relation_of(name, said, texts)
    is_prose = relation == "apart" and all(it is None or it.kind == "text" for it in shown)
    words = marked_words(texts) if is_prose else [()] * len(texts)
    return Row(
        label=next(it.label for it in shown if it),
        values=shown,
        relation="similar" if any(words) else relation,
        words=words,
    )


def _shown(field: Field, value: Json, reader: Reader) -> Shown:
    """A field as for itself; before and after as one line a figure, to be read across columns."""
    if field.name != BEFORE_AFTER or not isinstance(value, list):
        return shown_field(field, value, reader)
    lines = [_before_after(it, reader) for it in value if isinstance(it, dict)]
    rows = [[Cell(text=line)] for line in lines]
    return Shown(name=field.name, label=reader.label(field), kind="list", rows=rows)


def _before_after(figure: Mapping[str, Json], reader: Reader) -> str:
    """For instance `Waktu tunggu: 120 → 15 menit (-87,5 %)`."""
    said = {name: str(figure.get(name) or "") for name in ("indicator", "before", "after", "unit")}
    change = change_of(figure, reader)
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
            found.append(_row("", said, shown))
    return found


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None
