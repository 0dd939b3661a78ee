"""The catalogue's numbers beside each other: figures and bars, each a link to what it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from central.achievements import Achievements, Counts
from central.web.searches import search_address
from protocol.innovation.searching import YES
from runtime.pages.field_values import form_of
from runtime.pages.field_words import Reader
from runtime.pages.translating import msg

CATEGORIES_LISTED = 40
"""Categories are words that hubs choose; the rest of a long tail is found by searching."""

_NOT_SAID = msg("Tidak disebut")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One number.

    Attributes:
        address: of the innovations behind it, or "".
    """

    word: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Numbers of one kind.

    Attributes:
        key: names it in addresses.
    """

    key: str
    heading: str
    bars: Sequence[Bar]


def figures(found: Achievements, reader: Reader) -> Sequence[Bar]:
    """The sums that head the page."""
    complete, awarded = sum(found.complete.values()), sum(found.awarded.values())
    say = reader.say
    return [
        Bar(word=say("Inovasi"), count=found.total, address="/"),
        Bar(
            word=say("Lengkap A-D"),
            count=complete,
            address=search_address({"complete": YES}),
        ),
        Bar(
            word=say("Penghargaan dikonfirmasi"),
            count=awarded,
            address=search_address({"award": "confirmed"}),
        ),
        Bar(word=say("Replikasi"), count=found.replications, address="#direplikasi"),
    ]


def charts(found: Achievements, reader: Reader) -> Sequence[Chart]:
    """By year, category, kind of agency and stage."""
    say, stages = reader.say, form_of("stage")
    kinds = form_of("agency", "kind")
    years = sorted(it for it in found.years if it)
    categories = sorted(
        (it for it in found.categories if it), key=lambda it: (-found.categories[it], it)
    )
    return [
        Chart(
            key="tahun",
            heading=say("Menurut tahun mulai"),
            bars=_bars(found.years, "year", str, years, reader),
        ),
        Chart(
            key="kategori",
            heading=say("Menurut kategori"),
            bars=_bars(found.categories, "category", str, categories[:CATEGORIES_LISTED], reader),
        ),
        Chart(
            key="instansi",
            heading=say("Menurut jenis instansi"),
            bars=_bars(
                found.agency_kinds,
                "agency_kind",
                lambda it: reader.choice(kinds, it),
                kinds["enum"],
                reader,
            ),
        ),
        Chart(
            key="tahapan",
            heading=say("Menurut tahapan"),
            bars=_bars(
                found.stages, "stage", lambda it: reader.choice(stages, it), stages["enum"], reader
            ),
        ),
    ]


def _bars(
    counts: Counts, facet: str, word: Callable[[str], str], order: Sequence[str], reader: Reader
) -> Sequence[Bar]:
    """The values in that order, those that nobody has left out; last what does not say."""
    bars = [
        Bar(word=word(it), count=counts[it], address=search_address({facet: it}))
        for it in order
        if counts.get(it)
    ]
    silent = counts.get(None, 0)
    return [*bars, Bar(word=reader.say(_NOT_SAID), count=silent, address="")] if silent else bars
