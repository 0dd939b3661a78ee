"""Regions: Kemendagri codes and names, and how BPS codes map to them.

Source: Kepmendagri 300.2.2-2430/2025 (38 provinces, 514 kabupaten and kota). BPS numbers differ:
its 94 was Papua before the split of 2022 and must never become Kemendagri's 94, Papua Tengah. Where
a code alone does not decide, the name must; where neither does, nothing is guessed.

A law that makes a province of a part of another gives its kabupaten and kota new codes; the table
`succession` has the former codes, the ones in force now, and the law.
"""

import re
from dataclasses import dataclass
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
        name: the region's name in the same row; decides where the code does not.
    """
    provinces = _provinces_of(code[:_PROVINCE_DIGITS])
    if not provinces or not code.isdigit():
        return RegionMatch(code=None, reason=f"Kode BPS {code} tidak dikenal.")
    if len(code) == _PROVINCE_DIGITS and len(provinces) == 1:
        return RegionMatch(code=provinces[0])
    wanted = len(code) > _PROVINCE_DIGITS
    named = [
        found
        for found in regions_named(name)
        if found[:_PROVINCE_DIGITS] in provinces and ("." in found) == wanted
    ]
    if len(named) == 1:
        return RegionMatch(code=named[0])
    return RegionMatch(
        code=None,
        reason=f"Kode BPS {code} dengan nama {name!r} tidak menunjuk tepat satu wilayah.",
    )


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
        if words and words[0] in ("kabupaten", "kota"):
            break
    text = " ".join(words)
    return _ALIASES.get(text, text)
