"""What a page says after a form was taken, by the word that the cookie carries."""

from runtime.pages.translating import msg

TOLD = {
    "resolved": msg("Benturan itu selesai; keputusan Anda berlaku."),
    "decided": msg("Perkara itu sudah diputuskan; tidak ada yang disimpan sekarang."),
    "judged": msg("Putusan tentang pasangan itu berlaku."),
    "verdict_undone": msg("Putusan itu diurungkan; pasangan ini menunggu lagi."),
    "verdict_undone_only": msg("Putusan itu diurungkan; kedua inovasi seperti sebelumnya."),
    "released": msg("Perubahan itu berlaku sekarang."),
    "refused": msg("Perubahan itu ditolak; hubnya menerima alasannya."),
    "campaign_opened": msg("Kampanye dibuka; hub melihatnya pada sinkronisasi berikut."),
    "campaign_closed": msg("Kampanye ditutup; angkanya tetap."),
    "award_ruled": msg("Pemeriksaan penghargaan itu tercatat."),
    "undone": msg("Nilai sebelumnya berlaku lagi."),
    "undone_after_conflict": msg("Nilai itu berlaku lagi. Benturannya tidak dibuka lagi."),
    "account": msg("Akun disimpan."),
    "password": msg("Kata sandi diganti; semua sesi akun itu berakhir."),
    "session_ended": msg("Sesi itu sudah berakhir."),
    "signed_out": msg("Anda sudah keluar."),
    "target": msg("Sasaran kesegaran disimpan."),
    "hub_tangguhkan": msg("Hub ditangguhkan. Lanjutkan kapan saja di halaman ini."),
    "hub_lanjutkan": msg("Hub ikut lagi mulai sinkronisasi berikutnya."),
    "hub_tutup": msg("Hub ditutup. Lanjutkan kapan saja di halaman ini."),
    "hub_cabut": msg("Kunci hub dicabut."),
    "invitation_withdrawn": msg("Undangan dibatalkan; kodenya tidak berlaku lagi."),
    "reinvite_asked": msg("Permintaan dicatat. Admin kedua meminta hal yang sama dari akunnya."),
    "tested": msg("Pesan uji dikirim; hasilnya ada di bawah."),
    "second_factor": msg("Faktor kedua berlaku mulai sekarang."),
    "second_factor_gone": msg("Faktor kedua akun itu dihapus."),
    "token_revoked": msg("Token dicabut; sistem itu ditolak mulai sekarang."),
    "webhook_added": msg("Webhook ditambahkan. Kirim percobaan untuk melihat apakah diterima."),
    "webhook_removed": msg("Webhook dihapus."),
    "webhook_enabled": msg("Webhook aktif lagi."),
    "webhook_again": msg("Kiriman itu dikirim lagi sebentar lagi."),
    "webhook_taken": msg("Percobaan dikirim dan diterima."),
    "webhook_not_taken": msg("Percobaan tidak diterima; sebabnya ada di baris teratas."),
}

WARNINGS = frozenset(["decided", "webhook_not_taken"])
"""Those that are no success."""
