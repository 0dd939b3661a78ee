"""What a refusal says to whoever sent a form: what happened and what to do, beside the form."""

from hubnode.authoring import EditRefused
from hubnode.sync.sentences import sentence_of
from hubnode.web.visit import Visit
from protocol.errors import ProtocolError
from runtime.pages.finding_words import finding_sentence


def refusal_sentence(visit: Visit, error: ProtocolError) -> str:
    """One or more sentences, with the code at the end; nothing was saved."""
    unsaved = visit.say("Belum tersimpan.")
    if isinstance(error, EditRefused):
        found = " ".join(dict.fromkeys(finding_sentence(visit.reader, it) for it in error.findings))
        return f"{unsaved} {found} ({error.code})"
    return f"{unsaved} {visit.said(sentence_of(error.code))} ({error.code})"
