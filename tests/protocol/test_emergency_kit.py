"""The emergency kit: what was printed comes back as it was, however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.emergency_kit import EmergencyKit, format_kit, parse_kit
from protocol.errors import KitRefused

seeds = st.binary(min_size=32, max_size=32)
kits = st.builds(EmergencyKit, log=seeds, witness=seeds)
KIT = EmergencyKit(log=bytes(32), witness=bytes(range(32)))


@given(kits)
def test_what_is_printed_comes_back(kit: EmergencyKit) -> None:
    assert parse_kit(format_kit(kit)) == kit


@given(kits)
def test_case_blanks_and_look_alikes_do_not_matter(kit: EmergencyKit) -> None:
    prefix, _, letters = format_kit(kit).partition(" ")
    typed = letters.lower().replace(" ", "\n").replace("o", "0").replace("b", "8")
    assert parse_kit(f" {prefix.lower()}{typed} ") == kit


@given(kits, st.data())
def test_a_wrong_letter_is_noticed(kit: EmergencyKit, data: st.DataObject) -> None:
    text = format_kit(kit)
    at = data.draw(
        st.integers(len("JIPP-KUNCI-1 "), len(text) - 1).filter(lambda i: text[i] != " ")
    )
    letter = data.draw(
        st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(lambda it: it != text[at])
    )
    try:
        found = parse_kit(text[:at] + letter + text[at + 1 :])
    except KitRefused:
        return
    assert found == kit  # the last letter has bits that carry nothing


@pytest.mark.parametrize(
    "text",
    [
        "",
        "JIPP-KUNCI-1",
        "JIPP-KUNCI-2 AAAA",
        format_kit(KIT)[:-1],
        format_kit(KIT) + "A" * 8,
        format_kit(KIT).replace("A", "?", 2),
        "A" * 5_000,
        "JIPP-KUNCI-1 \u0130",
    ],
)
def test_what_is_no_kit_is_refused(text: str) -> None:
    with pytest.raises(KitRefused):
        parse_kit(text)


def test_a_kit_does_not_show_itself() -> None:
    assert "\\x00" not in repr(KIT)
