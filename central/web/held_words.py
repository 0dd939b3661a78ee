"""Why a change waits, in words, and what a person at the centre can do about it."""

from central.web.visit import Visit
from runtime.http.problem_responses import problem_of
from runtime.pages.translating import INDONESIAN, msg

PROPOSALS = "usulan"
"""Stands in an address for what waits without a code: proposals."""

PROPOSED = msg("Usulan hub lain untuk inovasi yang bukan miliknya.")

TITLES = {
    "flood": msg("Terlalu banyak sekaligus"),
    "privacy_finding": msg("Mungkin data pribadi"),
    "look_alike": msg("Hampir sama dengan inovasi lain"),
    "seen_behind": msg("Ditulis atas salinan lama"),
    "seen_ahead": msg("Mengaku melihat yang belum ada"),
    "schema_invalid": msg("Tidak memenuhi skema"),
    "schema_unknown": msg("Versi skema belum dikenal"),
    "unknown_record": msg("Inovasi tidak dikenal"),
    "key_revoked": msg("Kunci sudah dicabut"),
    "step_out_of_order": msg("Langkah replikasi tidak pada gilirannya"),
    "replications_full": msg("Terlalu banyak replikasi"),
    "decision_failed": msg("Pusat gagal memutuskan"),
    "": msg("Usulan hub lain"),
}
"""A few words by the code of the verdict; any other code stands for itself."""


def title_of(visit: Visit, code: str) -> str:
    """A few words for why it waits."""
    title = TITLES.get(code)
    return code if title is None else visit.say(title)


def sentence_of(visit: Visit, code: str) -> str:
    """A sentence for why it waits."""
    if not code:
        return visit.say(PROPOSED)
    problem = problem_of(code)
    return problem.id if visit.language == INDONESIAN else problem.en


def word_of(code: str) -> str:
    """How a reason stands in an address."""
    return code or PROPOSALS


def code_of(word: str) -> str | None:
    """The reason that a word of an address names; None where it names none."""
    return None if not word else "" if word == PROPOSALS else word
