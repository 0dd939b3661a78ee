"""What a hub's log and the centre's copy of it say about each other: the recovery table, as data.

Pure. At the start of every run `diagnose` names the case (protocol.md, "Recovery": A, B, C, D and
H, which are seen by comparing trees) and with it what the run may do. Cases E (a new invitation,
`hubnode.next_log`), F (two machines, which the centre tells apart), G (the centre went back:
`hubnode.sync.going_back`) and I (damage, found by `hubnode.verify`) are not seen by this
comparison and have no rule here.

Nothing is mended here: `hubnode.sync.restore` fetches what is missing, and cases C and H stop the
pushing with a sentence until a person says `hubnode recover` (`hubnode.rejoining`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a run may do with the hub's own log."""

    PUSH = "push"
    COMPARE = "compare"
    FETCH = "fetch"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the start of a run knows.

    Attributes:
        own_size: entries of the hub's log in the database.
        centre_size: entries of the hub's log that the centre holds under this hub's signature.
        roots_agree: whether both trees have one root at the smaller size; None where the centre
            is ahead and its leaves have not been compared yet.
        mark_met: whether everything that this hub is known to have signed (the issued mark, and
            the checkpoint that the centre last took) lies in the own log, or is reached exactly
            by appending the pending changes.
    """

    own_size: int
    centre_size: int
    roots_agree: bool | None
    mark_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: a case, how it is seen, what is done, and its sentences."""

    case: str
    holds: Callable[[Situation], bool]
    act: Act
    code: str
    id: str
    en: str


RULES: tuple[Rule, ...] = (
    Rule(
        case="C",
        holds=lambda it: it.roots_agree is False,
        act=Act.STOP,
        code="own_log_diverged",
        id="Log hub ini berbeda dari salinannya di pusat: cadangan lama dipulihkan lalu dipakai "
        "lagi, atau ada mesin kembar. Pengiriman dihentikan; data aman di sini dan tetap dapat "
        "disunting. Matikan mesin kembar, lalu jalankan hubnode recover.",
        en="This hub's log differs from the centre's copy of it: an old backup was restored and "
        "used, or there is a twin machine. Sending has stopped; the data is safe here and can "
        "still be edited. Switch a twin off, then run hubnode recover.",
    ),
    Rule(
        case="B",
        holds=lambda it: it.centre_size > it.own_size and it.roots_agree is None,
        act=Act.COMPARE,
        code="own_log_behind",
        id="Pusat memiliki lebih banyak perubahan hub ini daripada mesin ini; sedang dibandingkan.",
        en="The centre has more of this hub's changes than this machine; comparing them.",
    ),
    Rule(
        case="D",
        holds=lambda it: it.own_size == 0 < it.centre_size,
        act=Act.FETCH,
        code="own_log_lost",
        id="Basis data mesin ini kosong; log hub diambil kembali dari pusat.",
        en="This machine's database is empty; the hub's log is fetched back from the centre.",
    ),
    Rule(
        case="B",
        holds=lambda it: it.centre_size > it.own_size,
        act=Act.FETCH,
        code="own_log_restored",
        id="Cadangan lama telah dipulihkan; perubahan yang hilang diambil kembali dari pusat.",
        en="An old backup was restored; the missing changes are fetched back from the centre.",
    ),
    Rule(
        case="H",
        holds=lambda it: not it.mark_met,
        act=Act.STOP,
        code="issued_mark_ahead",
        id="Mesin ini pernah menandatangani perubahan yang tidak ada di basis data maupun di "
        "pusat, jadi cadangan lama telah dipulihkan. Tidak ada yang ditandatangani sampai "
        "pemulihan selesai; data aman di sini. Pulihkan cadangan yang lebih baru; bila tidak ada, "
        "jalankan hubnode recover.",
        en="This machine has signed changes that neither its database nor the centre has, so an "
        "old backup was restored. Nothing is signed before recovery; the data is safe here. "
        "Restore a newer backup; where there is none, run hubnode recover.",
    ),
    Rule(
        case="A",
        holds=lambda _: True,
        act=Act.PUSH,
        code="own_log_agrees",
        id="Log hub ini dan salinannya di pusat cocok.",
        en="This hub's log and the centre's copy of it agree.",
    ),
)
"""The first rule that holds decides, so the order is part of the table."""


def diagnose(situation: Situation) -> Rule:
    """The rule that the situation falls under; there is always one."""
    return next(rule for rule in RULES if rule.holds(situation))
