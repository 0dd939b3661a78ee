from pathlib import Path

import pytest

from central.settings import CentralSettings, load_central_settings
from runtime.settings import SettingsRefused, rows_of


def settings(folder: Path, text: str) -> CentralSettings:
    (folder / "central.toml").write_text(f'authority = "jippnas.test"\n{text}', "utf-8")
    return load_central_settings(folder)


def test_an_authority_is_all_that_is_needed(tmp_path: Path) -> None:
    made = settings(tmp_path, "")
    assert (made.host, made.port, made.epoch) == ("127.0.0.1", 8800, 1)


def test_how_often_a_hub_calls_is_left_to_the_hub(tmp_path: Path) -> None:
    assert settings(tmp_path, "").call_again_s == 0


def test_the_database_is_a_file_in_the_folder_unless_told(tmp_path: Path) -> None:
    assert settings(tmp_path, "").database_in(tmp_path) == f"sqlite:///{tmp_path}/centre.sqlite"
    url = "postgresql://db/jipp"
    assert settings(tmp_path, f'database_url = "{url}"').database_in(tmp_path) == url


@pytest.mark.parametrize(
    "text",
    [
        "port = 70000",
        'url = "pusat"',
        'url = "https://pusat/?a=1"',
        'url = "https://pusat/ "',
        'database_url = "mysql://x"',
        "invitation_hours = 73",
        "epoch = 0",
        "call_again_s = -1",
        "call_again_s = 86401",
        'log_level = "loud"',
        "unknown = 1",
    ],
)
def test_values_out_of_range_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsRefused):
        settings(tmp_path, text)


@pytest.mark.parametrize("url", ["https://pusat.test", "http://127.0.0.1:8800", "https://a.b/jipp"])
def test_an_address_has_no_slash_at_its_end(tmp_path: Path, url: str) -> None:
    assert settings(tmp_path, f'url = "{url}"').url == url
    with pytest.raises(SettingsRefused):
        settings(tmp_path, f'url = "{url}/"')


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://jipp@db:port/jipp", "must be such as postgresql://jipp@localhost/jipp"),
        ("postgresql://jipp:rah@sia@db/jipp", "has an `@` within the password: write it as %40"),
        (
            "postgresql://db/jipp?password=rahasia",
            "has its password behind the `?`: write it before the `@`",
        ),
        (
            "postgresql://db/jipp?foo=rahasia",
            "has an option behind the `?` that PostgreSQL does not know",
        ),
        ("sqlite:///", "names no file: write sqlite:/// and its path"),
    ],
)
def test_an_address_that_no_database_has_is_refused_without_its_password(
    tmp_path: Path, address: str, sentence: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings(tmp_path, f'database_url = "{address}"')
    assert refused.value.faults == (f"database_url: {sentence}",)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://jipp:rah%40sia@db:5433/jipp?sslmode=require&keepalives=1",
        "sqlite:////srv/x.db",
    ],
)
def test_an_address_that_a_database_has_is_taken(tmp_path: Path, address: str) -> None:
    assert settings(tmp_path, f'database_url = "{address}"').database_url == address


def test_every_setting_says_what_it_is_for(tmp_path: Path) -> None:
    for row in rows_of(settings(tmp_path, "")):
        assert row.sentence.endswith("."), row.name


def test_a_licence_has_a_name_and_a_text(tmp_path: Path) -> None:
    assert settings(tmp_path, "").licence is None
    lines = 'licence_name = "CC-BY-4.0"\nlicence_url = "https://contoh.go.id/lisensi"'
    made = settings(tmp_path, lines).licence
    assert made is not None
    assert (made.name, made.is_open) == ("CC-BY-4.0", True)
    with pytest.raises(SettingsRefused, match="licence_name: goes with licence_url"):
        settings(tmp_path, 'licence_name = "CC-BY-4.0"')
