"""What is wrong with a new campaign, by the field of its form in which it is."""

from collections.abc import Mapping
from datetime import date

from central.web.refusals import ONE_LINE, refusal_sentence
from central.web.visit import Visit
from protocol.errors import ProtocolError
from runtime.pages.formats import format_day
from runtime.pages.translating import msg

_YEARS = msg("Tulis tahun dengan empat angka, misalnya 2024, dipisahkan koma.")
_MALFORMED: Mapping[str, str] = {
    "campaign": msg("Tulis 1 sampai 63 huruf kecil, angka, atau tanda hubung, misalnya 2026-top."),
    "title": msg("Tulis judul dalam satu baris, paling banyak 200 karakter."),
    "due": msg("Pilih tanggal, misalnya 2026-12-31."),
    "year": _YEARS,
    "award_year": _YEARS,
}
"""By field, what is asked for."""

_PASSED = msg("%(day)s sudah lewat; pilih hari ini atau sesudahnya.")
_FIELD_OF_CODE = {"campaign_exists": "campaign", "unknown_hub": "hub"}


def campaign_faults(visit: Visit, error: ProtocolError) -> dict[str, str]:
    """The sentence of a refusal by the field that it is about; by "" where it is about none."""
    field = _FIELD_OF_CODE.get(error.code) or error.pointer.rpartition("/")[2]
    if error.code == "campaign_malformed" and field in _MALFORMED:
        return {field: _asked_for(visit, field)}
    if error.code == "bad_format":
        return {field: visit.say(ONE_LINE)}
    known = {*_MALFORMED, "hub"}
    return {field if field in known else "": refusal_sentence(visit, error)}


def _asked_for(visit: Visit, field: str) -> str:
    given = visit.text(field)
    if field == "due" and _is_day(given):
        return visit.say(_PASSED) % {"day": format_day(given, language=visit.language)}
    word = _MALFORMED[field]
    return visit.say(word)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
