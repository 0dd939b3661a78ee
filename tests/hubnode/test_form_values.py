"""What the form of a record makes of what was typed."""

import pytest
from multidict import MultiDict, MultiDictProxy

from hubnode.web.form_values import fields_of


def typed(**sent: str) -> dict[str, object]:
    return dict(fields_of(MultiDictProxy(MultiDict(sent)), {}))


@pytest.mark.parametrize("day", ["17 Agustus 2023", "17/08/2023", "17-08-2023", "2023-08-17"])
def test_a_day_is_read_as_imports_read_it(day: str) -> None:
    assert typed(started=day) == {"started": "2023-08-17"}


@pytest.mark.parametrize("text", ["17/08/23", "Agustus 2023", "kemarin", "31/02/2023"])
def test_what_leaves_something_to_guess_stays_as_it_was_typed(text: str) -> None:
    assert typed(started=text) == {"started": text}


def test_a_year_stays_a_year() -> None:
    assert typed(started="2023") == {"started": "2023"}
