"""The facets of the catalogue in words: what may be chosen, and what is chosen already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hubnode.store.catalogue_facets import FULL, GOAL
from protocol.innovation import searching
from protocol.innovation.reference import table
from protocol.innovation.regions import region_name
from runtime.pages.field_values import form_of
from runtime.pages.field_words import COMPLETENESS, Reader
from runtime.pages.hub_names import HubNames
from runtime.pages.translating import msg

SHOWN_FACETS = {
    "province": msg("Provinsi"),
    "hub": msg("Hub asal"),
    "category": msg("Kategori"),
    "sdg": msg("TPB/SDGs"),
    "year": msg("Tahun mulai"),
    "complete": msg("Kelengkapan"),
    "full": msg("Kelompok yang penuh"),
    "stage": msg("Tahapan"),
    "innovation_type": msg("Jenis"),
    "agency_kind": msg("Jenis instansi"),
    "award": msg("Penghargaan"),
}
"""Facets that the list offers, with their words. A region is chosen by its address alone."""

LABELS = {**SHOWN_FACETS, "q": msg("Kata"), "region": msg("Wilayah")}
"""Of all that narrows the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One facet with what may be chosen.

    Attributes:
        options: value, word and count of each.
        chosen: the value that is chosen, or "".
    """

    name: str
    label: str
    options: Sequence[tuple[str, str, int]]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetWords:
    """What facets and their values are called."""

    reader: Reader
    hubs: HubNames

    def facets(
        self, counts: Mapping[str, Mapping[str, int]], filters: Mapping[str, str]
    ) -> list[Facet]:
        """The facets in which there is something to choose, or something is chosen."""
        return [
            Facet(
                name=name,
                label=self.reader.say(word),
                options=self._options(name, counts[name], filters.get(name, "")),
                chosen=filters.get(name, ""),
            )
            for name, word in SHOWN_FACETS.items()
            if counts[name] or name in filters
        ]

    def word(self, name: str, value: str) -> str:
        """A value of a facet."""
        if name in ("province", "region"):
            return region_name(value) or value
        if name == "hub":
            return self.hubs.text(value)
        if name in _NAMED:
            return _NAMED[name](self.reader, value)
        path = ("agency", "kind") if name == "agency_kind" else (name,)
        return value if name in _AS_WRITTEN else self.reader.choice(form_of(*path), value)

    def _options(
        self, name: str, counts: Mapping[str, int], chosen: str
    ) -> list[tuple[str, str, int]]:
        values = dict.fromkeys([*counts, chosen] if chosen else counts)
        found = [(value, self.word(name, value), counts.get(value, 0)) for value in values]
        if name == GOAL:
            return sorted(found, key=lambda it: (len(it[0]), it[0]))
        return sorted(found, key=lambda it: it[1], reverse=name == "year")


def _complete_word(reader: Reader, value: str) -> str:
    is_whole = value == searching.YES
    return reader.say(_LACKS_NOTHING) if is_whole else reader.say(_LACKS_SOMETHING)


def _full_word(reader: Reader, value: str) -> str:
    group = COMPLETENESS.get(value)
    return f"{value}. {reader.say(group)}" if group else value


def _goal_word(reader: Reader, value: str) -> str:
    goal = table("sdgs")["goals"].get(value)
    return f"{value}. {goal[reader.language]}" if goal else value


_AS_WRITTEN = ("year", "category")
_LACKS_NOTHING, _LACKS_SOMETHING = msg("Lengkap A-D"), msg("Belum lengkap A-D")
_NAMED: Mapping[str, Callable[[Reader, str], str]] = {
    "award": Reader.standing,
    GOAL: _goal_word,
    "complete": _complete_word,
    FULL: _full_word,
}
