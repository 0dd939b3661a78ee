from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from runtime.setting_values import Secret, Shape, document_of, setting
from runtime.settings import (
    HOST,
    ServiceSettings,
    SettingsRefused,
    load_settings,
    rows_of,
    with_options,
)


def check_even(number: int) -> None:
    if number % 2:
        raise ValueError("must be even")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    goods: str = setting(description="What lies there.")
    boards: int = setting(default=4, rule=check_even, description="How many it has.")


@dataclass(frozen=True, kw_only=True)
class ShopSettings(ServiceSettings):
    env_prefix: ClassVar[str] = "SHOP_"

    port: int = setting(default=8080, ge=0, le=65_535, description="Where it listens.")
    name: str = setting(
        default="warung",
        max_length=9,
        shape=Shape("[a-z]*", "small letters, such as warung"),
        description="What it is called.",
    )
    host: str = setting(default="127.0.0.1", shape=HOST, description="Address to listen on.")
    size: Literal["small", "large"] = setting(default="small", description="How large it is.")
    is_open: bool = setting(default=True, description="Whether it is open.")
    till: Secret = setting(default=Secret(), max_length=9, description="What opens the till.")
    owners: tuple[str, ...] = setting(default=(), max_length=2, description="Whose it is.")
    shelves: tuple[Shelf, ...] = setting(default=(), description="Where the goods lie.")

    def clashes(self) -> Iterator[str]:
        yield from super().clashes()
        if self.size == "large" and not self.owners:
            yield "size: a large shop has owners"


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


@pytest.mark.parametrize(
    ("variable", "hint"), [("SHOP_PROT", "; did you mean SHOP_PORT?"), ("SHOP_ZZZ", "")]
)
def test_a_mistyped_variable_is_refused_with_the_name_that_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, hint: str
) -> None:
    monkeypatch.setenv(variable, "9100")
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, tmp_path / "none.toml")
    assert refused.value.faults == (f"{variable}: no setting has this name{hint}",)


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
        ('is_open = "kadang"', "is_open: must be true or false"),
        ("till = 3", "till: must be a text in quotes"),
        ('till = "seribu rupiah"', "till: must have at most 9 characters"),
        ('owners = "Ani"', 'owners: must be a list such as ["one", "two"]'),
        ('owners = ["Ani", 3]', "owners.1: must be a text in quotes"),
        ('owners = ["Ani", "Budi", "Cici"]', "owners: must have at most 2 entries"),
        ("shelves = [3]", "shelves.0: must be a table"),
        ("[[shelves]]", "shelves.0.goods: must be given"),
        ('[[shelves]]\ngoods = "beras"\nboards = 3', "shelves.0.boards: must be even"),
        (
            '[[shelves]]\ngoods = "beras"\nbords = 4',
            "shelves.0.bords: no setting has this name; did you mean boards?",
        ),
        ('size = "large"', "size: a large shop has owners"),
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
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("SHOP_PORT", "9100", "port", 9100),
        ("SHOP_IS_OPEN", "No", "is_open", False),
        ("SHOP_OWNERS", '["Ani", "Budi"]', "owners", ("Ani", "Budi")),
        ("SHOP_TILL", "rahasia", "till", Secret("rahasia")),
        ("SHOP_SHELVES", '[{"goods": "beras"}]', "shelves", (Shelf(goods="beras"),)),
    ],
)
def test_the_environment_can_say_every_kind_of_value(  # noqa: PLR0917  # a table's row
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    text: str,
    name: str,
    value: object,
) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(load_settings(ShopSettings, tmp_path / "none.toml"), name) == value


def test_a_secret_is_shown_nowhere(tmp_path: Path) -> None:
    settings = load_settings(ShopSettings, written(tmp_path, 'till = "rahasia"'))
    assert settings.till.text == "rahasia"
    assert "rahasia" not in f"{settings} {rows_of(settings)} {document_of(settings)}"


def test_settings_are_a_document_of_json(tmp_path: Path) -> None:
    lines = 'owners = ["Ani"]\n[[shelves]]\ngoods = "beras"'
    found = document_of(load_settings(ShopSettings, written(tmp_path, lines)))
    assert found["owners"] == ["Ani"]
    assert found["shelves"] == [{"goods": "beras", "boards": 4}]
    assert (found["port"], found["till"]) == (8080, "")


def test_a_variable_of_bytes_that_are_no_text_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_OWNERS", "\udcff")
    with pytest.raises(SettingsRefused, match="SHOP_OWNERS: must be a list"):
        load_settings(ShopSettings, tmp_path / "none.toml")


def test_what_a_variable_says_is_named_by_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PORT", "seribu")
    with pytest.raises(SettingsRefused) as refused:
        load_settings(ShopSettings, written(tmp_path, "name = 3"))
    assert refused.value.faults == (
        "SHOP_PORT: must be a whole number, without quotes",
        "name: must be a text in quotes",
    )


@pytest.mark.parametrize("text", ["port = seribu", "is_open = True", "port = 1\nport = 2"])
def test_what_is_no_toml_is_answered_with_what_is(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsRefused, match="texts stand in quotes, true and false in small"):
        load_settings(ShopSettings, written(tmp_path, text))


def test_a_file_may_begin_with_a_byte_order_mark_and_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes("port = 9000".encode("utf-8-sig"))
    assert load_settings(ShopSettings, path).port == 9000
    path.write_bytes("port = 9000".encode("utf-16"))
    with pytest.raises(SettingsRefused, match="save it as a text in UTF-8"):
        load_settings(ShopSettings, path)


def test_values_are_shown_as_the_file_takes_them(tmp_path: Path) -> None:
    rows = {it.name: it for it in rows_of(load_settings(ShopSettings, written(tmp_path, "")))}
    assert (rows["is_open"].value, rows["owners"].default) == ("true", "[]")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("http://ani:rahasia@proxy:3128", "http://ani:**********@proxy:3128"),
        ("http://ani:ra@hasia@proxy:3128", "http://ani:**********@proxy:3128"),
        ("http://proxy:3128/a@b", "http://proxy:3128/a@b"),
    ],
)
def test_the_password_of_an_address_is_not_shown(tmp_path: Path, said: str, shown: str) -> None:
    owned = load_settings(ShopSettings, written(tmp_path, f'owners = ["{said}"]'))
    assert document_of(owned)["owners"] == [shown]
    assert "rahasia" not in str(rows_of(owned))
