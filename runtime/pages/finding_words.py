"""What a finding of the schema, or an error of an imported row, says in the reader's language.

The programs below the pages speak Indonesian, with the limits and the texts that are at fault.
Readers of another language get a sentence by the code, which is stable.
"""

from protocol.innovation.explaining import Finding
from protocol.innovation.privacy import PRIVACY
from runtime.pages.field_words import Reader
from runtime.pages.likeness_words import likeness_sentence, told_likeness
from runtime.pages.translating import INDONESIAN, msg

SENTENCES = {
    "required": msg("Wajib diisi."),
    "too_short": msg("Terlalu pendek."),
    "too_long": msg("Terlalu panjang."),
    "too_many_words": msg("Terlalu banyak kata."),
    "not_allowed": msg("Pilih salah satu yang ditawarkan, tanpa mengulang."),
    "out_of_range": msg("Bilangan ini di luar batas."),
    "bad_format": msg("Tidak ditulis seperti yang diminta."),
    "unknown_field": msg("Isian ini tidak dikenal."),
    "unknown_region": msg("Kode wilayah ini tidak ada dalam daftar Kemendagri."),
    "placeholder": msg("Tulis judul yang sebenarnya."),
    "date_order": msg("Mulai penerapan tidak boleh sebelum mulai uji coba."),
    "date_range": msg("Isi tahun atau tanggal dari 1990 sampai hari ini."),
    "change_too_large": msg("Terlalu besar untuk satu entri; pendekkan isian terpanjang."),
    "key_missing": msg("Kunci baris ini kosong."),
    "key_repeated": msg("Kunci baris ini muncul dua kali."),
    "surplus_cells": msg(
        "Baris ini punya sel di luar kolom terakhir; periksa pemisah dan tanda kutipnya."
    ),
    "value_unmapped": msg("Nilai ini tidak ada dalam pemetaan."),
    "contradiction": msg("Kolom-kolomnya saling bertentangan."),
    "record_given": msg("Inovasi dari baris ini telah diserahkan kepada hub lain."),
}
"""By code."""

_SHAPE = "bad_format"

PRIVATE = msg("Memuat data pribadi. Hapus sebelum diterbitkan.")
"""Of every kind of it."""


PRIVATE_KINDS = {
    "email": msg("alamat surel"),
    "phone": msg("nomor telepon"),
    "nik": msg("NIK"),
    "nip": msg("NIP"),
}
"""By kind of a finding of personal data (`protocol.innovation.privacy`)."""


def finding_sentence(reader: Reader, finding: Finding) -> str:
    """What a finding says; in Indonesian with its limits."""
    field = finding.pointer.removeprefix("/").replace("/", ".")
    return error_sentence(reader, finding.code, finding.message, field=field)


def error_sentence(reader: Reader, code: str, message: str, *, field: str = "") -> str:
    """What an error says.

    Args:
        reader: who reads it.
        code: of the error.
        message: the Indonesian sentence that came with it; a reader of another language gets it
            too where the code has no sentence.
        field: path of the field, whose form is said where a text does not have it.
    """
    general = PRIVATE if code.startswith(PRIVACY) else SENTENCES.get(code)
    if reader.language == INDONESIAN:
        return message
    if told := told_likeness(reader.say, code, message):
        return likeness_sentence(reader.say, told)
    if general is None:
        return message
    hint = reader.hint(field) if code == _SHAPE and field else ""
    return f"{reader.say(general)} {hint}".rstrip()
