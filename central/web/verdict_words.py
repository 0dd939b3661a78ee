"""What the verdicts about a pair of records are called, and what each leads to."""

from collections.abc import Mapping
from enum import StrEnum

from runtime.pages.translating import msg

VERDICT_WORDS: Mapping[str, str] = {
    "same": msg("Satu inovasi"),
    "replication": msg("Replikasi"),
    "distinct": msg("Berbeda"),
}
"""By what a person's decision about a pair says (`central.casework.duplicates`)."""

SUGGESTIONS: Mapping[str | None, str] = {
    "same": msg("Menurut aturan: mungkin satu inovasi yang tercatat dua kali."),
    "replication": msg("Menurut aturan: mungkin yang satu mereplikasi yang lain."),
    None: msg("Menurut aturan: mirip, tetapi tidak ada saran."),
}


class Answer(StrEnum):
    """What the form offers; `a` is the record with the lesser id."""

    A_STAYS = "a_stays"
    B_STAYS = "b_stays"
    A_IS_ORIGINAL = "a_is_original"
    B_IS_ORIGINAL = "b_is_original"
    DISTINCT = "distinct"


ANSWERS: Mapping[Answer, tuple[str, str]] = {
    Answer.A_STAYS: (
        msg("Satu inovasi; A yang tinggal"),
        msg("B tidak tampil lagi, dan alamatnya mengarah ke A."),
    ),
    Answer.B_STAYS: (
        msg("Satu inovasi; B yang tinggal"),
        msg("A tidak tampil lagi, dan alamatnya mengarah ke B."),
    ),
    Answer.A_IS_ORIGINAL: (
        msg("B mereplikasi A"),
        msg("Keduanya tetap tampil; B masuk sebaran dan silsilah A."),
    ),
    Answer.B_IS_ORIGINAL: (
        msg("A mereplikasi B"),
        msg("Keduanya tetap tampil; A masuk sebaran dan silsilah B."),
    ),
    Answer.DISTINCT: (
        msg("Dua inovasi berbeda"),
        msg("Keduanya tetap tampil, dan pasangan ini tidak ditanyakan lagi."),
    ),
}
"""Each with its consequence, which is said before somebody decides."""
