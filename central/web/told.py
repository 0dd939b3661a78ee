"""What a page says after a form was taken, by the word that the cookie carries."""

from runtime.pages.translating import msg

TOLD = {
    "account": msg("Akun disimpan."),
    "password": msg("Kata sandi diganti; semua sesi akun itu berakhir."),
    "session_ended": msg("Sesi itu sudah berakhir."),
    "signed_out": msg("Anda sudah keluar."),
    "second_factor": msg("Faktor kedua berlaku mulai sekarang."),
    "second_factor_gone": msg("Faktor kedua akun itu dihapus."),
}

WARNINGS: frozenset[str] = frozenset()
"""Those that are no success."""
