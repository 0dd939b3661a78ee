"""Words of the pages of webhooks: what is told, how it went, and why one is disabled."""

from collections.abc import Mapping

from central.store.deliveries import DELIVERED, FAILED, WAITING, Attempt
from central.store.webhooks import ACTIVE, DISABLED, FAILING, WebhookRow, standing_of
from central.webhooks import events, subscribing
from runtime.pages.translating import Say, msg

EVENTS: Mapping[str, str] = {
    events.PUBLISHED: msg("Inovasi tampil"),
    events.CHANGED: msg("Inovasi berubah"),
    events.WITHDRAWN: msg("Inovasi tidak tampil lagi"),
    events.CONFLICT_OPENED: msg("Benturan muncul"),
    events.CONFLICT_CLOSED: msg("Benturan selesai"),
    events.CHANGE_WAITING: msg("Perubahan menunggu putusan"),
    events.HUB_CHANGED: msg("Hub berubah"),
    events.HUB_SILENT: msg("Hub tidak terdengar"),
    events.HUB_HEARD: msg("Hub terdengar lagi"),
    events.TEST: msg("Kiriman percobaan"),
}
MEANINGS: Mapping[str, str] = {
    events.PUBLISHED: msg("baru, dipulihkan, atau ditampilkan lagi"),
    events.CHANGED: msg("isinya, atau apa yang dikatakan pusat tentangnya"),
    events.WITHDRAWN: msg("ditarik, digabung, atau disembunyikan"),
    events.CONFLICT_OPENED: msg("sebuah isian mempunyai beberapa nilai"),
    events.CONFLICT_CLOSED: msg("setiap isian mempunyai satu nilai lagi"),
    events.CHANGE_WAITING: msg("ditahan, atau usulan hub lain"),
    events.HUB_CHANGED: msg("didaftarkan, ditangguhkan, ditutup, dicabut, atau berganti kunci"),
    events.HUB_SILENT: msg("melewati dua kali sasaran kesegarannya"),
    events.HUB_HEARD: msg("setelah tidak terdengar"),
}
"""What each type that a webhook may ask for covers."""

STATES: Mapping[str, tuple[str, str, str]] = {
    ACTIVE: ("good", "✓", msg("Aktif")),
    FAILING: ("wait", "!", msg("Tersendat")),
    DISABLED: ("bad", "✕", msg("Dimatikan")),
}
DELIVERIES: Mapping[str, tuple[str, str, str]] = {
    WAITING: ("wait", "◷", msg("Menunggu")),
    DELIVERED: ("good", "✓", msg("Diterima")),
    FAILED: ("bad", "✕", msg("Gagal")),
}
"""Tone, icon and word."""

DISABLED_BECAUSE: Mapping[str, str] = {
    subscribing.NO_SUCCESS: msg("Penerima tidak menerima apa pun selama tiga hari."),
    subscribing.RECEIVER_GONE: msg("Penerima menjawab bahwa alamat itu tidak dipakai lagi (410)."),
    subscribing.TOO_FAR_BEHIND: msg("Lebih dari 20.000 peristiwa menunggu."),
    subscribing.TOKEN_REVOKED: msg("Token yang menambahkannya dicabut."),
    subscribing.TOKEN_EXPIRED: msg("Token yang menambahkannya sudah kedaluwarsa."),
}
ENDED = frozenset([subscribing.TOKEN_REVOKED, subscribing.TOKEN_EXPIRED])
"""Reasons for which enabling is refused: the token that allowed it counts no more."""

_REASONS: Mapping[str, str] = {
    "dns": msg("nama alamatnya tidak dikenal"),
    "refused": msg("tidak ada yang menjawab di alamat itu"),
    "timeout": msg("tidak ada jawaban dalam 15 detik"),
    "tls": msg("sertifikatnya tidak dapat dipercaya"),
    "cut": msg("sambungan terputus"),
    "too_large": msg("jawabannya lebih dari 64 KiB"),
    "address_refused": msg("alamatnya menuju ke dalam jaringan, bukan ke internet umum"),
}
_NO_ANSWER = msg("tidak ada jawaban yang dapat dibaca")


def state_sign(row: WebhookRow) -> tuple[str, str, str]:
    """Tone, icon and word of how a webhook is."""
    return STATES[standing_of(row)]


def outcome_words(attempt: Attempt, say: Say) -> str:
    """How an attempt went, in a few words."""
    if attempt.status is not None:
        return say("dijawab {0}").format(attempt.status)
    why = _REASONS.get(attempt.reason, _NO_ANSWER)
    return say(why)
