"""By what a record is found: the values to filter by, and the words to search, with their stems.

Both houses index the same, so that a search means the same at the centre and at every hub. Stems
are PySastrawi's; PostgreSQL's own Indonesian stemmer takes too much away.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from protocol.canonical import Json
from protocol.innovation.completeness import is_complete
from protocol.innovation.reference import schema, table
from protocol.innovation.regions import is_region, regions_named
from protocol.names import is_hub_id

FACETS = (
    "hub",
    "province",
    "region",
    "stage",
    "innovation_type",
    "agency_kind",
    "year",
    "award",
    "category",
    "complete",
)

SEARCHED = ("title", "short_name", "summary", "objective", "service_unit")
"""The fields whose words find a record; the agency's name does too."""

AWARD_STANDINGS = ("confirmed", "open", "rejected")
"""What `award` filters by: the best that the centre says of the awards of a record."""

YES, NO = "yes", "no"
"""What `complete` filters by: whether nothing of the groups A-D is missing."""

_PROVINCE_DIGITS = 2
_YEAR_DIGITS = 4
_STEMS_KEPT = 65_536
_WORDS = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BLANKS = bytes(code if chr(code).isalpha() else ord(" ") for code in range(256))
"""For texts of ASCII, where taking the other signs out is seven times as fast as a pattern."""


def year_of(record: Mapping[str, Json]) -> str | None:
    """The year in which the innovation started, or None where the record does not say."""
    return _text(record, "started")[:_YEAR_DIGITS] or None


def facets_of(record: Mapping[str, Json], *, award: str | None) -> dict[str, str | None]:
    """The values to filter by; None where the record does not say.

    Args:
        record: as readers see it.
        award: the standing of its awards, which the centre alone says.
    """
    region = _text(record, "region")
    return {
        "hub": _text(record, "hub") or None,
        "province": region[:_PROVINCE_DIGITS] or None,
        "region": region or None,
        "stage": _text(record, "stage") or None,
        "innovation_type": _text(record, "innovation_type") or None,
        "agency_kind": _of_agency(record, "kind") or None,
        "year": year_of(record),
        "award": award,
        "category": _text(record, "category") or None,
        "complete": YES if is_complete(record) else NO,
    }


def misfit(facet: str, value: str) -> str:
    """Why no record has that value, in one English sentence; "" where one may have it.

    Hubs are not looked up: who takes part is the centre's to know.
    """
    if facet == "hub":
        return "" if is_hub_id(value) else f"hub takes a hub id such as 51, not {value!r}."
    takes = _CODES.get(facet)
    if takes is not None:
        is_code = is_region(value) and (facet == "region" or len(value) == _PROVINCE_DIGITS)
        return "" if is_code else f"{facet} takes {takes}, not {value!r}{_named(value)}."
    if facet == "year":
        is_year = re.fullmatch("[0-9]{4}", value, re.ASCII)
        return "" if is_year else f"year takes four digits such as 2024, not {value!r}."
    choices = _choices().get(facet, (value,))
    return "" if value in choices else f"{facet} takes {', '.join(choices)}, not {value!r}."


_CODES = {
    "province": "a province's code of Kemendagri such as 51",
    "region": "a region's code of Kemendagri such as 51 or 51.71",
}


def _named(value: str) -> str:
    """Where the value is a region's name, the codes that were meant."""
    codes = regions_named(value)
    return f"; that is {' or '.join(codes)}" if codes else f"; see {table('regions')['source']}"


@cache
def _choices() -> Mapping[str, tuple[str, ...]]:
    """The values of the facets that have a closed list of them."""
    form = schema()["properties"]
    choices = {name: tuple(form[name]["enum"]) for name in ("stage", "innovation_type")}
    choices |= {"award": AWARD_STANDINGS, "complete": (YES, NO)}
    return {**choices, "agency_kind": tuple(form["agency"]["properties"]["kind"]["enum"])}


def search_text(record: Mapping[str, Json], *, number: str = "") -> str:
    """The words that a record is found by, followed by the Indonesian stems that they lack.

    In lower case throughout. Its registration number and its numbers in other systems are taken
    apart as a question is, because PostgreSQL reads the hyphen of "2026-000123" as a sign.
    """
    parts = [*(_text(record, field) for field in SEARCHED), _of_agency(record, "name")]
    numbers = (_WORDS.findall(it) for it in (number, *_external_ids(record)) if it)
    text = " ".join([*parts, *(" ".join(words) for words in numbers)]).lower()
    words = _words_of(text)
    stems = set(map(_STEMS.__getitem__, words)).difference(words, _NO_STEM)
    return " ".join([text, *sorted(stems)])


def stemmed_query(query: str) -> str:
    """What a person typed, each word but the last by its stem; the last may be half a word."""
    words = query.split()
    return " ".join([*(stem(word.lower()) for word in words[:-1]), *words[-1:]])


def _words_of(text: str) -> list[str]:
    """The letters-only words of a text."""
    if not text.isascii():
        return _LETTERS.findall(text)
    return text.encode().translate(_BLANKS).decode().split()


def stem(word: str) -> str:
    """The Indonesian root of a lower-case word, or the word itself."""
    return _STEMS[word] or word


def is_indonesian(word: str) -> bool:
    """Whether the dictionary of the stemmer knows a lower-case word, or its root."""
    return word in _roots() or stem(word) in _roots()


class _Stems(dict[str, str]):
    """Roots by word, found when first asked for; a lookup costs half of what a cache's does.

    Of most words the root is the word itself; they have "", so that few roots are left to sort.
    """

    def __missing__(self, word: str) -> str:
        if len(self) >= _STEMS_KEPT:
            self.clear()
        root = str(_stemmer()(word))
        self[word] = "" if root == word else root
        return self[word]


_STEMS = _Stems()
_NO_STEM = ("",)


@cache
def _roots() -> frozenset[str]:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory  # noqa: PLC0415  # megabytes

    return frozenset(StemmerFactory().get_words())


@cache
def _stemmer() -> Callable[[str], object]:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory  # noqa: PLC0415  # megabytes

    find_root: Callable[[str], object] = StemmerFactory().create_stemmer().stem
    return find_root


def _text(record: Mapping[str, Json], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _external_ids(record: Mapping[str, Json]) -> list[str]:
    given = record.get("external_ids")
    ids = given if isinstance(given, list) else []
    return [_text(it, "value") for it in ids if isinstance(it, dict)]


def _of_agency(record: Mapping[str, Json], member: str) -> str:
    agency = record.get("agency")
    return _text(agency, member) if isinstance(agency, dict) else ""
