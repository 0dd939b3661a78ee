"""What a hub's trouble means to the admin who reads of it: by the code that the hub reports."""

from collections.abc import Mapping

from runtime.sentences import Sentence

TROUBLES: Mapping[str, Sentence] = {
    "own_log_diverged": Sentence(
        "Log hub dan salinannya di sini telah berpisah: cadangan lama dipulihkan dan dipakai, atau "
        "ada mesin kembar. Hub tidak mengirim apa pun sampai operatornya menjalankan hubnode "
        "recover; cabang di sini tetap.",
        "Its log and the copy here have parted: an old backup was restored and used, or there is a "
        "twin machine. It sends nothing until its operator says hubnode recover; the branch here "
        "stands.",
    ),
    "own_log_rejoined": Sentence(
        "Log hub pernah berpisah dari salinan di sini dan berlanjut dari salinan itu; yang hanya "
        "ada di mesin itu dikirim lagi. Hub menyimpan bukti kedua cabang.",
        "Its log had parted from the copy here and goes on from it; what only that machine had is "
        "sent again. The hub keeps evidence of both branches.",
    ),
    "issued_mark_ahead": Sentence(
        "Hub pernah menandatangani perubahan yang tidak ada di kedua sisi: cadangan lama "
        "dipulihkan. Hub tidak mengirim apa pun sampai operatornya memulihkan cadangan yang lebih "
        "baru atau menjalankan hubnode recover.",
        "It has signed changes that neither side has: an old backup was restored. It sends nothing "
        "until its operator restores a newer one or says hubnode recover.",
    ),
    "issued_mark_dropped": Sentence(
        "Hub melepaskan perubahan yang pernah ditandatanganinya dan tidak ada di kedua sisi.",
        "It gave up changes that it had signed and that neither side has.",
    ),
    "own_log_stuck": Sentence(
        "Salinan di sini memuat tanda tangan hub atas perubahan yang tidak pernah tiba dan tidak "
        "dimilikinya. Hanya mesin yang menandatanganinya, atau central hub reinvite, yang dapat "
        "mengakhirinya.",
        "The copy here holds its signature over changes that never came and that it does not have. "
        "Only the machine that signed them, or central hub reinvite, ends this.",
    ),
    "damage_found": Sentence(
        "Hub menemukan kerusakan di disknya; operatornya perlu menjalankan hubnode recover.",
        "It has found damage on its disk; its operator says hubnode recover.",
    ),
    "disk_damaged": Sentence(
        "Disk hub pernah rusak; yang ada di sini diambil lagi, sisanya dikirim lagi.",
        "Its disk was damaged; what is here was fetched again, the rest is sent again.",
    ),
    "identity_in_use": Sentence(
        "Dua mesin berjalan dengan identitas hub ini; salah satunya dihentikan.",
        "Two machines run with its identity; one of them is stopped.",
    ),
    "centre_lost_entries": Sentence(
        "Hub memegang tanda terima atas perubahan yang tidak ada lagi di sini: pusat ini "
        "dipulihkan dari cadangan lama.",
        "It holds receipts for changes that are not here any more: this centre was restored from "
        "an old backup.",
    ),
    "national_log_behind": Sentence(
        "Hub pernah melihat log nasional yang lebih besar daripada yang ada di sini: pusat ini "
        "dipulihkan dari cadangan lama.",
        "It has seen a larger national log than the one here: this centre was restored from an old "
        "backup.",
    ),
    "national_log_forked": Sentence(
        "Hub pernah melihat log nasional yang lain daripada yang ada di sini. Simpan semuanya; "
        "mintalah buktinya.",
        "It has seen another national log than the one here. Keep everything; ask it for its "
        "evidence.",
    ),
    "receipt_not_honoured": Sentence(
        "Hub memegang tanda terima atas perubahan yang tidak diputuskan dalam satu jam.",
        "It holds a receipt for changes that were not decided within the hour.",
    ),
}


def sentence_of(code: str) -> Sentence:
    """The sentence of a code; of one that is no trouble of the table, the code itself."""
    found = TROUBLES.get(code)
    if found is not None:
        return found
    return Sentence(
        f"Sinkronisasi terakhirnya berakhir dengan `{code}`.", f"Its last run ended with `{code}`."
    )
