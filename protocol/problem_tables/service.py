"""What is wrong with a request, a courier file, or the service itself."""

from protocol.problem_tables.problem import Problem

SERVICE = (
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
        "export_format_missing",
        404,
        "operator",
        "Pusat ini tidak membuat berkas berformat itu.",
        "This centre does not make files of that format.",
    ),
    Problem(
        "export_too_large",
        400,
        "after_fix",
        "Hasil pencarian ini terlalu banyak untuk satu berkas.",
        "The search finds more than one file holds.",
    ),
    Problem(
        "account_taken",
        409,
        "after_fix",
        "Nama akun ini sudah dipakai.",
        "There is an account of that name.",
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
