"""The wizard on a machine that replaces a lost one: backup and emergency kit bring the hub back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import MultipartReader, web
from sqlalchemy import Connection

from hubnode.adopting import adopt
from hubnode.backup import BackupRefused
from hubnode.imports.refusal import FileRefused
from hubnode.restoring import restore_here
from hubnode.store import identity
from hubnode.sync.answers import Refused as RefusedByCentre
from hubnode.sync.sentences import sentence_of
from hubnode.unsealed import unsealed_folder
from hubnode.web.failures import errno_name
from hubnode.web.receiving import BROKEN, ignore, in_time, short_text, write_part
from hubnode.web.visit import Visit, is_form_of
from protocol.emergency_kit import parse_kit
from protocol.errors import KitRefused, ProtocolError
from runtime.accounts import Account
from runtime.durable import AlreadyRunning
from runtime.http.problem_responses import Refused
from runtime.keyfile import KeyFileRefused
from runtime.pages.cookies import session_cookie
from runtime.ports import Unreachable
from runtime.settings import SettingsRefused

RESTORE, RESTORED = "/mulai/cadangan", "/mulai/pulih"
BACKUP_BYTES_MAX = 4 * 1024**3


@dataclass(slots=True)
class _Sent:
    """What a form brought.

    Attributes:
        has_file: whether a backup was among it.
    """

    kit: str = ""
    has_file: bool = False


async def ask_backup(visit: Visit) -> web.Response:
    """Where a backup and the kit go."""
    return await _asked(visit)


async def take_backup(visit: Visit) -> web.Response:
    """Restores it; where that is refused, nothing has changed and the page says why."""
    with unsealed_folder(visit.node.folder) as made:
        path = made / "backup"
        sent = await _received(visit, path)
        if not sent.has_file:
            return await _asked(visit, sent, fault=visit.say("Pilih berkas cadangannya."))
        try:
            kit, keep = parse_kit(sent.kit), await _keeping(visit)
            await restore_here(visit.node, path, kit, newcomer=keep)
        except (KitRefused, BackupRefused) as refused:
            return await _asked(visit, sent, fault=_sentence(visit, refused))
        except AlreadyRunning as error:
            raise Refused("already_running") from error
        except OSError as error:
            said = visit.say("Cadangan tidak dapat ditulis; tidak ada yang hilang. Periksa disk.")
            return await _asked(visit, sent, fault=f"{said} ({errno_name(error)})")
    try:
        visit.site.kept.read_again()
    except SettingsRefused as refused:
        said = visit.say("Pengaturan dari cadangan tidak dapat dipakai; periksa node.toml.")
        return await _restored(visit, fault=f"{said} ({refused})")
    return visit.go(RESTORED, told="restored_backup")


async def restored_page(visit: Visit) -> web.Response:
    """What came back, and the last step."""
    return await _restored(visit)


async def adopt_here(visit: Visit) -> web.Response:
    """Makes this machine the hub's, so that what was sent since the backup comes back too."""
    who = await visit.node.db.read(identity.get)
    if who is None:
        return visit.go(RESTORE)
    try:
        await adopt(visit.node, who)
    except Unreachable:
        said = visit.say("Pusat tidak terjangkau; data aman di sini. Coba lagi nanti.")
        return await _restored(visit, fault=said)
    except RefusedByCentre as refused:
        return await _restored(visit, fault=_sentence(visit, refused))
    except KeyFileRefused as refused:
        raise Refused("key_file_refused", detail=str(refused)) from refused
    except AlreadyRunning as error:
        raise Refused("already_running") from error
    visit.site.run_now()
    return visit.go("/", told="adopted")


async def _asked(visit: Visit, sent: _Sent | None = None, *, fault: str = "") -> web.Response:
    who = await visit.node.db.read(identity.get)
    return visit.page(
        "restore_backup.html",
        status=422 if fault else 200,
        who=who,
        kit=sent.kit if sent else "",
        fault=fault,
    )


async def _restored(visit: Visit, *, fault: str = "") -> web.Response:
    who = await visit.node.db.read(identity.get)
    if who is None:
        return visit.go(RESTORE)
    return visit.page("restored.html", status=503 if fault else 200, who=who, fault=fault)


async def _keeping(visit: Visit) -> Callable[[Connection], None]:
    """What keeps this account, as it signs in now, and this browser's session.

    Whoever holds the kit is the hub, so an account of the same name in the backup gets the password
    that was chosen here.
    """
    accounts, session, now = visit.site.accounts, visit.session, visit.node.clock.now()
    token = visit.request.cookies.get(session_cookie(visit.request.url), "")
    account = await visit.node.db.read(lambda conn: accounts.get(conn, visit.account))
    if session is None or account is None:
        raise Refused("form_expired")
    begin = partial(
        accounts.begin_session,
        token=token,
        account=account.name,
        csrf=session.csrf,
        agent=session.agent,
        now=now,
    )

    def keep(conn: Connection, account: Account = account) -> None:
        if accounts.get(conn, account.name) is None:
            accounts.add(conn, account)
        else:
            accounts.change(
                conn, account.name, role=account.role, password=account.password, is_active=True
            )
        begin(conn)

    return keep


async def _received(visit: Visit, path: Path) -> _Sent:
    """What the form says; its file is written to `path` as it comes.

    Raises:
        Refused: no form of this session, or it was cut, too large or too slow.
    """
    if visit.request.content_type != "multipart/form-data":
        raise Refused("request_malformed")
    sent = _Sent()
    try:
        await _read_form(visit, path, sent)
    except FileRefused as error:
        code = "body_too_large" if error.code == "file_too_large" else error.code
        raise Refused(code, detail=error.message) from error
    except BROKEN as error:
        raise Refused("body_truncated") from error
    return sent


async def _read_form(visit: Visit, path: Path, sent: _Sent) -> None:
    form, is_allowed = await visit.request.multipart(), False
    while (part := await in_time(form.next())) is not None:
        if isinstance(part, MultipartReader):
            raise Refused("request_malformed")
        if part.name == "csrf":
            is_allowed = is_form_of(visit, await short_text(part))
        elif not is_allowed:
            raise Refused("form_expired")
        elif part.name == "kit":
            sent.kit = await short_text(part)
        elif part.name == "file" and part.filename:
            await write_part(visit, path, part, bytes_max=BACKUP_BYTES_MAX)
            sent.has_file = True
        else:
            await ignore(part)


def _sentence(visit: Visit, error: ProtocolError | RefusedByCentre) -> str:
    return f"{visit.said(sentence_of(error.code))} ({error.code})"
