"""A log of decisions of which some lose their bytes, as the centre would redact it."""

from collections.abc import Sequence

from protocol.catalogue import touched
from protocol.entries.decisions import Decision
from protocol.entries.redaction import EntryRedacted
from protocol.redaction import (
    Erasure,
    companions,
    hub_entries,
    make_redaction,
    redacted_entry,
)
from tests.support.campaigns import Fold
from tests.support.entries import AT, NATIONAL, SALT, record_id

SIGNED = {
    "salt": SALT,
    "at": AT,
    "reason": "Permohonan warga",
    "ground": "UU 27/2022 pasal 8",
    "by": "rina",
    "second_by": "budi",
    "agency": "panrb",
}


def redactions(
    folded: Fold,
    decisions: Sequence[Decision],
    places: Sequence[int],
    fields: Sequence[str],
    *,
    record: str = record_id(),  # a text
) -> list[EntryRedacted]:
    """The decisions that redact those at `places` of a log that was folded to its end."""
    gone = [decisions[place] for place in places]
    erasure = Erasure(
        entries=(
            *hub_entries(gone),
            *(redacted_entry(decisions[it], place=it, origin=NATIONAL) for it in places),
        ),
        places=frozenset(places),
        fields=tuple(fields),
        signed=SIGNED,
    )
    later = [it for it in decisions[min(places) :] if record in touched(it)]
    named = (record, *sorted(companions(record, later, gone)))
    return [_of(folded, erasure, name) for name in named]


def _of(folded: Fold, erasure: Erasure, record: str) -> EntryRedacted:
    rows = [
        (row, folded.campaign(name).closing is not None)
        for name, row in sorted(folded.ledger.targeted.get(record, {}).items())
    ]
    return make_redaction(erasure, record, folded.records.get(record), rows)
