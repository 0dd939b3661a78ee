"""Why somebody could not be reached, in words for an operator."""

from collections.abc import Mapping

from runtime.sentences import Sentence

_CUT = Sentence(
    "jawabannya terputus atau rusak di jalan", "its answer was cut or damaged on the way"
)
REASONS: Mapping[str, Sentence] = {
    "dns": Sentence(
        "alamatnya tidak ditemukan; periksa jaringan",
        "its address is not found; look at the network",
    ),
    "refused": Sentence(
        "tidak ada yang menjawab di alamatnya; mungkin layanannya belum berjalan",
        "nobody answers at its address; perhaps it is not running yet",
    ),
    "timeout": Sentence(
        "tidak ada jawaban dalam waktu yang wajar", "there was no answer in a reasonable time"
    ),
    "tls": Sentence(
        "sertifikatnya tidak dapat dipercaya; periksa jam mesin ini dan proksi",
        "its certificate cannot be trusted; look at this machine's clock and at the proxy",
    ),
    "proxy": Sentence("proksi tidak meneruskan", "the proxy does not pass it on"),
    "address": Sentence("alamatnya bukan alamat web", "its address is no web address"),
    "cut": _CUT,
    "garbled": _CUT,
    "too_large": _CUT,
}
"""By the reason of `runtime.ports.Unreachable`."""


def reason_in(detail: str) -> str:
    """The reason that a run kept: `refused` of `refused: Cannot connect ...`; "" of other text."""
    reason = detail.partition(":")[0]
    return reason if reason in REASONS else ""


def because(detail: str) -> Sentence | None:
    """Why the centre was not reached, from what a run kept of it: `refused: Cannot connect ...`."""
    why = REASONS.get(reason_in(detail))
    return why and Sentence(f"Sebabnya: {why.id}.", f"The reason: {why.en}.")


def reason_sentence(reason: str) -> Sentence:
    """The words for a reason; one without words is one already."""
    return REASONS.get(reason, Sentence(reason, reason))
