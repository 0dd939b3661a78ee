"""What is wrong with a token of another system, or with a webhook."""

from protocol.problem_tables.problem import Problem

INTEGRATIONS = (
    Problem(
        "token_missing",
        401,
        "after_fix",
        "Alamat ini meminta token; kirim header Authorization: Bearer.",
        "This address asks for a token; send the header Authorization: Bearer.",
    ),
    Problem(
        "token_invalid",
        401,
        "operator",
        "Token ini tidak berlaku: salah ketik, kedaluwarsa, dicabut, atau bukan dari pusat ini.",
        "This token does not count: mistyped, expired, revoked, or not of this centre.",
    ),
    Problem(
        "scope_missing",
        403,
        "operator",
        "Token ini tidak mencakup alamat ini; minta token dengan cakupan yang disebutkan.",
        "This token is not for this address; ask for one with the scope that is named.",
    ),
    Problem(
        "token_unknown",
        404,
        "never",
        "Tidak ada token dengan nomor itu.",
        "There is no token of that id.",
    ),
    Problem(
        "token_malformed",
        422,
        "after_fix",
        "Nama, cakupan, atau masa berlaku token tidak sah; tidak ada yang dibuat.",
        "The name, the scopes or the lifetime of the token is not valid; nothing was made.",
    ),
    Problem(
        "webhook_unknown",
        404,
        "never",
        "Tidak ada webhook dengan nomor itu.",
        "There is no webhook of that id.",
    ),
    Problem(
        "webhook_malformed",
        422,
        "after_fix",
        "Alamat atau jenis peristiwa webhook tidak sah; tidak ada yang disimpan.",
        "The address or the types of events of the webhook are not valid; nothing was kept.",
    ),
    Problem(
        "webhook_address_refused",
        422,
        "operator",
        "Alamat itu menuju ke dalam jaringan, bukan ke internet umum; tidak ada yang disimpan.",
        "That address leads inside a network and not to the public internet; nothing was kept.",
    ),
    Problem(
        "webhooks_too_many",
        409,
        "operator",
        "Jumlah webhook sudah mencapai batas; hapus yang tidak dipakai lagi.",
        "There are as many webhooks as there may be; remove one that is not used.",
    ),
    Problem(
        "webhook_disabled",
        409,
        "after_fix",
        "Webhook ini tidak aktif; aktifkan lebih dahulu.",
        "This webhook is disabled; enable it first.",
    ),
    Problem(
        "webhook_token_over",
        409,
        "operator",
        "Token yang menambahkan webhook ini sudah kedaluwarsa atau dicabut; tambahkan webhook "
        "baru.",
        "The token that added this webhook has expired or was revoked; add another webhook.",
    ),
    Problem(
        "webhook_test_too_soon",
        429,
        "after",
        "Percobaan terakhir baru saja dikirim; tunggu sebentar.",
        "The last test was sent a moment ago; wait a little.",
    ),
    Problem(
        "delivery_unknown",
        404,
        "never",
        "Pengiriman itu tidak ada, atau sudah dihapus setelah 30 hari.",
        "There is no such delivery, or it was forgotten after 30 days.",
    ),
)
