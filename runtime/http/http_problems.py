"""The refusals of HTTP itself, as data: what no protocol message has a code for."""

from collections.abc import Mapping

from protocol.problem_tables.problem import Problem

_ROWS: tuple[Problem, ...] = (
    Problem(
        code="request_malformed",
        status=400,
        retry="after_fix",
        id="Permintaan tidak dapat dibaca.",
        en="The request cannot be read.",
    ),
    Problem(
        code="body_truncated",
        status=400,
        retry="now",
        id="Isi permintaan terpotong di perjalanan.",
        en="The body of the request was cut on its way.",
    ),
    Problem(
        code="body_corrupt",
        status=400,
        retry="now",
        id="Isi permintaan rusak: tidak sesuai dengan cara pemampatannya.",
        en="The body of the request is damaged: it is not what its Content-Encoding says.",
    ),
    Problem(
        code="request_unsigned",
        status=401,
        retry="after_fix",
        id="Permintaan ini hanya untuk hub yang terdaftar dan harus ditandatangani.",
        en="This request is for enrolled hubs only and has to be signed.",
    ),
    Problem(
        code="request_signature_malformed",
        status=401,
        retry="after_fix",
        id="Tanda tangan permintaan tidak berbentuk seperti yang ditentukan.",
        en="The signature of the request does not have the form that is laid down.",
    ),
    Problem(
        code="request_signature_refused",
        status=401,
        retry="operator",
        id="Tanda tangan permintaan tidak cocok dengan kunci hub yang terdaftar.",
        en="The signature of the request does not match the enrolled key of the hub.",
    ),
    Problem(
        code="request_digest_wrong",
        status=401,
        retry="now",
        id="Isi permintaan berubah di perjalanan.",
        en="The body of the request was changed on its way.",
    ),
    Problem(
        code="request_for_another_authority",
        status=401,
        retry="operator",
        id="Permintaan ini ditujukan kepada otoritas lain.",
        en="This request is meant for another authority.",
    ),
    Problem(
        code="request_expired",
        status=401,
        retry="now",
        id="Jam komputer ini berbeda terlalu jauh dari jam pusat.",
        en="The clock of the sender is too far from the centre's.",
    ),
    Problem(
        code="method_not_allowed",
        status=405,
        retry="never",
        id="Alamat ini tidak menerima metode tersebut.",
        en="This address does not take that method.",
    ),
    Problem(
        code="body_too_slow",
        status=408,
        retry="after",
        id="Isi permintaan datang terlalu lambat.",
        en="The body of the request came too slowly.",
    ),
    Problem(
        code="body_too_large",
        status=413,
        retry="after_fix",
        id="Isi permintaan melebihi batas.",
        en="The body of the request is over the limit.",
    ),
    Problem(
        code="body_encoding_unknown",
        status=415,
        retry="after_fix",
        id="Cara pemampatan isi permintaan tidak dikenal; gzip dan zstd dikenal.",
        en="The Content-Encoding of the request is not understood; gzip and zstd are.",
    ),
    Problem(
        code="body_type_unknown",
        status=415,
        retry="after_fix",
        id="Jenis isi permintaan bukan yang diharapkan di alamat ini.",
        en="The Content-Type of the request is not the one this address takes.",
    ),
    Problem(
        code="expectation_failed",
        status=417,
        retry="after_fix",
        id="Header Expect tidak dapat dipenuhi.",
        en="The header Expect cannot be met.",
    ),
    Problem(
        code="protocol_version_unsupported",
        status=426,
        retry="operator",
        id="Versi protokol tidak didukung; perbarui perangkat lunak hub.",
        en="The protocol version is not supported; upgrade the hub's software.",
    ),
    Problem(
        code="busy",
        status=503,
        retry="after",
        id="Terlalu banyak permintaan sekaligus; coba lagi sebentar lagi.",
        en="Too many requests at once; try again shortly.",
    ),
    Problem(
        code="form_expired",
        status=403,
        retry="now",
        id="Formulir ini bukan dari sesi Anda sekarang; tidak ada yang disimpan. Kembali, muat "
        "ulang halamannya, lalu kirim lagi.",
        en="This form is not of your present session; nothing was saved. Go back, reload the page "
        "and send it again.",
    ),
    Problem(
        code="role_missing",
        status=403,
        retry="operator",
        id="Peran akun Anda tidak mencakup ini; tidak ada yang berubah. Minta operator hub, atau "
        "administrator bila di pusat.",
        en="The role of your account does not include this; nothing changed. Ask the hub's "
        "operator, or at the centre its administrator.",
    ),
    Problem(
        code="last_operator",
        status=409,
        retry="after_fix",
        id="Node ini harus mempunyai paling sedikit satu operator yang aktif; tidak ada yang "
        "berubah. Jadikan orang lain operator lebih dahulu.",
        en="This node needs at least one active operator; nothing changed. Make somebody else an "
        "operator first.",
    ),
    Problem(
        code="last_administrator",
        status=409,
        retry="after_fix",
        id="Pusat harus mempunyai paling sedikit satu administrator yang aktif; tidak ada yang "
        "berubah. Jadikan orang lain administrator lebih dahulu.",
        en="The centre needs at least one active administrator; nothing changed. Make somebody "
        "else an administrator first.",
    ),
    Problem(
        code="seen_is_old",
        status=409,
        retry="after_fix",
        id="Sementara halaman itu terbuka, keadaannya sudah berubah; tidak ada yang disimpan. "
        "Tinjau keadaan sekarang, lalu putuskan lagi.",
        en="While that page was open, things changed; nothing was saved. Look at how they are "
        "now, and decide again.",
    ),
    Problem(
        code="http_version_unsupported",
        status=505,
        retry="never",
        id="Hanya HTTP/1.0 dan HTTP/1.1 yang dilayani.",
        en="Only HTTP/1.0 and HTTP/1.1 are served.",
    ),
)

HTTP_PROBLEMS: Mapping[str, Problem] = {problem.code: problem for problem in _ROWS}
