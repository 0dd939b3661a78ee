"""The history of an innovation in words: what was decided, by whom, when, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from central.web.agencies import agency_called
from runtime.pages.change_words import CHANGES
from runtime.pages.field_words import Reader
from runtime.pages.hub_names import HubNames
from runtime.pages.translating import msg

OUTCOMES = {
    "conflict": ("bad", "⇄", msg("Benturan data")),
    "noop": ("", "=", msg("Tidak mengubah apa pun")),
    "proposed": ("wait", "?", msg("Usulan")),
    "held": ("bad", "!", msg("Ditahan")),
    "void": ("bad", "✕", msg("Batal")),
}
"""Tone, icon and word of what became of a hub's change; of one that applied nothing is said."""

_BY_AGENCY = msg("%(agency)s, akun %(account)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One decision.

    Attributes:
        place: in the national log.
        at: when the centre decided; None where nobody says.
        what: was done.
        who: did it; "" where the bytes are gone.
        claimed_at: when the hub says that it was done, or "".
        fields: labels of what it wrote.
        reason: that was given, or "".
        outcome: tone, icon and word, or None.
        source: origin and index of the hub's entry behind it, or None.
        is_redacted: whether its content was destroyed.
    """

    place: int
    at: datetime | None
    what: str
    who: str
    claimed_at: str
    fields: Sequence[str]
    reason: str
    outcome: tuple[str, str, str] | None
    source: Mapping[str, Any] | None
    is_redacted: bool


def told(row: Mapping[str, Any], reader: Reader, called: HubNames) -> Told:
    """A row of `central.projection.history` in the reader's words."""
    kind = str(row.get("change") or row["kind"])
    word = CHANGES.get(kind, "")
    return Told(
        place=row["place"],
        at=datetime.fromisoformat(row["at"]) if row["at"] else None,
        what=reader.say(word) if word else kind,
        who=_who(str(row.get("author") or ""), reader, called),
        claimed_at=str(row.get("claimed_at") or ""),
        fields=[reader.field(name) for name in row.get("fields", ())],
        reason=str(row.get("reason") or ""),
        outcome=_outcome(str(row["outcome"]), reader),
        source=row["source"],
        is_redacted=bool(row.get("redacted")),
    )


def _outcome(name: str, reader: Reader) -> tuple[str, str, str] | None:
    if name not in OUTCOMES:
        return None
    tone, icon, word = OUTCOMES[name]
    return tone, icon, reader.say(word)


def _who(author: str, reader: Reader, called: HubNames) -> str:
    """A hub by its name; of the centre's own decisions the agency and the account."""
    agency, slash, account = author.partition("/")
    if not slash:
        return called.text(author) if author else ""
    names = {"agency": agency_called(agency, reader.say), "account": account}
    return reader.say(_BY_AGENCY) % names
