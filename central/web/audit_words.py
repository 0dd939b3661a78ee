"""What the acts in the audit table are called; one without a word stands for itself."""

from collections.abc import Mapping

from runtime.pages.translating import msg

ACTS: Mapping[str, str] = {
    "account.added": msg("Akun dibuat"),
    "account.changed": msg("Akun diubah"),
    "account.password": msg("Kata sandi akun diganti"),
    "second_factor.set": msg("Faktor kedua disiapkan"),
    "second_factor.given_up": msg("Faktor kedua dihapus"),
    "second_factor.recovery_code": msg("Kode pemulihan dipakai"),
    "hub.invited": msg("Hub diundang"),
    "hub.enrolled": msg("Hub didaftarkan"),
    "hub.invitation_withdrawn": msg("Undangan dibatalkan"),
    "hub.target": msg("Sasaran kesegaran hub diatur"),
    "hub.revoked": msg("Kunci hub dicabut"),
    "hub.suspended": msg("Hub ditangguhkan"),
    "hub.resumed": msg("Hub diaktifkan lagi"),
    "hub.retired": msg("Hub dipensiunkan"),
    "hub.reinvitation_asked": msg("Undangan ulang diminta"),
    "hub.machine_changed": msg("Hub pindah mesin"),
    "hub.identity_in_use": msg("Identitas hub dipakai mesin lain"),
    "key.rotated": msg("Kunci hub diganti"),
    "key.rotation_refused": msg("Penggantian kunci ditolak"),
    "equivocation": msg("Dua titik periksa yang berselisih"),
    "change.released": msg("Perubahan yang ditahan diluluskan"),
    "change.refused": msg("Perubahan yang ditahan ditolak"),
    "record.transferred": msg("Inovasi diserahkan kepada hub lain"),
    "publication.set": msg("Keterbacaan diatur"),
    "number.assigned": msg("Nomor registrasi nasional diberikan"),
    "award.confirmed": msg("Penghargaan diperiksa"),
    "agency.moved": msg("Instansi dipindahkan"),
    "token.created": msg("Token dibuat"),
    "token.revoked": msg("Token dicabut"),
    "token.refused": msg("Token ditolak: lingkupnya kurang"),
    "webhook.added": msg("Webhook ditambahkan"),
    "webhook.removed": msg("Webhook dihapus dari daftar"),
    "webhook.enabled": msg("Webhook diaktifkan lagi"),
    "webhook.disabled": msg("Webhook dimatikan: terlalu lama gagal"),
    "recovery.began": msg("Pemulihan dimulai"),
    "epoch.opened": msg("Log nasional baru dibuka"),
}
