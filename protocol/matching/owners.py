"""Whose an innovation is: the government of a region, or an institution under any of its names.

The hub is not asked: a hub holds the records of many agencies, and one agency may be entered by two
hubs. Papua was split (91 to 96), so a region's name decides before its code does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from protocol.canonical import Json
from protocol.innovation.reference import table
from protocol.innovation.regions import region_name, regions_named
from protocol.matching.words import Words, tokens_of, without_phrase, without_stopwords, words_of

OWNERS_KEPT = 4_096
"""A centre has some hundred agencies, each written in a few ways."""

UNIT_WORDS = 3
"""Of a unit's name, its kind among them: SMP Negeri 3."""

LOCAL_KINDS = ("provinsi", "kabupaten", "kota")
_GOVERNMENTS = {"pemkot": "kota", "pemkab": "kabupaten", "pemprov": "provinsi"}
_LEGAL_FORMS = {
    *("pt", "persero", "tbk", "perum", "perumda", "pd", "ri", "republik", "indonesia"),
    *("pemerintah", "government"),
}
_UNITS = {
    *("puskesmas", "pustu", "posyandu", "kelurahan", "desa", "kecamatan"),
    *("sd", "smp", "sma", "smk", "mts", "rumah"),
}
"""A district has many of these, and each may have an innovation of the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose an innovation is.

    Attributes:
        key: the same for two records of one owner.
        before: keys under which it, or what it was part of, acted before.
        unit: the service unit, where a region has many of its kind; else nothing.
        names: how a title may name the owner or its place, the longest first.
        kind: kota, kabupaten or provinsi, or nothing.
    """

    key: str
    before: Words = ()
    unit: Words = ()
    names: tuple[Words, ...] = ()
    kind: str = ""


def owner_of(record: Mapping[str, Json]) -> Owner:
    """The owner of a record; total, also for a record without an agency."""
    agency = record.get("agency")
    agency = agency if isinstance(agency, dict) else {}
    name, kind = _text(agency, "name"), _text(agency, "kind")
    owner = _owner(name, kind, _text(record, "region"))
    return replace(owner, unit=_unit(_text(record, "service_unit"), owner.names))


def is_same_owner(first: Owner, second: Owner) -> bool:
    """Whether two records have one owner, whatever it was called; units of a region apart."""
    keys = first.key == second.key or first.key in second.before or second.key in first.before
    return keys and not are_two_units(first, second)


def are_two_units(first: Owner, second: Owner) -> bool:
    """Whether two units of one kind are named, as two puskesmas are."""
    if not first.unit or not second.unit or first.unit[0] != second.unit[0]:
        return False
    length = min(len(first.unit), len(second.unit))
    return first.unit[:length] != second.unit[:length]


@lru_cache(maxsize=OWNERS_KEPT)
def _owner(name: str, kind: str, region: str) -> Owner:
    if kind in LOCAL_KINDS:
        code = _region_in(name, kind) or (region if _level_fits(region, kind) else "")
        if code:
            return Owner(key=f"region:{code}", names=_names_of_region(code), kind=kind)
    return _institution(name, region)


def _institution(name: str, region: str) -> Owner:
    words = tuple(word for word in words_of(name) if word not in _LEGAL_FORMS)
    places = _names_of_region(region)
    bare = words
    for place in places:
        bare = without_phrase(bare, place) or bare
    known = _institutions().get(" ".join(bare)) or _institutions().get(" ".join(tokens_of(name)))
    spoken = [words, bare, without_stopwords(bare), *places]
    if known is not None:
        return replace(known, names=_longest((*spoken, *known.names)))
    key = " ".join(without_stopwords(bare)) + (f"@{region}" if region else "")
    return Owner(key=f"name:{key}", names=_longest(spoken))


def _region_in(name: str, kind: str) -> str:
    """The code of the region of that kind that a name holds, or ""."""
    tokens = [_GOVERNMENTS.get(token, token) for token in tokens_of(name)]
    for start, end in _runs(len(tokens)):
        part = tokens[start:end]
        prefix = [] if part[0] in (*LOCAL_KINDS, "kab") else [kind]
        found = [c for c in regions_named(" ".join((*prefix, *part))) if _level_fits(c, kind)]
        if len(found) == 1 and _kind_of(found[0]) == kind:
            return found[0]
    return ""


def _runs(length: int) -> Iterator[tuple[int, int]]:
    """Every run of that many words, the longest first."""
    for size in range(length, 0, -1):
        for start in range(length - size + 1):
            yield start, start + size


def _level_fits(code: str, kind: str) -> bool:
    return bool(code) and ("." in code) == (kind != "provinsi")


def _kind_of(code: str) -> str:
    if "." not in code:
        return "provinsi"
    return (region_name(code) or "").partition(" ")[0].lower()


@cache
def _names_of_region(code: str) -> tuple[Words, ...]:
    """`kota surabaya`, `surabaya`; nothing where the code is unknown."""
    name = words_of(region_name(code) or "")
    if not name:
        return ()
    proper = name[1:] if name[0] in ("kota", "kabupaten") else name
    kind = _kind_of(code)
    return _longest(((kind, *proper), name, proper))


def _longest(names: Iterable[Words]) -> tuple[Words, ...]:
    return tuple(sorted({name for name in names if name}, key=lambda name: (-len(name), name)))


def _unit(text: str, names: tuple[Words, ...]) -> Words:
    """The kind and the name of a unit, such as (puskesmas, sumobito)."""
    words = words_of(text)
    for name in names:
        words = without_phrase(words, name)
    for position, word in enumerate(words[:-1]):
        if word in _UNITS:
            return words[position : position + UNIT_WORDS]
    return ()


@cache
def _institutions() -> dict[str, Owner]:
    """Institutions by every name that the reference table has for them, legal forms left out."""
    found: dict[str, Owner] = {}
    for row in table("agencies")["institutions"]:
        names = [row["name"], *row["also"]]
        owner = Owner(
            key=f"name:{row['name']}",
            before=tuple(f"name:{name}" for name in row["before"]),
            names=_longest(tuple(words_of(name) for name in names)),
        )
        found |= {" ".join(form): owner for name in names for form in _forms(name)}
    return found


def _forms(name: str) -> set[Words]:
    written = words_of(name)
    return {tokens_of(name), written, tuple(w for w in written if w not in _LEGAL_FORMS)}


def _text(record: Mapping[str, Json], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""
