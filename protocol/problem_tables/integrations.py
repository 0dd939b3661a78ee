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
)
