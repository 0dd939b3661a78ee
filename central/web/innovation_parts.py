"""The parts of an innovation's page that are more than fields: groups, criteria, road map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.canonical import Json
from protocol.innovation.completeness import completeness
from protocol.innovation.fields import fields
from runtime.pages.field_values import Shown, form_of, groups_of
from runtime.pages.field_words import COMPLETENESS, GROUPS, Reader, members_of

SCORE_MAX = 5
_DRAWN_APART = {"title", "criteria", "awards", "locations", "roadmap"}
"""Fields that a part of the page shows in its own way."""

_LETTERS = {"inovasi": "A", "capaian": "B", "sebaran": "C", "pembandingan": "D", "peta_jalan": "E"}
_AWARD_TONES = {"confirmed": ("good", "★"), "rejected": ("bad", "✕"), "open": ("", "○")}
_STEP_TONES = {"selesai": ("good", "✓"), "berjalan": ("wait", "▸"), "rencana": ("", "○")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One group of fields.

    Attributes:
        name: of the group, in code.
        label: in the reader's language.
        fields: those that say something and are not drawn apart.
        percent: how complete it is, or None where it does not count.
        missing: labels of what is empty and counts.
    """

    name: str
    label: str
    fields: Sequence[Shown]
    percent: int | None
    missing: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """An award that the record claims.

    Attributes:
        scheme: with its year.
        details: level and rank, or "".
        tone, icon, word: what the centre says of it.
    """

    scheme: str
    details: str
    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What the record says of one of the six criteria.

    Attributes:
        score: its own, 1 to `SCORE_MAX`; 0 where it gives none.
    """

    label: str
    score: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step of the road map.

    Attributes:
        tone, icon, word: how far it is; "" where nobody says.
    """

    target: str
    activity: str
    owner: str
    tone: str
    icon: str
    word: str


def sections(record: Mapping[str, Json], reader: Reader) -> Sequence[Section]:
    """The groups in the order of the schema, the empty ones too where they count."""
    said = {it.name: it.fields for it in groups_of(record, reader)}
    found = completeness(record).groups
    labels = {it.name: reader.label(it) for it in fields()}
    made = []
    for name in GROUPS:
        counted = found.get(_LETTERS.get(name, ""))
        shown = [it for it in said.get(name, ()) if it.name not in _DRAWN_APART]
        if shown or counted:
            section = Section(
                name=name,
                label=reader.group(name),
                fields=shown,
                percent=counted.percent if counted else None,
                missing=[labels[it] for it in counted.missing] if counted else [],
            )
            made.append(section)
    return made


def completeness_words(item: Mapping[str, Any], reader: Reader) -> Sequence[tuple[str, str, int]]:
    """Letter, name and per cent of each group."""
    found = item["completeness"]
    return [(it, reader.say(word), int(found[it])) for it, word in COMPLETENESS.items()]


def awards(item: Mapping[str, Any], reader: Reader) -> Sequence[Award]:
    """The awards that the record claims, each with what the centre says of it."""
    return [
        Award(
            scheme=f"{it['scheme']} {it['year']}",
            details=", ".join(str(it[name]) for name in ("level", "rank") if it.get(name)),
            tone=_AWARD_TONES[it["standing"]][0],
            icon=_AWARD_TONES[it["standing"]][1],
            word=reader.standing(it["standing"]),
        )
        for it in item["awards"]
    ]


def criteria(record: Mapping[str, Json], reader: Reader) -> Sequence[Criterion]:
    """The criteria of which the record says something, in the ministry's order."""
    said = record.get("criteria")
    of = said if isinstance(said, dict) else {}
    return [
        Criterion(
            label=reader.label_of(form, name),
            score=score if isinstance(score := value.get("score"), int) else 0,
            text=str(value.get("text", "")),
        )
        for name, form in members_of(form_of("criteria")).items()
        if isinstance(value := of.get(name), dict)
    ]


def road_map(
    record: Mapping[str, Json], reader: Reader
) -> Sequence[tuple[int, Sequence[Milestone]]]:
    """The road map by year, the earliest first."""
    said = record.get("roadmap")
    steps = [it for it in said if isinstance(it, dict)] if isinstance(said, list) else []
    years: dict[int, list[Milestone]] = {}
    for step in sorted(steps, key=_year_of):
        years.setdefault(_year_of(step), []).append(_milestone(step, reader))
    return list(years.items())


def _year_of(step: Mapping[str, Json]) -> int:
    year = step.get("year")
    return year if isinstance(year, int) else 0


def _milestone(step: Mapping[str, Json], reader: Reader) -> Milestone:
    status = str(step.get("status") or "")
    tone, icon = _STEP_TONES.get(status, ("", "○"))
    form = members_of(form_of("roadmap")).get("status", {})
    return Milestone(
        target=str(step.get("target", "")),
        activity=str(step.get("activity") or ""),
        owner=str(step.get("owner") or ""),
        tone=tone,
        icon=icon,
        word=reader.choice(form, status) if status else "",
    )
