"""An alert that did not arrive, and why in words."""

from collections.abc import Mapping

from runtime.sentences import Sentence
from runtime.unreachable import REASONS as UNREACHABLE
from runtime.unreachable import reason_sentence

DETAIL_CHARACTERS_MAX = 200


class Undelivered(Exception):
    """Nobody got the message, as far as is known.

    Attributes:
        reason: a word that has a sentence.
        detail: what the other side said, for whoever looks closer.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


REASONS: Mapping[str, Sentence] = {
    **UNREACHABLE,
    "tls": Sentence(
        "sertifikatnya tidak dapat dipercaya, atau servernya tidak memakai enkripsi itu",
        "its certificate cannot be trusted, or the server does not use that encryption",
    ),
    "login": Sentence(
        "server surat menolak nama pengguna atau kata sandinya",
        "the mail server refused the user name or the password",
    ),
    "sender": Sentence(
        "server surat menolak alamat pengirimnya", "the mail server refused the sender's address"
    ),
    "recipients": Sentence(
        "server surat menolak semua alamat penerimanya",
        "the mail server refused every recipient's address",
    ),
    "unsupported": Sentence(
        "server surat tidak mengenal enkripsi atau cara masuk itu",
        "the mail server knows no such encryption or way to sign in",
    ),
    "mail_refused": Sentence("server surat menolak pesannya", "the mail server refused the mail"),
    "webhook_refused": Sentence(
        "penerima webhook menolaknya", "the receiver of the webhook refused it"
    ),
}


def why_undelivered(reason: str) -> Sentence:
    """Why a message did not arrive, in words."""
    return REASONS.get(reason) or reason_sentence(reason)
