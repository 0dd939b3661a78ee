from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from runtime.settings import (
    Host,
    ServiceSettings,
    SettingsRefused,
    load_settings,
    rows_of,
    with_options,
)


class ShopSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    port: int = Field(default=8080, ge=0, le=65_535, description="Where it listens.")
    name: str = Field(
        default="warung",
        max_length=9,
        pattern="^[a-z]*$",
        json_schema_extra={"shape": "small letters, such as warung"},
        description="What it is called.",
    )
    host: Host = Field(default="127.0.0.1", description="Address to listen on.")
    size: Literal["small", "large"] = Field(default="small", description="How large it is.")
    opens_at: datetime | None = Field(default=None, description="When it opens.")


def written(folder: Path, text: str) -> Path:
    path = folder / "shop.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(ShopSettings, tmp_path / "none.toml").port == 8080


def test_the_file_wins_over_the_default(tmp_path: Path) -> None:
    assert load_settings(ShopSettings, written(tmp_path, "port = 9000")).port == 9000


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PORT", "9100")
    assert load_settings(ShopSettings, written(tmp_path, "port = 9000")).port == 9100


def test_a_mistyped_name_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, written(tmp_path, "prot = 9000"))
    assert refused.value.faults == ("prot: no setting has this name; did you mean port?",)


def test_a_mistyped_variable_is_refused_with_the_name_that_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PROT", "9100")
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, tmp_path / "none.toml")
    [fault] = refused.value.faults
    assert fault == "SHOP_PROT: no setting has this name; did you mean SHOP_PORT?"


def test_a_variable_of_the_command_line_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATA", "/srv/shop")
    assert load_settings(ShopSettings, tmp_path / "none.toml").port == 8080


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, written(tmp_path, "port = 70000\nname = 3"))
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("port = 70000", "port: must be at most 65535"),
        ("port = -1", "port: must be at least 0"),
        ('port = "seribu"', "port: must be a whole number, without quotes"),
        ("port = 1.5", "port: must be a whole number, without quotes"),
        ("port = []", "port: must be a whole number, without quotes"),
        ("name = 3", "name: must be a text in quotes"),
        ('name = "Warung 3"', "name: must be small letters, such as warung"),
        ('name = "warungbesar"', "name: must have at most 9 characters"),
        ('host = ""', "host: must be a name or an address, such as 127.0.0.1; 0.0.0.0 is all"),
        (
            'host = "satu dua"',
            "host: must be a name or an address, such as 127.0.0.1; 0.0.0.0 is all",
        ),
        ('size = "huge"', "size: must be 'small' or 'large'"),
        ('opens_at = "nanti"', "opens_at: this value cannot be used"),
        ("warna = 1", "warna: no setting has this name"),
    ],
)
def test_a_value_that_cannot_be_used_is_answered_with_what_can(
    tmp_path: Path, text: str, fault: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, written(tmp_path, text))
    assert refused.value.faults == (fault,)


@pytest.mark.parametrize("host", ["127.0.0.1", "::", "::1", "fe80::1%eth0", "localhost"])
def test_a_host_is_a_name_or_an_address(tmp_path: Path, host: str) -> None:
    assert load_settings(ShopSettings, written(tmp_path, f'host = "{host}"')).host == host


def test_an_option_goes_before_the_file_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PORT", "9100")
    settings = load_settings(ShopSettings, written(tmp_path, 'name = "toko"'))
    said = with_options(settings, {"port": 9200, "name": None})
    assert (said.port, said.name) == (9200, "toko")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("port", 70_000, "port: must be at most 65535"),
        ("name", "Warung 3", "name: must be small letters, such as warung"),
        ("host", "", "host: must be a name or an address, such as 127.0.0.1; 0.0.0.0 is all"),
    ],
)
def test_an_option_is_held_to_what_the_file_is_held_to(
    tmp_path: Path, name: str, value: object, fault: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        with_options(load_settings(ShopSettings, tmp_path / "none.toml"), {name: value})
    assert refused.value.faults == (fault,)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="not TOML"):
        load_settings(ShopSettings, written(tmp_path, "port: 9000"))


def test_settings_show_value_default_and_sentence(tmp_path: Path) -> None:
    row = rows_of(load_settings(ShopSettings, written(tmp_path, "port = 9000")))[0]
    assert (row.name, row.value, row.default) == ("port", "9000", "8080")
    assert row.sentence == "Where it listens."


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load_settings(ShopSettings, tmp_path / "none.toml")
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
