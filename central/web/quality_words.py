"""What pages call the things that are to be mended in innovations."""

from collections.abc import Mapping

from runtime.pages.translating import msg

NEED_WORDS: Mapping[str, tuple[str, str]] = {
    "stale": (
        msg("Keberlanjutan lama tidak diperiksa"),
        msg("Tidak menyebut kapan diperiksa, atau lebih dari 12 bulan lalu."),
    ),
    "placeholder": (
        msg("Isian pengganti"),
        msg("Sebuah teksnya hanya tanda, misalnya strip, n/a, atau tes."),
    ),
    "award_open": (
        msg("Penghargaan belum diperiksa"),
        msg("Menyebut penghargaan yang belum dikonfirmasi pusat."),
    ),
    "numberless": (
        msg("Tanpa nomor registrasi"),
        msg("Nomor diberikan dengan perintah central number assign."),
    ),
}
"""By the names of `central.store.qualities.NEEDS`."""
