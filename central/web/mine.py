"""Akun saya: one's own password, sessions and second factor."""

from aiohttp import web

from central import second_factor, staff
from central.store import accounts
from central.web.serving import DESK, SECOND_FACTOR
from central.web.visit import Visit
from runtime.pages.browsers import browser_words
from runtime.pages.new_account import password_faults
from runtime.pages.own_session import own_password_fault
from runtime.pages.rendering import see_other
from runtime.second_factor import address, in_letters

MINE = f"{DESK}/saya"


async def mine_page(visit: Visit) -> web.Response:
    """One's own password, sessions and second factor."""
    return await _mine_page(visit, faults={})


async def change_own_password(visit: Visit) -> web.Response:
    """Changes one's own password; every other browser is signed out."""
    new, entrance = str(visit.form.get("password", "")), visit.site.entrance
    faults = password_faults(new, visit.form.get("again"), visit.say)
    if fault := await own_password_fault(visit, "old"):
        faults["old"] = fault
    if faults:
        return await _mine_page(visit, faults=faults, status=422)
    centre, name, encoded = visit.centre, visit.account, await entrance.hash(new)
    await centre.db.run(lambda conn: staff.give_password(conn, centre, name, encoded, by=name))
    response = see_other(MINE)
    await entrance.begin_session(visit.request, response, name)
    return response


async def end_session(visit: Visit) -> web.Response:
    """Signs another browser of one's own out."""
    await visit.site.entrance.end_session(visit.text("session"), account=visit.account)
    return visit.go(MINE, told="session_ended")


async def factor_page(visit: Visit) -> web.Response:
    """The code that a phone reads, and the field for what the phone then shows."""
    return await _factor_page(visit)


async def begin_factor(visit: Visit) -> web.Response:
    """Makes a fresh secret; the one before counts until a code of the new one was typed."""
    if fault := await own_password_fault(visit, "own"):
        return await _factor_page(visit, faults={"own": fault}, status=422)
    centre, account, session = visit.centre, visit.account, _session(visit)
    await centre.db.run(lambda conn: second_factor.begin(conn, centre, account, session=session))
    return visit.go(SECOND_FACTOR)


async def confirm_factor(visit: Visit) -> web.Response:
    """Lets it count, and shows the recovery codes this once."""
    centre, account, session = visit.centre, visit.account, _session(visit)
    code = visit.text("code")
    codes = await centre.db.run(
        lambda conn: second_factor.confirm(conn, centre, account, code, session=session)
    )
    if not codes:
        faults = {  # the page shows one of the two fields, and with it what is wrong there
            "code": visit.say("Kode itu tidak cocok. Tunggu kode berikutnya, lalu ketik lagi."),
            "own": visit.say("Penyiapan berlaku 10 menit di peramban ini. Mulai lagi."),
        }
        return await _factor_page(visit, faults=faults, status=422)
    return await visit.desk_page("recovery_codes.html", here="mine", codes=codes)


async def _factor_page(
    visit: Visit, *, faults: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    centre, account, session = visit.centre, visit.account, _session(visit)
    secret = await centre.db.read(
        lambda conn: second_factor.pending(conn, centre, account, session=session)
    )
    issuer = f"{visit.site.settings.name} {centre.authority}"
    told = address(secret, account=account, issuer=issuer) if secret else ""
    return await visit.desk_page(
        "second_factor.html",
        here="mine",
        status=status,
        picture=second_factor.picture(told) if told else "",
        letters=in_letters(secret) if secret else "",
        is_set=visit.member is not None and visit.member.has_second_factor,
        is_needed=visit.site.settings.second_factor,
        faults=faults or {},
    )


def _session(visit: Visit) -> str:
    """The id of the session that asks; pages of one's own are for those alone who have one."""
    return visit.session.id if visit.session else ""


async def _mine_page(visit: Visit, *, faults: dict[str, str], status: int = 200) -> web.Response:
    store, account = visit.site.accounts, visit.account
    sessions = await visit.centre.db.read(lambda conn: store.sessions_of(conn, account))
    left = await visit.centre.db.read(lambda conn: accounts.recovery_count(conn, account))
    return await visit.desk_page(
        "mine.html",
        here="mine",
        status=status,
        mine=MINE,
        sessions=[(it, browser_words(it.agent, visit.say)) for it in sessions],
        member=visit.member,
        recovery_count=left,
        faults=faults,
    )
