"""What a refusal says to whoever sent a form: beside the form, so that nothing typed is lost."""

from central.web.visit import Visit
from protocol.errors import ProtocolError
from runtime.http.problem_responses import problem_of
from runtime.pages.translating import INDONESIAN, msg

ONE_LINE = msg("Tulis satu baris saja, tanpa tab dan tanpa karakter kendali yang tak tampak.")
REASON_MISSING = msg("Tulis alasannya dalam satu kalimat.")

_EXPLAINED = frozenset({"schema_invalid", "campaign_malformed"})
"""Refusals of which the message says what exactly has to be mended."""


def refusal_sentence(visit: Visit, error: ProtocolError) -> str:
    """One or more sentences, with the code at the end; nothing was saved."""
    if error.code == "bad_format":
        return f"{visit.say(ONE_LINE)} ({error.code})"
    problem = problem_of(error.code)
    sentence = problem.id if visit.language == INDONESIAN else problem.en
    more = f" {error.message}" if error.code in _EXPLAINED else ""
    return f"{sentence}{more} ({error.code})"
