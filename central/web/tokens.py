"""Token: what lets other systems read more than anybody may; each is shown once."""

from collections.abc import Mapping

from aiohttp import web

from central import tokens
from central.public_text import TextRefused
from central.scope import Scope
from central.store import tokens as store
from central.tokens import TokenRefused
from central.web.agencies import AGENCY_WORDS
from central.web.serving import DESK
from central.web.visit import Visit
from protocol.decimals import parse_decimal
from runtime.http.problem_responses import Refused
from runtime.pages.own_session import own_password_fault
from runtime.pages.translating import msg

TOKENS = f"{DESK}/token"
LIFETIMES = (30, 90, 180, 366)
LIFETIME = 180

SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.HUBS_READ: msg("membaca keadaan tiap hub: yang tertinggal, versi, gangguan terakhir"),
    Scope.CASES_READ: msg("membaca benturan, dugaan ganda, dan perubahan yang ditahan"),
    Scope.WEBHOOKS_WRITE: msg("menambah dan menghapus webhook-nya sendiri"),
}
STATES: Mapping[str, tuple[str, str, str]] = {
    "active": ("good", "✓", msg("Berlaku")),
    "expired": ("", "\N{EN DASH}", msg("Kedaluwarsa")),
    "revoked": ("", "\N{EN DASH}", msg("Dicabut")),
}
"""Tone, icon and word."""


async def tokens_page(visit: Visit) -> web.Response:
    """Every token, and the form for another one."""
    return await _page(visit, faults={})


async def create(visit: Visit) -> web.Response:
    """Makes a token, and shows it this once."""
    chosen = _chosen(visit)
    days = parse_decimal(visit.text("days")) or 0
    name, centre, person = visit.text("name"), visit.centre, visit.person()
    if fault := await own_password_fault(visit, "own"):
        return await _page(visit, faults={"own": fault}, status=422)
    try:
        row, text = await centre.db.run(
            lambda conn: tokens.create(
                conn, centre, name=name, scopes=chosen, days=days, person=person
            )
        )
    except TokenRefused as refused:
        field = refused.pointer.removeprefix("/")
        sentence = _FAULTS[field]
        return await _page(visit, faults={field: visit.say(sentence)}, status=422)
    except TextRefused:
        fault = visit.say("Nama ini tampak seperti data pribadi; sebut sistemnya saja.")
        return await _page(visit, faults={"name": fault}, status=422)
    return await visit.desk_page(
        "token_made.html", here="tokens", made=row, text=text, words=SCOPE_WORDS
    )


async def revoke(visit: Visit) -> web.Response:
    """Lets a token count no more."""
    centre, person = visit.centre, visit.person()
    token = visit.request.match_info["token"]
    await centre.db.run(lambda conn: tokens.revoke(conn, centre, token, person))
    return visit.go(TOKENS, told="token_revoked")


_FAULTS: Mapping[str, str] = {
    "name": msg("Tulis nama sistemnya dalam satu baris, paling banyak 100 karakter."),
    "scopes": msg("Pilih sedikitnya satu cakupan."),
    "days": msg("Pilih masa berlaku dari daftar."),
}


def _chosen(visit: Visit) -> list[Scope]:
    """The scopes that were ticked.

    Raises:
        Refused: there is no such scope.
    """
    ticked = [str(it) for it in visit.form.getall("scopes", [])]
    if not set(ticked) <= set(Scope):
        raise Refused("bad_query")
    return [Scope(it) for it in ticked]


async def _page(visit: Visit, *, faults: Mapping[str, str], status: int = 200) -> web.Response:
    now = visit.centre.clock.now()
    found = await visit.centre.db.read(store.everyone)
    return await visit.desk_page(
        "tokens.html",
        here="tokens",
        status=status,
        rows=[(row, tokens.state_of(row, now=now)) for row in found],
        states=STATES,
        words=SCOPE_WORDS,
        agencies=AGENCY_WORDS,
        lifetimes=LIFETIMES,
        name=visit.text("name"),
        ticked=visit.form.getall("scopes", []),
        days=visit.text("days") or str(LIFETIME),
        faults=faults,
    )
