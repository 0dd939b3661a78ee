"""What the national log says, in words: each decision by its kind, whose it is and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row

from protocol.canonical import Json
from protocol.entries.decisions import ChangeApplied, ChangeProposed, Decision, kind_of
from protocol.entries.record_decisions import other_record
from runtime.pages.change_words import CHANGES
from runtime.pages.translating import msg

KINDS: Mapping[str, str] = {
    "change.applied": msg("Perubahan hub diterapkan"),
    "change.proposed": msg("Usulan hub lain"),
    "change.held": msg("Perubahan hub ditahan"),
    "change.released": msg("Perubahan yang ditahan diluluskan"),
    "change.refused": msg("Perubahan yang ditahan ditolak"),
    "change.void": msg("Perubahan yang tidak dipahami"),
    "record.curated": msg("Inovasi disunting pusat"),
    "record.reverted": msg("Inovasi dikembalikan ke saat lalu"),
    "record.merged": msg("Dua inovasi digabung"),
    "record.unmerged": msg("Penggabungan diurungkan"),
    "record.linked": msg("Ditautkan sebagai replikasi"),
    "record.distinct": msg("Dinyatakan berbeda"),
    "record.reopened": msg("Putusan tentang pasangan diurungkan"),
    "record.transferred": msg("Inovasi diserahkan kepada hub lain"),
    "number.assigned": msg("Nomor registrasi nasional diberikan"),
    "award.confirmed": msg("Penghargaan diperiksa"),
    "publication.set": msg("Keterbacaan diatur"),
    "campaign.opened": msg("Kampanye dibuka"),
    "campaign.closed": msg("Kampanye ditutup"),
    "hub.enrolled": msg("Hub didaftarkan"),
    "hub.key_rotated": msg("Kunci hub diganti"),
    "hub.key_revoked": msg("Kunci hub dicabut"),
    "hub.reinvited": msg("Hub diundang ulang"),
    "hub.suspended": msg("Hub ditangguhkan"),
    "hub.resumed": msg("Hub dilanjutkan"),
    "hub.retired": msg("Hub ditutup"),
    "entry.redacted": msg("Isi dihapus (redaksi)"),
    "epoch.opened": msg("Log nasional baru dibuka"),
}
"""By kind of the decision, as the index of the national log has it."""

CHANGE_WORDS: Mapping[str, str] = {"hub.opened": msg("Log hub dibuka"), **CHANGES}
"""By type of the change of a hub that is behind a decision."""

REDACTED = msg("Isi dihapus (redaksi)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision as people read it.

    Attributes:
        place: in the national log.
        at: RFC 3339 in UTC; "" where nobody says.
        kind, word: of the decision.
        change: what the hub did, where a change of a hub is behind it; else "".
        hub: whose change it is, or which hub it is about; "" where neither.
        by: agency and account of whoever decided; "" where no person did.
        record, other: ids of the innovations that it is about, or None.
        campaign: id of the campaign that it opens or closes, or "".
        reason: why; "" where a decision of that kind carries none.
        code: of the verdict that holds a change, or "".
        is_redacted: whether its bytes are gone, so that the index alone speaks of it.
    """

    place: int
    at: str
    kind: str
    word: str
    change: str
    hub: str
    by: str
    record: str | None
    other: str | None
    campaign: str
    reason: str
    code: str
    is_redacted: bool = False

    @property
    def moment(self) -> datetime | None:
        """When it was decided; None where nobody says."""
        return datetime.fromisoformat(self.at) if self.at else None


def told(place: int, decision: Decision) -> Told:
    """A decision in words; the words are still Indonesian."""

    def member(*names: str) -> str:
        return next((str(it) for name in names if (it := getattr(decision, name, None))), "")

    kind, account = kind_of(decision), member("by")
    record: Json = getattr(decision, "record", None)
    change = decision.change if isinstance(decision, ChangeApplied | ChangeProposed) else ""
    return Told(
        place=place,
        at=decision.at,
        kind=kind,
        word=KINDS[kind],
        change=CHANGE_WORDS.get(change, change),
        hub=member("author", "hub", "giver"),
        by=f"{member('agency')}/{account}" if account else "",
        record=record if isinstance(record, str) else None,
        other=other_record(decision),
        campaign="" if change else member("campaign"),
        reason=member("reason"),
        code=member("code"),
    )


def told_of_redacted(row: Row[tuple[object, ...]]) -> Told:
    """The same of a decision whose bytes are gone, from its row in the index."""
    return Told(
        place=row.place,
        at=row.at or "",
        kind=row.kind,
        word=KINDS[row.kind],
        change="",
        hub="",
        by="",
        record=row.record,
        other=row.other,
        campaign="",
        reason="",
        code=row.code or "",
        is_redacted=True,
    )
