"""The words that a record is found by, with their stems.

Both houses index the same, so that a search means the same at the centre and at every hub. Stems
are PySastrawi's; PostgreSQL's own Indonesian stemmer takes too much away. How words are weighed is
in docs/decisions/0037.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from protocol.canonical import Json
from protocol.innovation.regions import region_name

SEARCHED = ("title", "short_name", "service_unit", "summary", "objective")
"""The fields whose words find a record; so do the names of its agency and its region."""

WORD_CHARACTERS_MAX = 64
"""What stands behind them in one word is not searched; databases have a limit of their own."""

_PROVINCE_DIGITS = 2
_STEMS_KEPT = 65_536
_PLACES_KEPT = 4_096
_WORDS = re.compile(r"[^\W_]+")
_BLANKS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
"""For texts of ASCII, where taking the other signs out is seven times as fast as a pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWords:
    """The words that find a record, each once in its part, in lower case, with their stems.

    Attributes:
        name: of its title, its short name and its numbers.
        place: of its agency, its unit, its region and province.
        text: of its summary and its objective.
    """

    name: Sequence[str]
    place: Sequence[str]
    text: Sequence[str]


def words_of_record(record: Mapping[str, Json], *, number: str = "") -> RecordWords:
    """The words that a record is found by, each with its Indonesian stem.

    Args:
        record: as readers see it.
        number: its registration number, or "".
    """
    named = [_text(record, "title"), _text(record, "short_name"), number, *_external_ids(record)]
    placed = _agency(record), _text(record, "service_unit"), _text(record, "region")
    told = f"{_text(record, 'summary')} {_text(record, 'objective')}"
    return RecordWords(name=_stemmed(" ".join(named)), place=_placed(*placed), text=_stemmed(told))


def words_of(text: str) -> list[str]:
    """The words of a text in their order: letters and digits, in lower case, without accents."""
    if text.isascii():
        words = text.lower().encode().translate(_BLANKS).decode().split()
    else:
        letters = unicodedata.normalize("NFKD", text)
        bare = "".join(it for it in letters if not unicodedata.combining(it))
        words = _WORDS.findall(bare.lower())
    is_short = max(map(len, words), default=0) <= WORD_CHARACTERS_MAX
    return words if is_short else [word[:WORD_CHARACTERS_MAX] for word in words]


@lru_cache(maxsize=_PLACES_KEPT)
def _placed(agency: str, unit: str, region: str) -> tuple[str, ...]:
    """The words of a place, which many records share."""
    regions = (region_name(code) or "" for code in (region, region[:_PROVINCE_DIGITS]))
    return tuple(_stemmed(" ".join([agency, unit, *regions])))


def _stemmed(text: str) -> Sequence[str]:
    """The words of a text, and the stems that they lack; each once, in a certain order."""
    words = dict.fromkeys(words_of(text))
    stems = set(map(_STEMS.__getitem__, filter(str.isalpha, words))).difference(words, _NO_STEM)
    return [*words, *sorted(stems)]


def stem(word: str) -> str:
    """The Indonesian root of a lower-case word, or the word itself, as of what is no word."""
    return (_STEMS[word] if word.isalpha() else "") or word


def is_indonesian(word: str) -> bool:
    """Whether the dictionary of the stemmer knows a lower-case word, or its root."""
    return word in _roots() or stem(word) in _roots()


class _Stems(dict[str, str]):
    """Roots by word, found when first asked for; a lookup costs half of what a cache's does.

    Of most words the root is the word itself; they have "", so that few roots are left to sort. So
    has every word with a letter that the stemmer does not know: it puts a blank there and makes two
    words of one, which no index finds as one.
    """

    def __missing__(self, word: str) -> str:
        if len(self) >= _STEMS_KEPT:
            self.clear()
        root = str(_stemmer()(word)) if word.isascii() else word
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


def _agency(record: Mapping[str, Json]) -> str:
    agency = record.get("agency")
    return _text(agency, "name") if isinstance(agency, dict) else ""
