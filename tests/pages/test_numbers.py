"""Numbers in sentences are written as every other number is."""

import pytest

from runtime.pages.environment import environment_of
from runtime.pages.formats import WIB

SENTENCE = "%(num)s inovasi dikembalikan seperti sebelumnya."


@pytest.mark.parametrize(
    ("language", "begins"), [("id", "50.000 inovasi"), ("en", "50,000 innovations")]
)
def test_a_count_has_separators(language: str, begins: str) -> None:
    environment = environment_of("hubnode.web", language, WIB)
    template = environment.from_string("{{ ngettext(sentence, sentence, 50000) }}")
    assert template.render(sentence=SENTENCE).startswith(begins)
