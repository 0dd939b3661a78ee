"""What pages call the states, numbers and breakdowns of a campaign."""

from collections.abc import Mapping

from central.web.visit import Visit
from protocol.campaign_numbers import GROUP
from protocol.campaigns import NONE
from runtime.pages.field_words import COMPLETENESS
from runtime.pages.translating import msg

STATES: Mapping[str, tuple[str, str, str]] = {
    "open": ("wait", "◷", msg("Berjalan")),
    "overdue": ("bad", "!", msg("Lewat waktu")),
    "closed": ("", "■", msg("Ditutup")),
}
"""Tone, icon and word by the state of a campaign."""

NUMBER_WORDS: Mapping[str, str] = {
    "targeted": msg("Sasaran"),
    "refreshed": msg("Dimutakhirkan"),
    "withdrawn": msg("Tidak tampil lagi"),
    "left": msg("Tersisa"),
    "complete": msg("Lengkap"),
    "incomplete": msg("Belum lengkap"),
}
"""By the names of `protocol.campaign_numbers.NUMBERS`."""

BREAKDOWN_WORDS: Mapping[str, str] = {
    "hub": msg("Hub"),
    "year": msg("Tahun mulai"),
    "scheme": msg("Penghargaan"),
    "day": msg("Hari pemutakhiran"),
    "group": msg("Kelompok isian"),
}
"""By the names of `protocol.campaign_numbers.BREAKDOWNS`."""

TARGET_WORDS: Mapping[str, str] = {
    "hub": msg("Hub"),
    "year": msg("Tahun mulai"),
    "scheme": msg("Penghargaan"),
    "award_year": msg("Tahun penghargaan"),
}
"""By the facets by which a campaign chooses its records."""

_NOTHING = msg("Tidak disebut")
_NOT_YET = msg("Belum")


def value_word(visit: Visit, by: str, value: str) -> str:
    """A row of a breakdown; a hub's is called by `hub_text` on the page."""
    if by == GROUP:
        word = COMPLETENESS[value]
        return f"{value}. {visit.say(word)}"
    if value == NONE:
        return visit.say(_NOT_YET) if by == "day" else visit.say(_NOTHING)
    return value
