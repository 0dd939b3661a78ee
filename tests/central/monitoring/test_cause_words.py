"""Everything that an alert may name has words."""

import pytest

from central import troubles
from central.monitoring import causes
from central.monitoring.cause_words import WORDS, sentence_of
from central.monitoring.causes import Matter

OWN_CODES = (
    causes.HUB_SILENT,
    causes.HUB_LATE,
    causes.HUB_NEVER,
    causes.TWO_HISTORIES,
    causes.DATABASE_AWAY,
    causes.NOTHING_DECIDED,
    causes.BATCH_FAILED,
    causes.MARK_NOT_WRITTEN,
    causes.DISK_SHORT,
    causes.WITNESS_BEHIND,
)


def test_every_matter_has_a_title_and_advice() -> None:
    assert set(WORDS) == set(Matter)


@pytest.mark.parametrize("code", [*OWN_CODES, *troubles.TROUBLES])
def test_every_code_has_a_sentence_in_both_languages(code: str) -> None:
    said = sentence_of(code)
    assert said.id
    assert said.en
    assert code not in said.id


def test_a_code_that_nobody_knows_stands_for_itself() -> None:
    assert "disk_on_fire" in sentence_of("disk_on_fire").id
