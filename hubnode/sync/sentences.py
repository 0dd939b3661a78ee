"""What an operator reads when a run ends otherwise than well, by code, in both languages.

Codes of the centre's own refusals have theirs in `protocol.problems`; here are those of what this
side found, and of the world between.
"""

from hubnode.recovery import RULES
from protocol.problems import PROBLEMS
from runtime.sentences import Sentence

OWN: dict[str, Sentence] = {
    "answer_malformed": Sentence(
        "Jawaban pusat tidak dapat dibaca; data aman di sini.",
        "The centre's answer cannot be read; the data is safe here.",
    ),
    "receipt_refused": Sentence(
        "Tanda terima dari pusat tidak sah; data aman di sini dan akan dikirim lagi.",
        "The centre's receipt is not valid; the data is safe here and will be sent again.",
    ),
    "own_log_corrupt": Sentence(
        "Salinan log hub ini di pusat tidak cocok dengan tanda tangannya; tidak diambil.",
        "The centre's copy of this hub's log does not fit its signature; it is not taken.",
    ),
    "national_log_behind": Sentence(
        "Log nasional di pusat lebih kecil daripada yang pernah diterbitkannya. Tidak ada yang "
        "dihapus di sini; bukti disimpan. Hubungi admin pusat.",
        "The centre's national log is smaller than it once published. Nothing is removed here; "
        "evidence is kept. Call the centre's admin.",
    ),
    "national_log_forked": Sentence(
        "Log nasional di pusat tidak melanjutkan salinan di sini. Tidak ada yang diubah di sini; "
        "bukti disimpan. Hubungi admin pusat.",
        "The centre's national log does not continue the copy here. Nothing is changed here; "
        "evidence is kept. Call the centre's admin.",
    ),
    "national_log_damaged": Sentence(
        "Data log nasional rusak di perjalanan; tidak disimpan dan akan diambil lagi.",
        "The national log was damaged on the way; it was not kept and will be fetched again.",
    ),
    "national_epoch_changed": Sentence(
        "Pusat memulai log nasional baru. Tidak ada yang dihapus di sini; hubungi admin pusat.",
        "The centre began a new national log. Nothing is removed here; call the centre's admin.",
    ),
    "national_epoch_followed": Sentence(
        "Pusat dipulihkan dari cadangan lama dan membuka log nasional baru. Isinya cocok dengan "
        "salinan di sini; semua data aman. Apa yang hilang di pusat dikirim lagi dari sini.",
        "The centre was restored from an old backup and opened a new national log. It fits the "
        "copy here; all data is safe. What the centre lost is sent again from here.",
    ),
    "national_decisions_dropped": Sentence(
        "Salinan di sini memuat keputusan yang tidak dibawa serta ke log nasional baru. Keputusan "
        "itu disimpan sebagai bukti; serahkan kepada admin pusat.",
        "The copy here had decisions that the new national log does not carry over. They are kept "
        "as evidence; give them to the centre's admin.",
    ),
    "centre_lost_entries": Sentence(
        "Pusat tidak lagi memiliki perubahan yang telah ditandaterimakannya. Perubahan itu dikirim "
        "lagi dari sini; bukti disimpan. Hubungi admin pusat.",
        "The centre no longer has changes that it gave a receipt for. They are sent again from "
        "here; evidence is kept. Call the centre's admin.",
    ),
    "entry_withheld": Sentence(
        "Pusat menahan isi keputusan tanpa mengatakan sebabnya. Bukti disimpan; hubungi admin "
        "pusat.",
        "The centre withholds the bytes of decisions and does not say why. Evidence is kept; call "
        "the centre's admin.",
    ),
    "receipt_not_honoured": Sentence(
        "Pusat telah menandaterimakan perubahan hub ini tetapi belum memutuskannya dalam satu jam. "
        "Bukti disimpan; hubungi admin pusat.",
        "The centre gave a receipt for changes of this hub and did not decide them within an hour. "
        "Evidence is kept; call the centre's admin.",
    ),
    "receipt_altered": Sentence(
        "Tanda terima yang tersimpan di sini tidak cocok dengan log hub ini atau tanda tangannya.",
        "A receipt that is kept here does not fit this hub's log or its signatures.",
    ),
    "decision_unfaithful": Sentence(
        "Keputusan pusat menyatakan hal lain daripada perubahan hub ini di baliknya. Bukti "
        "disimpan; hubungi admin pusat.",
        "A decision of the centre says something else than this hub's change behind it. Evidence "
        "is kept; call the centre's admin.",
    ),
    "decided_twice": Sentence(
        "Satu perubahan hub ini diputuskan lebih dari sekali. Bukti disimpan; hubungi admin pusat.",
        "One change of this hub was decided more than once. Evidence is kept; call the centre's "
        "admin.",
    ),
    "decision_of_nothing": Sentence(
        "Pusat memutuskan perubahan yang tidak ada di log hub ini. Bukti disimpan; hubungi admin "
        "pusat.",
        "The centre decided about a change that is not in this hub's log. Evidence is kept; call "
        "the centre's admin.",
    ),
    "change_not_shown": Sentence(
        "Perubahan hub ini diterapkan, tetapi tidak tampil dan tidak digantikan. Bukti disimpan; "
        "hubungi admin pusat.",
        "A change of this hub was applied, and is neither shown nor superseded. Evidence is kept; "
        "call the centre's admin.",
    ),
    "outcomes_altered": Sentence(
        "Catatan hasil perubahan di sini bukan yang dikatakan log nasional.",
        "What is written down here about outcomes is not what the national log says.",
    ),
    "evidence_kept": Sentence(
        "Ada berkas bukti dari alarm yang lalu; periksa, lalu pindahkan dari folder ini.",
        "There is evidence of an earlier alarm; look at it, then move it out of this folder.",
    ),
    "changes_need_a_person": Sentence(
        "Ada perubahan yang menunggu seseorang. Lihat: hubnode decisions",
        "Changes wait for a person. See: hubnode decisions",
    ),
    "decision_unknown": Sentence(
        "Keputusan pusat memerlukan versi perangkat lunak yang lebih baru.",
        "A decision of the centre needs a newer version of this software.",
    ),
    "not_enrolled": Sentence(
        "Hub ini belum terdaftar di pusat.",
        "This hub is not enrolled at a centre.",
    ),
    "already_enrolled": Sentence(
        "Simpul ini sudah terdaftar untuk hub atau pusat lain; tidak ada yang diubah. Buat simpul "
        "baru dengan hubnode init.",
        "This node is enrolled for another hub or centre; nothing was changed. Make another node "
        "with hubnode init.",
    ),
    "centre_keys_changed": Sentence(
        "Undangan ini menyebut kunci pusat yang lain daripada yang dikenal di sini; tidak ada yang "
        "diubah. Hubungi admin pusat lewat telepon sebelum melanjutkan.",
        "This invitation names other keys of the centre than those known here; nothing was "
        "changed. Call the centre's admin by telephone before you go on.",
    ),
    "key_file_refused": Sentence(
        "Berkas kunci tidak dapat dipakai, jadi tidak ada yang ditandatangani. Data aman di sini.",
        "The key file cannot be used, so nothing is signed. The data is safe here.",
    ),
    "issued_mark_unreadable": Sentence(
        "Tanda terbit tidak dapat dibaca, jadi tidak ada yang ditandatangani. Data aman di sini.",
        "The issued mark cannot be read, so nothing is signed. The data is safe here.",
    ),
    "own_log_rejoined": Sentence(
        "Log hub ini dan salinannya di pusat telah bercabang. Cabang di pusat berlaku; perubahan "
        "yang hanya ada di sini menjadi tertunda lagi dan dikirim di belakangnya. Bukti kedua "
        "cabang disimpan; tidak ada yang hilang.",
        "This hub's log and the centre's copy of it had parted. The centre's branch stands; "
        "changes that only this machine had are pending again and are sent behind it. Evidence of "
        "both branches is kept; nothing is lost.",
    ),
    "issued_mark_dropped": Sentence(
        "Perubahan yang pernah ditandatangani mesin ini tidak ada di sini maupun di pusat, dan "
        "dilepas. Bukti disimpan; yang lain dikirim seperti biasa. Terbitkan lagi yang hilang.",
        "Changes that this machine once signed are neither here nor at the centre, and are given "
        "up. Evidence is kept; all else is sent as usual. Publish again what is lost.",
    ),
    "own_log_thawed": Sentence(
        "Log hub ini dan salinannya di pusat cocok lagi; pengiriman dilanjutkan.",
        "This hub's log and the centre's copy of it agree again; sending goes on.",
    ),
    "own_log_stuck": Sentence(
        "Pusat memegang tanda tangan hub ini atas perubahan yang tidak pernah diterimanya dan "
        "tidak ada di sini. Tidak ada yang diubah; data aman di sini. Pulihkan basis data dari "
        "mesin yang menandatanganinya, atau minta admin pusat mengundang hub ini lagi (central hub "
        "reinvite).",
        "The centre holds this hub's signature over changes that it never received and that are "
        "not here. Nothing was changed; the data is safe here. Put back the database of the "
        "machine that signed them, or ask the centre's admin to invite this hub again (central hub "
        "reinvite).",
    ),
    "damage_found": Sentence(
        "Ada data di disk ini yang bukan lagi yang ditandatangani. Jalankan hubnode recover.",
        "Something on this disk is not what was signed any more. Run hubnode recover.",
    ),
    "disk_damaged": Sentence(
        "Ada data di disk ini yang bukan lagi yang ditandatangani. Yang ada di pusat diambil lagi "
        "dan diperiksa; katalog disusun ulang; yang lain menunggu dikirim lagi. Periksa disk ini.",
        "Something on this disk is not what was signed any more. What the centre has is fetched "
        "again and checked; the catalogue is derived afresh; the rest waits to be sent again. Look "
        "at this disk.",
    ),
    "waiting_file_refused": Sentence(
        "Berkas ini bukan berkas perubahan yang menunggu dari hub ini, atau rusak; tidak ada yang "
        "diambil.",
        "This is no file of changes that wait, of this hub, or it is damaged; nothing was taken.",
    ),
    "already_running": Sentence(
        "Sinkronisasi sedang berjalan.",
        "A sync run is under way.",
    ),
    "verification_running": Sentence(
        "Pemeriksaan data sedang berjalan; hasilnya tampak di Kesehatan. Data aman.",
        "The data is being verified already; Health shows what is found. The data is safe.",
    ),
    "disk_unwritable": Sentence(
        "Disk mesin ini penuh atau tidak dapat ditulis. Yang sudah tersimpan aman. Kosongkan ruang "
        "atau periksa disknya, lalu ulangi.",
        "The disk of this machine is full or cannot be written. What was saved is safe. Make room "
        "or look at the disk, then do it again.",
    ),
    "verification_failed": Sentence(
        "Pemeriksaan data berhenti sebelum selesai; tidak ada yang berubah. Ulangi; bila tetap "
        "begitu, lihat log layanan.",
        "The verification of the data ended before it was done; nothing changed. Do it again; if "
        "it stays so, look at the log of the service.",
    ),
    "unreachable": Sentence(
        "Pusat tidak dapat dihubungi. Data aman di sini dan dikirim pada kesempatan berikutnya.",
        "The centre cannot be reached. The data is safe here and is sent at the next opportunity.",
    ),
    "no_progress": Sentence(
        "Sinkronisasi tidak maju dan dihentikan; akan dicoba lagi. Data aman di sini.",
        "The sync run made no progress and was stopped; it is tried again. The data is safe here.",
    ),
    "backup_refused": Sentence(
        "Cadangan ini tidak dapat dibuka dengan kunci itu, rusak, atau dari versi lain; tidak ada "
        "yang berubah.",
        "This backup cannot be opened with those keys, is damaged, or of another version; nothing "
        "changed.",
    ),
    "backup_failed": Sentence(
        "Cadangan terjadwal tidak dapat ditulis. Data di node ini aman; cadangan lama tetap ada.",
        "The scheduled backup cannot be written. The data of this node is safe; older backups "
        "stay.",
    ),
    "sync_silent": Sentence(
        "Sudah dua kali jarak jadwal tidak ada sinkronisasi yang berhasil. Data aman di sini dan "
        "dikirim begitu tersambung.",
        "For twice the time between runs none has succeeded. The data is safe here and is sent as "
        "soon as there is a connection.",
    ),
    "sample_draft": Sentence(
        "Ini data contoh: tidak pernah ditandatangani dan tidak pernah dikirim. Tulis inovasi hub "
        "ini sebagai draf yang baru.",
        "This is sample data: it is never signed and never sent. Write this hub's innovation as a "
        "new draft.",
    ),
    "run_stopped": Sentence(
        "Sinkronisasi dihentikan di node ini. Data aman; dilanjutkan pada yang berikut.",
        "The sync run was stopped at this node. The data is safe; the next run goes on from here.",
    ),
    "courier_exported": Sentence(
        "Perubahan ditulis ke berkas kurir; bawa ke pusat, lalu impor jawabannya.",
        "The changes were written to a courier file; take it to the centre, then import its "
        "answer.",
    ),
    "courier_mark_missing": Sentence(
        "Mesin ini tidak tahu apa yang pernah ditandatanganinya, jadi tidak ada yang "
        "ditandatangani. Data aman di sini. Jalankan hubnode sync now sekali lewat jaringan.",
        "This machine does not know what it has signed before, so nothing is signed. The data is "
        "safe here. Run hubnode sync now once over a network.",
    ),
    "courier_mark_ahead": Sentence(
        "Mesin ini pernah menandatangani perubahan yang tidak ada di basis data, jadi cadangan "
        "lama telah dipulihkan. Tidak ada yang ditandatangani; data aman di sini. Impor berkas "
        "kurir yang dibuat pusat dengan --own-log, atau jalankan hubnode sync now.",
        "This machine has signed changes that its database does not have, so an old backup was "
        "restored. Nothing is signed; the data is safe here. Import a courier file that the "
        "centre made with --own-log, or run hubnode sync now.",
    ),
    "courier_own_log_missing": Sentence(
        "Salinan log hub ini di pusat lebih panjang atau berbeda, dan berkas kurir ini tidak "
        "memuatnya. Data aman di sini. Minta berkas yang dibuat pusat dengan --own-log.",
        "The centre's copy of this hub's log is longer or another, and this courier file does not "
        "hold it. The data is safe here. Ask the centre for a file made with --own-log.",
    ),
    "courier_part_missing": Sentence(
        "Berkas kurir ini tidak memuat semua yang disebutkannya; yang sah sudah disimpan. Minta "
        "berkas baru dari pusat.",
        "This courier file does not hold all that it names; what is valid was kept. Ask the centre "
        "for another file.",
    ),
    "hub_not_active": Sentence(
        "Pusat belum atau tidak lagi menerima perubahan hub ini. Data aman di sini.",
        "The centre does not take changes of this hub yet, or no longer. The data is safe here.",
    ),
}


def known_sentence(code: str) -> Sentence | None:
    """The sentence of a code: this side's, the recovery table's or the protocol's."""
    if code in OWN:
        return OWN[code]
    for rule in RULES:
        if rule.code == code:
            return Sentence(rule.id, rule.en)
    if code in PROBLEMS:
        return Sentence(PROBLEMS[code].id, PROBLEMS[code].en)
    return None


def sentence_of(code: str) -> Sentence:
    """The sentence of a refusal; of one that this version does not know it is the code."""
    return known_sentence(code) or Sentence(
        f"Pusat menolak permintaan ({code}). Data aman di sini.",
        f"The centre refused the request ({code}). The data is safe here.",
    )
