"""Forms: the quick look by schema lets in exactly what the member-by-member check lets in."""

import copy
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.entries import changes, decisions
from protocol.entries.changes import encode_change
from protocol.entries.decisions import encode_decision
from protocol.entries.envelope import Form, decode
from protocol.errors import VoidEntry
from tests.support.entries import (
    AT,
    SALT,
    applied,
    attest,
    enrolled,
    held,
    opened,
    put,
    record_id,
    withdraw,
)

DECISIONS = (enrolled(), applied({"title": "Antrean"}, unset=("credit",)), held())
FORMS = {**changes.FORMS, **decisions.FORMS}
DOCUMENTS: list[dict[str, Any]] = [
    *(orjson.loads(encode_change(it)) for it in (opened(), put(), attest(), withdraw())),
    *(orjson.loads(encode_decision(it)) for it in DECISIONS),
]
ODD_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 1.0, 2**53, "", "a", "a\n", "A", "id", "\x00", "e\u0301"),
        *([], [""], ["b", "a"], ["a", "a"], ["a", "b"], ["id"], [1], {}, {"a": None}, {"a": 1}),
        *({"id": "x"}, {"state": 1}, {"A": 1}, {"a": [{"b": [{"c": [{"d": [{}]}]}]}]}, SALT, AT),
        *({"national": 0, "own": 0}, {"national": 0, "own": 0, "more": 0}, {"national": -1}),
        *({"national": True, "own": 0}, {"origin": "a", "index": 0}, {"origin": "", "index": 0}),
        *(AT + "\n", SALT.upper(), "2026-13-01T00:00:00Z", record_id(1).upper(), "record.put"),
        *([{"code": "a", "message": "b", "pointer": "c"}], [{"code": "a", "message": "b"}]),
    ]
)
NAMES = st.sampled_from(sorted({name for form in FORMS.values() for name in form.members}))


def explaining(form: Form) -> Form:
    """The same form, whose quick look never says yes."""
    slow = copy.copy(form)
    object.__setattr__(slow, "judge", lambda _document: False)
    return slow


def judged(forms: Mapping[str, Form], data: bytes) -> object:
    """The value, or code and pointer of the refusal."""
    try:
        return decode(forms, data)
    except VoidEntry as refusal:
        return refusal.code, refusal.pointer


SLOW_FORMS = {name: explaining(form) for name, form in FORMS.items()}


@given(
    st.sampled_from(DOCUMENTS),
    st.dictionaries(NAMES | st.sampled_from(["v", "type", "more"]), ODD_VALUES, max_size=2),
    st.sets(NAMES, max_size=1),
)
def test_the_quick_look_and_the_check_agree(
    document: dict[str, Any], odd: dict[str, Any], missing: set[str]
) -> None:
    changed = {name: value for name, value in (document | odd).items() if name not in missing}
    data = orjson.dumps(changed, option=orjson.OPT_SORT_KEYS)

    assert judged(FORMS, data) == judged(SLOW_FORMS, data)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["type"])
def test_what_programs_write_is_settled_by_the_quick_look(document: dict[str, Any]) -> None:
    assert FORMS[document["type"]].judge(document)
