"""Words of the import pages: why a file stopped, and how far it is."""

from hubnode.imports.uploads import Phase
from runtime.pages.translating import Say, msg

FAULTS: dict[str, str] = {
    "no_file": msg("Pilih berkas dulu."),
    "file_type_unknown": msg(
        "Jenis berkas ini tidak dikenal. Pakai XLSX, CSV atau JSON; berkas Excel lama (.xls) "
        "dan OpenDocument (.ods) simpan dulu sebagai XLSX."
    ),
    "file_too_large": msg(
        "Berkas ini terlalu besar. Paling besar 100 MB; bagi menjadi beberapa berkas."
    ),
    "file_malformed": msg(
        "Berkas ini rusak atau bukan lembar kerja. Buka di Excel, simpan sebagai XLSX, lalu unggah "
        "lagi. Berkas yang dikunci kata sandi harus dibuka kuncinya dulu."
    ),
    "file_encoding_unknown": msg(
        "Huruf dalam berkas ini tidak terbaca. Simpan sebagai CSV UTF-8 atau XLSX."
    ),
    "file_empty": msg(
        "Baris judul kolom kosong. Pilih lembar atau baris judul yang benar di bawah."
    ),
    "file_missing": msg("Berkas ini tidak ada lagi. Unggah lagi."),
    "no_rows": msg("Tidak ada baris di bawah judul kolom. Pilih lembar lain atau isi berkasnya."),
    "header_row_missing": msg("Baris judul yang dipilih melampaui akhir berkas."),
    "sheet_missing": msg("Lembar yang dipilih tidak ada dalam berkas ini."),
    "header_repeated": msg(
        "Dua kolom berjudul sama. Beri judul yang berbeda dalam berkasnya, lalu unggah lagi."
    ),
    "too_many_rows": msg("Lebih dari 50.000 baris. Bagi menjadi beberapa berkas."),
    "too_many_columns": msg("Lebih dari 500 kolom. Hapus kolom yang tidak diperlukan."),
    "too_many_uploads": msg(
        "Sudah ada 20 berkas yang belum selesai. Selesaikan atau buang salah satunya dulu."
    ),
    "mapping_column_missing": msg("Pemetaan ini menyebut kolom yang tidak ada dalam berkas."),
    "mapping_malformed": msg("Pemetaan ini tidak dapat dipakai. Pilih kolomnya di bawah."),
    "mapping_unknown": msg("Pemetaan ini tidak ada lagi. Pilih kolomnya di bawah."),
    "mapping_incomplete": msg("Pilih kolom pengenal baris dan kolom judul inovasi."),
    "target_repeated": msg("Dua kolom dipetakan ke isian yang sama. Pilih salah satu."),
    "name_missing": msg("Beri nama pemetaan ini, dengan huruf atau angka."),
    "name_taken": msg("Nama pemetaan itu sudah dipakai. Pilih nama lain."),
    "storage_full": msg("Cakram mesin ini penuh. Kosongkan ruang, lalu lanjutkan."),
    "service_unavailable": msg("Basis data sedang sibuk. Lanjutkan sebentar lagi."),
    "private_unanswered": msg("Jawab dulu pertanyaan tentang data pribadi."),
    "preview_changed": msg(
        "Berkas ini atau inovasi hub berubah sesudah tinjauan yang Anda lihat. Belum ada yang "
        "diimpor. Di bawah ini tinjauan yang baru; periksa, lalu tekan Impor lagi."
    ),
    "withdrawal_unconfirmed": msg(
        "Tidak ada yang berubah. Untuk menarik, centang pilihannya dan tulis jumlah inovasinya."
    ),
}
"""By code, what happened and what to do. Nothing was imported in any of these cases."""

OTHER_FAULT = msg("Berkas ini tidak dapat diproses. Tidak ada yang diimpor.")

READY_MADE_WORDS: dict[str, str] = {
    "iga": msg("profil inovasi daerah, seperti di Indeks Inovasi Daerah"),
    "inoland": msg("Inoland LAN: daftar inovasi"),
    "inoland-tulisan": msg("Inoland LAN: tulisan inovasi"),
    "lan": msg("basis data LAN, 2018"),
    "sinovik": msg("proposal KIPP, seperti di SINOVIK"),
    "template": msg("templat node ini"),
}
"""What each ready-made mapping is for, behind its name."""

PHASES: dict[Phase, tuple[str, str, str]] = {
    Phase.READING: ("wait", "◷", msg("Terputus")),
    Phase.REFUSED: ("bad", "✕", msg("Tidak terbaca")),
    Phase.COLUMNS: ("wait", "→", msg("Menunggu pemetaan kolom")),
    Phase.CHECKED: ("wait", "→", msg("Siap ditinjau")),
    Phase.IMPORTING: ("wait", "◷", msg("Impor terputus")),
    Phase.IMPORTED: ("wait", "!", msg("Diimpor sebagian")),
}
"""Tone, icon and word of a file on which nobody works at this moment."""

OUTCOMES: dict[str, tuple[str, str, str]] = {
    "added": ("good", "+", msg("Baru")),
    "amended": ("good", "~", msg("Berubah")),
    "unchanged": ("", "=", msg("Tetap")),
    "faulty": ("bad", "✕", msg("Salah")),
}


def fault_sentence(code: str, say: Say) -> str:
    """What to say of a fault; nothing where there is none."""
    return say(FAULTS.get(code, OTHER_FAULT)) if code else ""
