"""Regions: Kemendagri codes and names, and how BPS codes map to them.

Source: Kepmendagri 300.2.2-2430/2025 (38 provinces, 514 kabupaten and kota). BPS numbers differ:
its 94 was Papua before the split of 2022 and must never become Kemendagri's 94, Papua Tengah. Where
a code alone does not decide, the name must; where neither does, nothing is guessed.

A law that makes a province of a part of another gives its kabupaten and kota new codes; the table
`succession` has the former codes, the ones in force now, and the law.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from protocol.innovation.reference import table

_PREFIXES = {
    "kab": "kabupaten",
    "kab.": "kabupaten",
    "kota adm.": "kota",
    "provinsi": "",
    "prov.": "",
    "prov": "",
    "pemerintah": "",
    "pemprov": "",
    "pemkab": "kabupaten",
    "pemkot": "kota",
}
_ALIASES = {
    "di yogyakarta": "daerah istimewa yogyakarta",
    "d.i. yogyakarta": "daerah istimewa yogyakarta",
    "yogyakarta": "daerah istimewa yogyakarta",
    "dki jakarta": "daerah khusus ibukota jakarta",
    "daerah khusus jakarta": "daerah khusus ibukota jakarta",
}
_PROVINCE_DIGITS = 2
_KINDS = ("kabupaten", "kota")
_CITY_DIGIT = "7"
"""The third digit of a kota's code, at BPS and at Kemendagri; a kabupaten has a smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMatch:
    """What a BPS code stands for.

    Attributes:
        code: the Kemendagri code, or None where it is not certain.
        reason: one Indonesian sentence for the row's error where it is None.
    """

    code: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerCode:
    """A code of Kemendagri that is in force no more.

    Attributes:
        now: the code of the same region now.
        decree: the law that changed it.
    """

    now: str
    decree: str


def is_region(code: str) -> bool:
    """Whether `code` is a Kemendagri code of a province, kabupaten or kota."""
    return code in _names()


def region_name(code: str) -> str | None:
    """The region's name, or None where the code is unknown."""
    return _names().get(code)


def former_code(code: str) -> FormerCode | None:
    """What became of a code that is in force no more; None of every other one."""
    row = table("succession")["former"].get(code)
    return FormerCode(now=row["now"], decree=row["decree"]) if row else None


def present_code(code: str) -> str:
    """The code of the region now: of a former code the one that replaced it, else the code."""
    former = former_code(code)
    return former.now if former else code


def regions_named(name: str) -> tuple[str, ...]:
    """The codes of the regions of that name; case, spacing and prefixes do not matter.

    "Kota X" and "Kabupaten X" are told apart; a name without either means a province only.
    """
    return _by_name().get(_normalised(name), ())


def region_from_bps(code: str, name: str = "") -> RegionMatch:
    """The region of a BPS code (2 or 4 digits), with the name that stands beside it.

    Args:
        code: as BPS writes it, before or after 2022.
        name: the region's name in the same row; decides where the code does not. It may lack
            "Kabupaten" or "Kota", which the code says.
    """
    provinces = _provinces_of(code[:_PROVINCE_DIGITS])
    if not provinces or not code.isdigit():
        return RegionMatch(code=None, reason=f"Kode BPS {code} tidak dikenal.")
    if len(code) == _PROVINCE_DIGITS and len(provinces) == 1:
        return RegionMatch(code=provinces[0])
    kind = _kind_of(code)
    for written in (name, f"{kind} {name}"):
        named = [it for it in regions_named(written) if _is_under(it, provinces, kind)]
        if len(named) == 1:
            return RegionMatch(code=named[0])
    sentence = f"Kode BPS {code} dengan nama “{name}” tidak menunjuk tepat satu wilayah; "
    return RegionMatch(code=None, reason=sentence + _advice(name, provinces, kind))


def _kind_of(bps: str) -> str:
    """What a BPS code numbers: "kabupaten", "kota", or "" for a province."""
    if len(bps) == _PROVINCE_DIGITS:
        return ""
    return "kota" if bps[_PROVINCE_DIGITS] == _CITY_DIGIT else "kabupaten"


def _is_under(code: str, provinces: tuple[str, ...], kind: str) -> bool:
    """Whether a Kemendagri code is one of these provinces, or lies in one where `kind` asks so."""
    return code[:_PROVINCE_DIGITS] in provinces and ("." in code) == bool(kind)


def _advice(name: str, provinces: tuple[str, ...], kind: str) -> str:
    """The end of the sentence: the names that would do."""
    names = [
        full
        for code, full in _names().items()
        if _is_under(code, provinces, kind) and _normalised(full).startswith(kind)
    ]
    if not kind:
        return f"tulis salah satu: {', '.join(names)}."
    known = {_bare(full): full for full in names}
    like = get_close_matches(_bare(name), known, n=1)
    if like:
        return f"barangkali yang dimaksud {known[like[0]]}."
    return f"tulis nama {kind}nya, misalnya {names[0]}." if names else "kode itu tidak ada."


def _bare(name: str) -> str:
    """A name without what kind of region it is."""
    text = _normalised(name)
    first, _, rest = text.partition(" ")
    return rest if first in _KINDS else text


def _provinces_of(bps: str) -> tuple[str, ...]:
    mapping = table("bps")
    if bps in mapping["ambiguous"]:
        return tuple(mapping["ambiguous"][bps])
    return (mapping["provinces"][bps],) if bps in mapping["provinces"] else ()


@cache
def _names() -> dict[str, str]:
    regions = table("regions")
    return {**regions["provinces"], **regions["districts"]}


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, name in _names().items():
        key = _normalised(name)
        found[key] = (*found.get(key, ()), code)
    return found


def _normalised(name: str) -> str:
    words = re.sub(r"\s+", " ", name.strip().lower()).replace(" administrasi", "").split(" ")
    while words and words[0] in _PREFIXES:
        words = [*_PREFIXES[words[0]].split(), *words[1:]]
        if words and words[0] in _KINDS:
            break
    text = " ".join(words)
    return _ALIASES.get(text, text)
