"""Passwords at rest."""

from argon2 import extract_parameters

from runtime.pages.passwords import NOBODY, hash_password, is_password


def test_a_password_is_told_from_another() -> None:
    encoded = hash_password("kuda hijau terbang tinggi")
    assert is_password(encoded, "kuda hijau terbang tinggi")
    assert not is_password(encoded, "kuda hijau terbang rendah")


def test_asking_for_nobody_costs_what_asking_for_somebody_does() -> None:
    somebody = hash_password("kuda hijau terbang tinggi")
    assert extract_parameters(NOBODY) == extract_parameters(somebody)
    assert not is_password(NOBODY, "kuda hijau terbang tinggi")


def test_a_damaged_hash_is_nobodys() -> None:
    assert not is_password("no hash", "kuda hijau terbang tinggi")
