"""What pages call the changes of a record, and what the centre decided about it."""

from runtime.pages.translating import msg

CHANGES = {
    "record.put": msg("Menulis isian"),
    "record.attest": msg("Menyatakan masih benar"),
    "record.withdraw": msg("Menarik"),
    "record.restore": msg("Menampilkan kembali"),
    "replication.step": msg("Langkah replikasi"),
    "record.curated": msg("Pusat menyunting"),
    "record.reverted": msg("Pusat mengembalikan isian"),
    "record.merged": msg("Digabung"),
    "record.unmerged": msg("Penggabungan diurungkan"),
    "record.linked": msg("Ditautkan sebagai replikasi"),
    "record.distinct": msg("Dinyatakan berbeda"),
    "record.reopened": msg("Putusan tentang pasangan dibuka lagi"),
    "record.transferred": msg("Diserahkan kepada hub lain"),
    "number.assigned": msg("Diberi nomor registrasi nasional"),
    "award.confirmed": msg("Penghargaan diperiksa pusat"),
    "publication.set": msg("Keterbacaan diatur pusat"),
    "redacted": msg("Isi dihapus (redaksi)"),
    "entry.redacted": msg("Isi dihapus (redaksi)"),
    "change.held": msg("Perubahan hub lain, ditahan pusat"),
    "change.released": msg("Pusat melepas perubahan yang ditahan"),
    "change.refused": msg("Perubahan hub lain, ditolak pusat"),
    "change.void": msg("Perubahan yang tidak dipahami pusat"),
    "key.rotate": msg("Kunci hub diganti"),
}
"""By kind of the change or of the centre's decision."""
