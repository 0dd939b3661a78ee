"""What a hub admin does to a hub: suspend, resume, retire, revoke; each asked about first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from central import registry
from central.casework import hub_states
from central.casework.person import Person
from central.centre import Centre
from central.store.hubs import ACTIVE, RETIRED, SUSPENDED, HubRow
from central.web.hub_list import HUBS
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.stamps import stamp_of
from central.web.visit import Visit
from protocol.errors import ProtocolError
from runtime.http.problem_responses import Refused
from runtime.pages.translating import msg

Do = Callable[[Connection, Centre, str, Person], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that is done to a hub.

    Attributes:
        slug: in its address.
        title: also on its button.
        follows: what follows from it, and whether it can be taken back.
        states: of a hub to which it can be done.
        do: does it.
        is_final: it cannot be taken back, so the id of the hub is typed.
    """

    slug: str
    title: str
    follows: str
    states: frozenset[str]
    do: Do
    is_final: bool = False


def _revoke(conn: Connection, centre: Centre, hub: str, person: Person) -> object:
    return registry.revoke(conn, centre, hub, person.reason, by=person.name)


ACTS: Mapping[str, Act] = {
    act.slug: act
    for act in (
        Act(
            slug="tangguhkan",
            title=msg("Tangguhkan"),
            follows=msg(
                "Pusat tidak menerima apa pun dari hub ini sampai dilanjutkan. Yang sudah ada di "
                "sini tetap berlaku, dan data di node tetap aman. Dapat dilanjutkan kapan saja."
            ),
            states=frozenset([ACTIVE]),
            do=hub_states.suspend,
        ),
        Act(
            slug="lanjutkan",
            title=msg("Lanjutkan"),
            follows=msg(
                "Pusat menerima lagi apa yang dikirim hub ini, mulai sinkronisasi berikutnya."
            ),
            states=frozenset([SUSPENDED, RETIRED]),
            do=hub_states.resume,
        ),
        Act(
            slug="tutup",
            title=msg("Tutup hub"),
            follows=msg(
                "Untuk instansi yang tidak ada lagi. Hub tidak boleh memiliki inovasi: serahkan "
                "dahulu dengan central hub transfer. Dapat dilanjutkan lagi."
            ),
            states=frozenset([ACTIVE, SUSPENDED]),
            do=hub_states.retire,
        ),
        Act(
            slug="cabut",
            title=msg("Cabut kunci"),
            follows=msg(
                "Untuk kunci yang dicuri atau hilang. Entri yang sudah ada di sini berlaku; yang "
                "ditandatangani kunci itu sesudahnya tidak lagi. Tidak dapat dibatalkan: hub hanya "
                "dapat kembali dengan undangan ulang dua admin."
            ),
            states=frozenset([ACTIVE, SUSPENDED]),
            do=_revoke,
            is_final=True,
        ),
    )
}


def acts_of(state: str) -> list[Act]:
    """What can be done to a hub in that state."""
    return [it for it in ACTS.values() if state in it.states]


async def ask(visit: Visit) -> web.Response:
    """Says what follows, and asks why."""
    act, hub = await _asked(visit)
    return await _ask(visit, act, hub, faults={})


async def do(visit: Visit) -> web.Response:
    """Does it, if the hub is as the page showed it."""
    act, hub = await _asked(visit)
    visit.require_seen(_stamp(hub))
    reason, centre = visit.text("reason"), visit.centre
    faults = {} if reason else {"reason": visit.say(REASON_MISSING)}
    if act.is_final and visit.text("again") != hub.hub:
        faults["again"] = visit.say("Ketik id hub ini persis seperti di atas.")
    if not faults:
        try:
            person = visit.person(reason)
            await centre.db.run(lambda conn: act.do(conn, centre, hub.hub, person))
        except ProtocolError as error:
            faults = {"reason": refusal_sentence(visit, error)}
    if faults:
        return await _ask(visit, act, hub, faults=faults, status=422)
    return visit.go(f"{HUBS}/{hub.hub}", told=f"hub_{act.slug}")


async def _asked(visit: Visit) -> tuple[Act, HubRow]:
    """The act and the hub that the address names.

    Raises:
        UnknownHub: there is no such hub.
        Refused: there is no such act (`not_found`).
    """
    info = visit.request.match_info
    act = ACTS.get(info["act"])
    if act is None:
        raise Refused("not_found")
    return act, await visit.centre.db.read(lambda conn: registry.get_hub(conn, info["hub"]))


async def _ask(
    visit: Visit, act: Act, hub: HubRow, *, faults: dict[str, str], status: int = 200
) -> web.Response:
    return await visit.desk_page(
        "hub_act.html",
        here="hubs",
        status=status,
        act=act,
        hub=hub,
        is_possible=hub.state in act.states,
        seen=_stamp(hub),
        reason=visit.text("reason"),
        faults=faults,
    )


def _stamp(hub: HubRow) -> str:
    return stamp_of(hub.hub, hub.state, hub.log_key)
