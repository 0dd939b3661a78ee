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
        "identity_in_use",
        403,
        "operator",
        "Identitas hub ini dipakai mesin lain. Mesin ini dihentikan; data aman di sini. Matikan "
        "salah satu, lalu jalankan hubnode adopt di mesin yang dipakai.",
        "Another machine uses this hub's identity. This one is stopped; the data is safe here. "
        "Switch one of them off, then run hubnode adopt on the one that stays.",
    ),
    Problem(
        "second_admin_needed",
        403,
        "operator",
        "Perlu dua admin; akun lain harus meminta hal yang sama.",
        "Two admins are needed; another account has to ask for the same.",
    ),
    Problem(
        "rotation_refused",
        400,
        "never",
        "Penggantian kunci ini tidak sah; kunci lama tetap berlaku.",
        "This rotation is not valid; the old key stays.",
    ),
    Problem(
        "hub_retired",
        403,
        "operator",
        "Hub ini sudah ditutup; inovasinya ada pada hub lain. Data di node tetap aman.",
        "This hub is closed; its innovations belong to others. The data at the node is safe.",
    ),
    Problem(
        "hub_owns_records",
        409,
        "operator",
        "Hub ini masih memiliki inovasi; serahkan dahulu kepada hub lain.",
        "This hub still owns innovations; give them to another hub first.",
    ),
    Problem(
        "hub_undecided",
        409,
        "after",
        "Masih ada perubahan hub ini yang belum diputuskan; coba lagi sebentar lagi.",
        "Changes of this hub have no decision yet; try again shortly.",
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
        "record_given",
        409,
        "operator",
        "Inovasi ini telah diserahkan kepada hub lain; tidak ada yang disimpan.",
        "This innovation was given to another hub; nothing was saved.",
    ),
    Problem(
        "award_not_claimed",
        404,
        "operator",
        "Inovasi ini tidak menyebut penghargaan itu.",
        "This innovation claims no such award.",
    ),
    Problem(
        "award_ambiguous",
        409,
        "after_fix",
        "Inovasi ini menyebut penghargaan itu lebih dari sekali; sebutkan peringkatnya.",
        "This innovation claims that award more than once; say its rank.",
    ),
    Problem(
        "award_not_listed",
        422,
        "operator",
        "Penghargaan itu tidak ada dalam tabel rujukan untuk tahun tersebut.",
        "The reference table has no such award in that year.",
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
        "look_alike",
        409,
        "operator",
        "Inovasi baru ini hampir sama dengan inovasi hub lain; menunggu pemeriksaan pusat.",
        "This new innovation is nearly the same as another hub's; a person at the centre looks.",
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
        "contact_malformed",
        422,
        "after_fix",
        "Kontak ini belum lengkap; tidak ada yang disimpan.",
        "This contact is not complete; nothing was kept.",
    ),
    Problem(
        "campaign_unknown",
        404,
        "operator",
        "Kampanye pemutakhiran ini tidak ada.",
        "There is no such campaign.",
    ),
    Problem(
        "campaign_exists",
        409,
        "after_fix",
        "Kampanye dengan nama ini sudah pernah dibuka; pakai nama lain.",
        "A campaign of that id was opened already; take another id.",
    ),
    Problem(
        "campaign_closed",
        409,
        "never",
        "Kampanye pemutakhiran ini sudah ditutup; angkanya tidak berubah lagi.",
        "This campaign is closed; its numbers stand.",
    ),
    Problem(
        "campaign_malformed",
        422,
        "after_fix",
        "Kampanye tidak dapat dibuka seperti ini; tidak ada yang diputuskan.",
        "A campaign cannot be opened like this; nothing was decided.",
    ),
    Problem(
        "campaign_empty",
        422,
        "after_fix",
        "Tidak ada inovasi yang cocok dengan sasaran; kampanye tidak dibuka.",
        "No innovation fits the target; the campaign was not opened.",
    ),
    Problem(
        "not_targeted",
        409,
        "after_fix",
        "Kampanye ini tidak meminta inovasi itu; nyatakan tanpa menyebut kampanye.",
        "This campaign does not ask for that innovation; attest it without naming a campaign.",
    ),
    Problem(
        "not_waiting",
        409,
        "operator",
        "Perubahan ini tidak (lagi) menunggu keputusan orang.",
        "This change does not wait for a person, or no longer.",
    ),
    Problem(
        "two_people_needed",
        409,
        "operator",
        "Redaksi memerlukan persetujuan dua orang yang berbeda.",
        "A redaction needs the word of two different people.",
    ),
    Problem(
        "not_redactable",
        409,
        "operator",
        "Di sana tidak ada isi inovasi ini yang dapat diredaksi.",
        "There is no content of this record that could be redacted.",
    ),
    Problem(
        "redacted_already",
        409,
        "operator",
        "Isi ini sudah diredaksi.",
        "This was redacted already.",
    ),
    Problem(
        "not_written",
        409,
        "operator",
        "Entri ini tidak menulis isian itu.",
        "This entry did not write that field.",
    ),
    Problem(
        "still_waiting",
        409,
        "operator",
        "Perubahan ini masih menunggu keputusan; tolak dahulu.",
        "This change still waits for a person; refuse it first.",
    ),
    Problem(
        "redaction_too_large",
        413,
        "after_fix",
        "Sisa inovasi ini tidak muat dalam satu entri; redaksi lebih banyak isian.",
        "What is left of this record does not fit into an entry; redact more of its fields.",
    ),
    Problem(
        "moment_unclear",
        409,
        "after_fix",
        "Waktu di log nasional mundur di sekitar saat itu; sebut tempatnya.",
        "The times of the national log fall back across that moment; name a place instead.",
    ),
    Problem(
        "same_record",
        409,
        "never",
        "Sebuah inovasi dan dirinya sendiri bukan pasangan.",
        "A record and itself are no pair.",
    ),
    Problem(
        "field_contested",
        409,
        "after_fix",
        "Isian itu masih dalam benturan data; selesaikan dahulu.",
        "That field is in conflict; resolve that first.",
    ),
    Problem(
        "merged_already",
        409,
        "operator",
        "Inovasi ini sudah digabung ke inovasi lain.",
        "This record is merged into another already.",
    ),
    Problem(
        "not_merged",
        409,
        "operator",
        "Inovasi ini tidak sedang digabung.",
        "This record is not merged into another.",
    ),
    Problem(
        "decided_already",
        409,
        "operator",
        "Pasangan ini sudah diputus.",
        "This pair is decided already.",
    ),
    Problem(
        "not_decided",
        409,
        "operator",
        "Belum ada putusan tentang pasangan ini.",
        "Nothing is decided about this pair.",
    ),
    Problem(
        "replicates_itself",
        409,
        "operator",
        "Inovasi asal itu sendiri berasal dari inovasi ini.",
        "That original goes back to this record.",
    ),
    Problem(
        "flood",
        403,
        "operator",
        "Terlalu banyak inovasi diubah atau ditarik sekaligus; pusat memeriksanya dahulu.",
        "Too many records were rewritten or withdrawn at once; the centre looks first.",
    ),
    Problem(
        "replication_unknown",
        404,
        "operator",
        "Hub ini tidak mengikuti replikasi itu.",
        "This hub takes no part in such a replication.",
    ),
    Problem(
        "step_waiting",
        409,
        "after",
        "Satu langkah replikasi ini masih menunggu dikirim atau diputuskan; sinkronkan dahulu.",
        "A step of this replication still waits to be sent or decided; sync first.",
    ),
    Problem(
        "result_not_own",
        409,
        "after_fix",
        "Hasil replikasi harus inovasi milik hub ini sendiri.",
        "What came of a replication must be a record of this hub.",
    ),
    Problem(
        "step_out_of_order",
        409,
        "operator",
        "Langkah replikasi ini belum atau tidak lagi giliran hub ini.",
        "This step of the replication is not this hub's now.",
    ),
    Problem(
        "replications_full",
        409,
        "operator",
        "Terlalu banyak hub sedang mereplikasi inovasi ini.",
        "Too many hubs are replicating this innovation at once.",
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
        "courier_malformed",
        400,
        "after_fix",
        "Ini bukan berkas kurir yang sah; tidak ada yang disimpan.",
        "This is not a valid courier file; nothing was kept.",
    ),
    Problem(
        "courier_version",
        400,
        "operator",
        "Berkas kurir ini dibuat versi perangkat lunak lain; tidak ada yang disimpan.",
        "This courier file was made by another version of the software; nothing was kept.",
    ),
    Problem(
        "courier_truncated",
        400,
        "after_fix",
        "Berkas kurir ini terpotong; salin sekali lagi. Tidak ada yang disimpan.",
        "This courier file is cut; copy it once more. Nothing was kept.",
    ),
    Problem(
        "courier_altered",
        400,
        "after_fix",
        "Isi berkas kurir ini berubah di perjalanan; salin sekali lagi. Tidak ada yang disimpan.",
        "The contents of this courier file changed on the way; copy it once more. "
        "Nothing was kept.",
    ),
    Problem(
        "courier_too_large",
        413,
        "after_fix",
        "Berkas kurir ini terlalu besar; buat beberapa volume yang lebih kecil.",
        "This courier file is too large; make several smaller volumes.",
    ),
    Problem(
        "courier_foreign",
        409,
        "operator",
        "Berkas kurir ini untuk pihak lain; tidak ada yang disimpan.",
        "This courier file is for somebody else; nothing was kept.",
    ),
    Problem(
        "courier_volume_missing",
        409,
        "after_fix",
        "Berkas kurir yang mendahului ini belum diterima; tidak ada yang disimpan.",
        "The courier file before this one has not been taken yet; nothing was kept.",
    ),
    Problem(
        "courier_national_unknown",
        409,
        "operator",
        "Hub telah memeriksa log nasional yang tidak dimiliki pusat ini.",
        "The hub has checked a national log that this centre does not have.",
    ),
    Problem(
        "storage_full",
        507,
        "after",
        "Cakram pusat penuh; data tetap aman di node dan dikirim lagi nanti.",
        "The centre's disk is full; the data is safe at the node and is sent again later.",
    ),
    Problem(
        "centre_recovering",
        503,
        "after",
        "Pusat sedang dipulihkan dari cadangan lama dan mengambil kembali keputusan dari hub-hub. "
        "Data aman di sini; pengiriman berlanjut setelah pusat selesai.",
        "The centre is being recovered from an old backup and takes decisions back from the hubs. "
        "The data is safe here; sending goes on when the centre is done.",
    ),
    Problem(
        "hand_back_refused",
        409,
        "now",
        "Keputusan yang dikembalikan tidak bersambung dengan log nasional di pusat.",
        "The decisions that are handed back do not begin where the centre's national log ends.",
    ),
    Problem(
        "epoch_refused",
        422,
        "operator",
        "Log nasional yang baru tidak membawa serta apa yang disebutkannya.",
        "The new national log does not carry over what it names.",
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
