"""The facets of the catalogue in words: what may be chosen, and what is chosen already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.innovation import searching
from protocol.innovation.regions import region_name
from runtime.pages.field_values import form_of
from runtime.pages.field_words import Reader
from runtime.pages.hub_names import HubNames
from runtime.pages.translating import msg

FACETS = {
    "province": msg("Provinsi"),
    "hub": msg("Hub asal"),
    "category": msg("Kategori"),
    "year": msg("Tahun mulai"),
    "complete": msg("Kelengkapan"),
    "stage": msg("Tahapan"),
    "innovation_type": msg("Jenis"),
    "agency_kind": msg("Jenis instansi"),
    "award": msg("Penghargaan"),
}
"""Facets that a list offers, with their words. A region is chosen by its address alone."""

_NOT_OFFERED = {"q": msg("Kata"), "region": msg("Wilayah")}

WordOf = Callable[[Reader, str], str]
"""What a reader calls a value."""


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
class Chip:
    """What narrows a list: its label, its value in words, and the address without it."""

    label: str
    word: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetWords:
    """What facets and their values are called.

    Attributes:
        reader: by whom.
        hubs: what hubs are called.
        labels: of facets that one house alone has, by name.
        words: what their values are called, by name; they are listed in the order of the values.
    """

    reader: Reader
    hubs: HubNames
    labels: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, WordOf] = field(default_factory=dict)

    def facets(
        self, counts: Mapping[str, Mapping[str, int]], filters: Mapping[str, str]
    ) -> list[Facet]:
        """The facets in which there is something to choose, or something is chosen."""
        return [
            Facet(
                name=name,
                label=self._label(label),
                options=self._options(name, counts[name], filters.get(name, "")),
                chosen=filters.get(name, ""),
            )
            for name, label in {**FACETS, **self.labels}.items()
            if counts[name] or name in filters
        ]

    def chips(
        self, asked: Mapping[str, str], address: Callable[[Mapping[str, str]], str]
    ) -> list[Chip]:
        """What narrows the list.

        Args:
            asked: values by facet, and the words by `q`.
            address: of the list that is narrowed so.
        """
        labels = {**FACETS, **self.labels, **_NOT_OFFERED}
        return [
            Chip(
                label=self._label(labels[name]),
                word=value if name == "q" else self.word(name, value),
                without=address({other: it for other, it in asked.items() if other != name}),
            )
            for name, value in asked.items()
        ]

    def word(self, name: str, value: str) -> str:
        """A value of a facet."""
        if name in ("province", "region"):
            return region_name(value) or value
        if name == "hub":
            return self.hubs.text(value)
        named = {**_NAMED, **self.words}
        if name in named:
            return named[name](self.reader, value)
        path = ("agency", "kind") if name == "agency_kind" else (name,)
        return value if name in _AS_WRITTEN else self.reader.choice(form_of(*path), value)

    def _label(self, word: str) -> str:
        return self.reader.say(word)

    def _options(
        self, name: str, counts: Mapping[str, int], chosen: str
    ) -> list[tuple[str, str, int]]:
        values = dict.fromkeys([*counts, chosen] if chosen else counts)
        found = [(value, self.word(name, value), counts.get(value, 0)) for value in values]
        if name in self.words:
            return sorted(found, key=lambda it: (len(it[0]), it[0]))
        return sorted(found, key=lambda it: it[1], reverse=name == "year")


def _complete_word(reader: Reader, value: str) -> str:
    is_whole = value == searching.YES
    return reader.say(_LACKS_NOTHING) if is_whole else reader.say(_LACKS_SOMETHING)


_AS_WRITTEN = ("year", "category")
_LACKS_NOTHING, _LACKS_SOMETHING = msg("Lengkap A-D"), msg("Belum lengkap A-D")
_NAMED: Mapping[str, WordOf] = {"award": Reader.standing, "complete": _complete_word}
