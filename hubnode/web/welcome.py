"""The first run: an account, then the invitation, then the first records."""

from aiohttp import web

from hubnode.adopting import adopt
from hubnode.enrolment import EnrolmentCancelled, enrol
from hubnode.store import identity
from hubnode.sync.answers import Refused
from hubnode.sync.sentences import sentence_of
from hubnode.web.keys import RESTORE as RESTORE_KEYS
from hubnode.web.new_account import add_account, faults_of
from hubnode.web.restoring import RESTORE
from hubnode.web.site import Role
from hubnode.web.visit import Visit
from protocol.enrolment import parse_invitation
from protocol.errors import ProtocolError
from protocol.fingerprints import words
from runtime.pages.rendering import see_other
from runtime.pages.translating import msg
from runtime.pages.visiting import SIGN_IN
from runtime.ports import Unreachable

ENROL = "/mulai/pendaftaran"
WAYS = {
    "backup": (
        RESTORE,
        msg("Memulihkan dari cadangan"),
        msg("Ada berkas cadangan dan kit darurat."),
    ),
    "centre": (
        RESTORE_KEYS,
        msg("Memulihkan dari pusat"),
        msg("Ada kit darurat dan undangan; cadangan tidak ada."),
    ),
    "new": (ENROL, msg("Hub baru"), msg("Ada undangan dari pusat.")),
}
"""What a fresh node is for, and where the wizard goes on after the first account."""


async def welcome(visit: Visit) -> web.Response:
    """The form for the first account; once there is one, signing in."""
    if await visit.node.db.read(visit.site.accounts.count):
        return visit.go(SIGN_IN)
    return _welcome(visit, name="", faults={})


async def make_first_account(visit: Visit) -> web.Response:
    """Makes the first account, an operator's, and signs it in."""
    if await visit.node.db.read(visit.site.accounts.count):
        return visit.go(SIGN_IN)
    name, password = visit.text("name"), str(visit.form.get("password", ""))
    if faults := faults_of(visit, name, password):
        return _welcome(visit, name=name, faults=faults)
    if not await add_account(visit, name, password, Role.OPERATOR, is_first=True):
        return visit.go(SIGN_IN)
    place, *_ = WAYS.get(visit.text("way"), WAYS["new"])
    response = see_other(place)
    await visit.site.entrance.begin_session(visit.request, response, name)
    return response


async def ask_invitation(visit: Visit) -> web.Response:
    """Where the invitation goes, and the keys that it names."""
    who = await visit.node.db.read(identity.get)
    return visit.page(
        "enrol.html",
        who=who,
        invitation="",
        found=None,
        centre_words="",
        fault="",
        replaces=visit.text("ganti"),
    )


async def take_invitation(visit: Visit) -> web.Response:
    """Shows whom the invitation is from; enrols once the operator has compared the words."""
    text = "".join(visit.text("invitation").split())
    try:
        found = parse_invitation(text)
        if not visit.text("compared"):
            return _asked(visit, text, centre_words=" ".join(words(found.fingerprint)))
        done = await enrol(visit.node, text, yes=lambda *_: True)
        if visit.text("ganti"):
            await adopt(visit.node, done.identity)
    except (ProtocolError, Refused) as error:
        return _asked(visit, text, fault=_sentence(visit, error))
    except Unreachable:
        fault = visit.say("Pusat tidak terjangkau; tidak ada yang berubah. Coba lagi nanti.")
        return _asked(visit, text, fault=fault)
    except EnrolmentCancelled:
        return visit.go(ENROL)
    visit.site.run_now()
    return visit.page("enrolled.html", done=done)


def _welcome(visit: Visit, *, name: str, faults: dict[str, str]) -> web.Response:
    ways = [(key, visit.say(word), visit.say(why)) for key, (_, word, why) in WAYS.items()]
    return visit.page(
        "welcome.html",
        status=422 if faults else 200,
        name=name,
        faults=faults,
        ways=ways,
        way=visit.text("way") or "new",
    )


def _asked(visit: Visit, text: str, *, centre_words: str = "", fault: str = "") -> web.Response:
    found = None if fault else parse_invitation(text)
    return visit.page(
        "enrol.html",
        status=422 if fault else 200,
        who=None,
        invitation=text,
        found=found,
        centre_words=centre_words,
        fault=fault,
        replaces=visit.text("ganti"),
    )


def _sentence(visit: Visit, error: ProtocolError | Refused) -> str:
    return f"{visit.said(sentence_of(error.code))} ({error.code})"
