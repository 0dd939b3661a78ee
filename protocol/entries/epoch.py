"""The decision that opens a new epoch of the national log (protocol.md, "Recovery", G)."""

from dataclasses import dataclass

from protocol.entries.envelope import Form
from protocol.entries.members import BY_A_PERSON, COMMON, COUNT, HASH, TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochOpened:
    """The national log goes on under a new name, behind what is carried over of the one before.

    It stands at place `size`: the entries before it are those of the closed log, at the same
    places. Two people at the centre answer for it.

    Attributes:
        salt: 32 hex digits.
        at: the centre's clock.
        epoch: that begins here.
        origin: of the national log that is closed.
        size: entries of it that are carried over.
        root: of those entries, 64 hex digits.
        known_size, known_root: the largest tree that the centre is known to have signed in the
            closed log. Beyond `size`, its decisions are lost: nobody who was asked holds them.
        reason: why.
        by, second_by: two accounts; no personal data.
        agency: for which agency.
    """

    salt: str
    at: str
    epoch: int
    origin: str
    size: int
    root: str
    known_size: int
    known_root: str
    reason: str
    by: str
    second_by: str
    agency: str


FORMS = (
    Form(
        "epoch.opened",
        EpochOpened,
        {
            **COMMON,
            "epoch": COUNT,
            "origin": TEXT,
            "size": COUNT,
            "root": HASH,
            "known_size": COUNT,
            "known_root": HASH,
            "reason": TEXT,
            **BY_A_PERSON,
            "second_by": TEXT,
        },
    ),
)
