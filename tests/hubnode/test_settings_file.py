"""`node.toml` written by a page: what changes changes, and nothing else."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubnode.settings_file import Value, changed, write_settings

TYPED = """# dari Rina
host = "127.0.0.1"  # jangan diubah
witnesses = [
  "satu",  # PANRB
  "dua",
]

schedule_interval_s = 900
"""


def test_what_changes_is_replaced_where_it_stood() -> None:
    text = changed(TYPED, {"schedule_interval_s": 60})
    assert text == TYPED.replace("900", "60")


def test_a_list_over_several_lines_is_replaced_whole() -> None:
    text = changed(TYPED, {"witnesses": ("tiga",)})
    assert 'witnesses = ["tiga"]\n\nschedule' in text
    assert "satu" not in text


def test_what_was_not_there_comes_at_the_end() -> None:
    assert changed('a = "x"', {"proxy": "http://p:1"}) == 'a = "x"\nproxy = "http://p:1"\n'


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "node.toml"
    path.write_text("host = [\n", encoding="utf-8")
    with pytest.raises(tomllib.TOMLDecodeError):
        write_settings(path, {"proxy": ""})
    assert path.read_text(encoding="utf-8") == "host = [\n"


def test_nobody_else_reads_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "node.toml"
    path.write_text("", encoding="utf-8")
    path.chmod(0o644)
    write_settings(path, {"alert_smtp_password": "rahasia"})
    assert path.stat().st_mode & 0o077 == 0


VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**40), 2**40),
    st.booleans(),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9)).map(tuple),
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), VALUES, max_size=5))
def test_whatever_is_written_is_read_again(values: dict[str, Value]) -> None:
    read = tomllib.loads(changed(TYPED, values))
    for name, value in values.items():
        assert read[name] == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("odd", ["a\u2028b", "a\u0085b", "a\x0cb"])
def test_only_a_line_feed_ends_a_line(odd: str) -> None:
    text = changed('host = "127.0.0.1"\n', {"proxy": odd})
    assert tomllib.loads(changed(text, {"host": "::1"})) == {"host": "::1", "proxy": odd}


def test_a_comment_may_hold_any_space() -> None:
    assert changed("# dari\u0085Rina\n", {"port": 1}) == "# dari\u0085Rina\nport = 1\n"
