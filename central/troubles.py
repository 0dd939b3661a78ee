"""What a hub's trouble means to the admin who reads of it: by the code that the hub reports."""

TROUBLES = {
    "own_log_diverged": "Its log and the copy here have parted: an old backup was restored and "
    "used, or there is a twin machine. It sends nothing until its operator says `hubnode recover`; "
    "the branch here stands.",
    "own_log_rejoined": "Its log had parted from the copy here and goes on from it; what only that "
    "machine had is sent again. The hub keeps evidence of both branches.",
    "issued_mark_ahead": "It has signed changes that neither side has: an old backup was restored. "
    "It sends nothing until its operator restores a newer one or says `hubnode recover`.",
    "issued_mark_dropped": "It gave up changes that it had signed and that neither side has.",
    "own_log_stuck": "The copy here holds its signature over changes that never came and that it "
    "does not have. Only the machine that signed them, or `central hub reinvite`, ends this.",
    "damage_found": "It has found damage on its disk; its operator says `hubnode recover`.",
    "disk_damaged": "Its disk was damaged; what is here was fetched again, the rest is sent again.",
    "identity_in_use": "Two machines run with its identity; one of them is stopped.",
    "centre_lost_entries": "It holds receipts for changes that are not here any more: this centre "
    "was restored from an old backup.",
    "national_log_behind": "It has seen a larger national log than the one here: this centre was "
    "restored from an old backup.",
    "national_log_forked": "It has seen another national log than the one here. Keep everything; "
    "ask it for its evidence.",
    "receipt_not_honoured": "It holds a receipt for changes that were not decided within the hour.",
}


def sentence_of(code: str) -> str:
    """The sentence of a code; of one that is no trouble of the table, the code itself."""
    return TROUBLES.get(code, f"Its last run ended with `{code}`.")
