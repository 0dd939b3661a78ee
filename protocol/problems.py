"""Every refusal a person may meet: code, status, when to try again, and what to say.

RFC 9457 problem documents are made of these rows. A sentence says what happened, what is safe and
what to do; a code never changes its meaning. What HTTP alone refuses (`runtime.http`) is listed
there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from protocol.canonical import Json

Retry = Literal["now", "after", "after_fix", "operator", "never"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of refusal.

    Attributes:
        code: stable identifier.
        status: HTTP status.
        retry: when the same request may succeed: at once, after a while, after the sender mended
            it, after an operator acted, or never.
        id: the sentence in Indonesian.
        en: the sentence in English.
    """

    code: str
    status: int
    retry: Retry
    id: str
    en: str


_ROWS = (
    Problem(
        "protocol_error",
        400,
        "after_fix",
        "Pesan ini tidak sesuai protokol; tidak ada yang disimpan.",
        "This message breaks the protocol; nothing was kept.",
    ),
    Problem(
        "json_malformed",
        400,
        "after_fix",
        "Isi kiriman bukan JSON yang sah; tidak ada yang disimpan.",
        "The body is not valid JSON; nothing was kept.",
    ),
    Problem(
        "json_too_large",
        413,
        "after_fix",
        "JSON terlalu besar; kirim yang lebih kecil.",
        "The JSON is too large; send less.",
    ),
    Problem(
        "json_too_deep",
        400,
        "after_fix",
        "JSON bersarang terlalu dalam.",
        "The JSON is nested too deeply.",
    ),
    Problem(
        "json_not_utf8",
        400,
        "after_fix",
        "JSON harus berupa UTF-8.",
        "JSON must be UTF-8.",
    ),
    Problem(
        "json_duplicate_key",
        400,
        "after_fix",
        "Satu nama muncul dua kali dalam JSON.",
        "A name occurs twice in the JSON.",
    ),
    Problem(
        "json_bad_number",
        400,
        "after_fix",
        "Ada bilangan yang tidak dapat diwakili.",
        "A number cannot be represented.",
    ),
    Problem(
        "json_bad_string",
        400,
        "after_fix",
        "Ada teks yang rusak dalam JSON.",
        "A string in the JSON is broken.",
    ),
    Problem(
        "entry_not_canonical",
        400,
        "never",
        "Entri ini tidak ditulis dalam bentuk baku; disimpan, tetapi tidak berlaku.",
        "This entry is not in canonical form; it is kept and does not count.",
    ),
    Problem(
        "entry_too_large",
        413,
        "after_fix",
        "Entri melebihi 65.535 bita; pendekkan isiannya.",
        "The entry is over 65,535 bytes; shorten it.",
    ),
    Problem(
        "change_too_large",
        413,
        "after_fix",
        "Perubahan melebihi 61.440 bita; pendekkan isian terpanjang lalu simpan lagi.",
        "The change is over 61,440 bytes; shorten the longest field and save again.",
    ),
    Problem(
        "key_refused",
        400,
        "after_fix",
        "Kunci ini tidak sah.",
        "This key is not acceptable.",
    ),
    Problem(
        "key_weak",
        400,
        "never",
        "Kunci ini lemah dan tidak diterima.",
        "This key is weak and is not accepted.",
    ),
    Problem(
        "proof_refused",
        422,
        "operator",
        "Bukti tidak cocok dengan log; tidak ada yang diubah.",
        "The proof does not fit the log; nothing was changed.",
    ),
    Problem(
        "note_malformed",
        400,
        "after_fix",
        "Catatan bertanda tangan ini rusak.",
        "This signed note is malformed.",
    ),
    Problem(
        "signature_refused",
        403,
        "operator",
        "Tanda tangan tidak sah atau kuncinya tidak dikenal.",
        "The signature is not valid, or its key is not known.",
    ),
    Problem(
        "checkpoint_malformed",
        400,
        "after_fix",
        "Titik periksa ini rusak.",
        "This checkpoint is malformed.",
    ),
    Problem(
        "checkpoint_bad_root",
        422,
        "operator",
        "Titik periksa log kosong memiliki akar yang salah.",
        "The checkpoint of an empty log has another root.",
    ),
    Problem(
        "checkpoint_other_origin",
        404,
        "operator",
        "Titik periksa ini milik log lain.",
        "This checkpoint is of another log.",
    ),
    Problem(
        "tile_malformed",
        400,
        "never",
        "Alamat atau isi ubin log ini rusak.",
        "This tile's address or bytes are malformed.",
    ),
    Problem(
        "entries_malformed",
        400,
        "after_fix",
        "Kiriman entri rusak; yang sudah diperiksa tetap tersimpan.",
        "The entries are malformed; what was verified is kept.",
    ),
    Problem(
        "message_malformed",
        400,
        "after_fix",
        "Pesan ini rusak; tidak ada yang disimpan.",
        "This message is malformed; nothing was kept.",
    ),
    Problem(
        "proof_file_malformed",
        400,
        "after_fix",
        "Berkas bukti ini rusak atau terpotong.",
        "This proof file is malformed or cut.",
    ),
    Problem(
        "evidence_malformed",
        400,
        "after_fix",
        "Berkas bukti ini rusak atau terpotong.",
        "This evidence file is malformed or cut.",
    ),
    Problem(
        "evidence_refused",
        422,
        "never",
        "Berkas bukti ini tidak membuktikan apa yang dinyatakannya.",
        "This evidence file does not show what it claims.",
    ),
    Problem(
        "witnesses_missing",
        422,
        "after",
        "Titik periksa ini belum disaksikan oleh cukup banyak saksi yang dipercaya.",
        "Too few of the trusted witnesses have cosigned this checkpoint.",
    ),
    Problem(
        "invitation_malformed",
        400,
        "after_fix",
        "Undangan salah ketik atau terpotong; salin sekali lagi seluruhnya.",
        "The invitation is mistyped or cut; copy all of it again.",
    ),
    Problem(
        "enrolment_refused",
        400,
        "operator",
        "Pendaftaran ditolak karena isinya tidak lengkap atau kuncinya tidak terbukti.",
        "Enrolment was refused: it is incomplete or does not prove its keys.",
    ),
    Problem(
        "entry_void",
        400,
        "never",
        "Entri tidak dapat dipahami; disimpan, tetapi tidak berlaku.",
        "The entry cannot be understood; it is kept and does not count.",
    ),
    Problem(
        "entry_unknown_type",
        400,
        "never",
        "Jenis entri tidak dikenal; disimpan, tetapi tidak berlaku.",
        "The entry's type is unknown; it is kept and does not count.",
    ),
    Problem(
        "entry_member_missing",
        400,
        "never",
        "Entri kekurangan bagian; disimpan, tetapi tidak berlaku.",
        "The entry lacks a member; it is kept and does not count.",
    ),
    Problem(
        "entry_member_invalid",
        400,
        "never",
        "Bagian entri tidak sah; disimpan, tetapi tidak berlaku.",
        "A member of the entry is invalid; it is kept and does not count.",
    ),
    Problem(
        "entry_unknown_member",
        400,
        "never",
        "Entri memuat bagian yang tidak dikenal; disimpan, tetapi tidak berlaku.",
        "The entry has an unknown member; it is kept and does not count.",
    ),
    Problem(
        "foreign_log",
        400,
        "never",
        "Log ini dibuka untuk pusat atau hub lain.",
        "This log was opened for another centre or hub.",
    ),
    Problem(
        "log_unopened",
        422,
        "never",
        "Entri pertama sebuah log harus membuka log itu.",
        "The first entry of a log has to open it.",
    ),
    Problem(
        "unknown_origin",
        404,
        "operator",
        "Log ini belum terdaftar di pusat.",
        "This log is not enrolled at the centre.",
    ),
    Problem(
        "unknown_hub",
        404,
        "operator",
        "Hub ini tidak dikenal.",
        "This hub is not known.",
    ),
    Problem(
        "hub_suspended",
        403,
        "operator",
        "Hub ini ditangguhkan; data tetap aman di node.",
        "This hub is suspended; the data is safe at the node.",
    ),
    Problem(
        "key_revoked",
        403,
        "operator",
        "Kunci hub ini telah dicabut; data tetap aman di node. Hubungi pusat.",
        "This hub's key is revoked; the data is safe at the node. Ask the centre.",
    ),
    Problem(
        "no_pending_checkpoint",
        422,
        "now",
        "Belum ada titik periksa; kirim add-checkpoint dahulu.",
        "There is no pending checkpoint; send add-checkpoint first.",
    ),
    Problem(
        "package_refused",
        422,
        "operator",
        "Paket entri tidak cocok dengan titik periksa.",
        "The entry package does not fit the checkpoint.",
    ),
    Problem(
        "size_conflict",
        409,
        "now",
        "Pusat memegang ukuran log yang lain; lanjutkan dari ukuran itu.",
        "The centre holds another size of the log; go on from there.",
    ),
    Problem(
        "upload_conflict",
        409,
        "now",
        "Pusat memerlukan entri dari indeks lain; lanjutkan dari sana.",
        "The centre needs entries from another index; go on from there.",
    ),
    Problem(
        "bad_old_size",
        400,
        "after_fix",
        "Ukuran lama lebih besar daripada titik periksa.",
        "The old size is larger than the checkpoint.",
    ),
    Problem(
        "equivocation",
        409,
        "never",
        "Dua log berbeda ditandatangani dengan nama yang sama; keduanya disimpan sebagai bukti.",
        "Two different logs were signed under one name; both are kept as evidence.",
    ),
    Problem(
        "invitation_unknown",
        403,
        "operator",
        "Undangan tidak dikenal; minta undangan baru kepada pusat.",
        "The invitation is unknown; ask the centre for a new one.",
    ),
    Problem(
        "invitation_used",
        403,
        "operator",
        "Undangan sudah dipakai; minta undangan baru kepada pusat.",
        "The invitation has been used; ask the centre for a new one.",
    ),
    Problem(
        "invitation_expired",
        403,
        "operator",
        "Undangan sudah kedaluwarsa; minta undangan baru kepada pusat.",
        "The invitation has expired; ask the centre for a new one.",
    ),
    Problem(
        "key_in_use",
        409,
        "operator",
        "Kunci ini sudah dipakai hub lain.",
        "Another hub uses this key.",
    ),
    Problem(
        "unknown_record",
        404,
        "operator",
        "Inovasi ini tidak ada.",
        "There is no such innovation.",
    ),
    Problem(
        "conflict_unknown",
        404,
        "operator",
        "Tidak ada benturan pada isian itu.",
        "There is no conflict on that field.",
    ),
    Problem(
        "schema_invalid",
        422,
        "after_fix",
        "Isian belum memenuhi skema; perbaiki lalu terbitkan lagi.",
        "The record does not meet the schema; mend it and publish again.",
    ),
    Problem(
        "schema_unknown",
        422,
        "operator",
        "Versi skema belum dikenal pusat; perubahan disimpan sampai pusat diperbarui.",
        "The centre does not know this schema version yet; the change is kept.",
    ),
    Problem(
        "privacy_finding",
        422,
        "after_fix",
        "Teks memuat data pribadi; hapus lalu terbitkan lagi.",
        "The text holds personal data; remove it and publish again.",
    ),
    Problem(
        "not_owner",
        409,
        "operator",
        "Inovasi ini milik hub lain; perubahan menjadi usulan.",
        "Another hub owns this innovation; the change is a proposal.",
    ),
    Problem(
        "seen_ahead",
        422,
        "operator",
        "Perubahan mengaku melihat log yang belum ada.",
        "The change claims to have seen a log that does not exist yet.",
    ),
    Problem(
        "seen_behind",
        409,
        "after_fix",
        "Isian ini sudah sering berubah sejak dilihat; muat ulang inovasi lalu ubah lagi.",
        "This field changed many times since it was seen; look at it again and save again.",
    ),
    Problem(
        "not_waiting",
        409,
        "operator",
        "Perubahan ini tidak (lagi) menunggu keputusan orang.",
        "This change does not wait for a person, or no longer.",
    ),
    Problem(
        "decision_failed",
        500,
        "operator",
        "Pusat gagal memutuskan perubahan ini; data aman di log hub dan menunggu admin pusat.",
        "The centre failed to decide this change; it is safe in the hub's log, for its admin.",
    ),
    Problem(
        "not_found",
        404,
        "never",
        "Halaman atau data ini tidak ada.",
        "There is nothing at this address.",
    ),
    Problem(
        "bad_query",
        400,
        "after_fix",
        "Parameter pencarian tidak sah.",
        "A query parameter is not valid.",
    ),
    Problem(
        "bad_cursor",
        400,
        "after_fix",
        "Penanda halaman tidak sah; mulai lagi dari halaman pertama.",
        "The cursor is not valid; start again from the first page.",
    ),
    Problem(
        "storage_full",
        507,
        "after",
        "Cakram pusat penuh; data tetap aman di node dan dikirim lagi nanti.",
        "The centre's disk is full; the data is safe at the node and is sent again later.",
    ),
    Problem(
        "service_unavailable",
        503,
        "after",
        "Layanan sedang sibuk; coba lagi sebentar lagi.",
        "The service is busy; try again shortly.",
    ),
    Problem(
        "internal",
        500,
        "after",
        "Terjadi kesalahan pada layanan; tidak ada data yang hilang.",
        "The service made a mistake; no data is lost.",
    ),
)

PROBLEMS: Mapping[str, Problem] = {problem.code: problem for problem in _ROWS}


def problem_document(
    code: str, *, detail: str = "", errors: Sequence[Mapping[str, Json]] = ()
) -> dict[str, Json]:
    """The RFC 9457 document of a code; a code that is not in the table is `internal`.

    Args:
        code: of `PROBLEMS`.
        detail: one sentence on this occurrence.
        errors: `{pointer, code, message}` for each fault in the body.
    """
    problem = PROBLEMS.get(code, PROBLEMS["internal"])
    document: dict[str, Json] = {
        "type": f"urn:jipp:problem:{problem.code}",
        "title": problem.en,
        "status": problem.status,
        "code": problem.code,
        "retry": problem.retry,
        "text_id": problem.id,
        "text_en": problem.en,
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = [dict(error) for error in errors]
    return document
