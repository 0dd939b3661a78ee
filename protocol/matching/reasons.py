"""Why a pair is a candidate, in words: a table of sentences, in Indonesian and in English."""

from dataclasses import dataclass

SENTENCES = {
    "same_number": ("Nomor luar sama: {0}.", "The same external number: {0}."),
    "same_title": ("Judul sama.", "The same title."),
    "mistyped_title": (
        "Judul sama kecuali salah ketik.",
        "The same title but for typing errors.",
    ),
    "extended_title": ("Judul berbeda satu kata.", "The titles differ by one word."),
    "close_title": ("Judul mirip ({0} %).", "Similar titles ({0} %)."),
    "same_owner": ("Instansi sama.", "The same agency."),
    "renamed_owner": (
        "Instansi sama dengan nama lama atau instansi asalnya.",
        "The same agency under a former name, or one that came out of it.",
    ),
    "other_owner": ("Instansi lain.", "Another agency."),
    "other_unit": ("Unit pelayanan lain di instansi yang sama.", "Another unit of the agency."),
    "same_unit": ("Unit pelayanan sama.", "The same service unit."),
    "same_year": ("Tahun mulai sama: {0}.", "The same year: {0}."),
    "near_year": (
        "Tahun mulai berselisih satu: {0} dan {1}.",
        "The years differ by one: {0} and {1}.",
    ),
    "other_year": ("Tahun mulai lain: {0} dan {1}.", "Other years: {0} and {1}."),
}
"""Indonesian and English sentence by code; a code never changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason.

    Attributes:
        code: stable, of `SENTENCES`.
        id: the Indonesian sentence.
        en: the English sentence.
    """

    code: str
    id: str
    en: str


def reason(code: str, *values: object) -> Reason:
    """The reason of that code, with the values that its sentences name."""
    indonesian, english = SENTENCES[code]
    return Reason(code=code, id=indonesian.format(*values), en=english.format(*values))
