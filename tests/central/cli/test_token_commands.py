from pathlib import Path

import pytest

from tests.support.commands import Outcome, command_here

BY_RINA = ("--by", "rina", "--agency", "panrb")


@pytest.fixture
def data(papua: Path) -> str:
    return str(papua)


def token(data: str, *arguments: str) -> Outcome:
    return command_here("central", "token", *arguments, "--data", data)


def created(data: str, *scopes: str) -> dict[str, object]:
    options = [it for scope in scopes for it in ("--scope", scope)]
    made = token(data, "create", "Dasbor Kemendagri", *options, *BY_RINA, "--json").json
    assert isinstance(made, dict)
    return dict(made)


def listed(data: str) -> list[dict[str, object]]:
    document = token(data, "list", "--json").json
    assert isinstance(document, dict)
    items = document["items"]
    assert isinstance(items, list)
    return [dict(it) for it in items if isinstance(it, dict)]


def test_only_the_token_goes_to_stdout(data: str) -> None:
    made = token(data, "create", "Dasbor", "--scope", "hubs:read", *BY_RINA)
    assert (made.code, made.out.startswith("jipp_"), len(made.out)) == (0, True, 64)


def test_a_list_says_everything_but_the_secret(data: str) -> None:
    made = created(data, "hubs:read", "cases:read")
    [row] = listed(data)
    assert (row["id"], row["scopes"]) == (made["id"], ["cases:read", "hubs:read"])
    assert (row["by"], row["agency"], row["state"]) == ("rina", "panrb", "active")
    assert str(made["token"]) not in str(row)


def test_a_revoked_token_stays_in_the_list(data: str) -> None:
    name = str(created(data, "hubs:read")["id"])
    assert token(data, "revoke", name, *BY_RINA, "--yes").code == 0
    assert [row["state"] for row in listed(data)] == ["revoked"]


def test_revoking_asks_first(data: str) -> None:
    name = str(created(data, "hubs:read")["id"])
    assert token(data, "revoke", name, *BY_RINA).code == 2
    assert [row["state"] for row in listed(data)] == ["active"]


@pytest.mark.parametrize(
    "options", [("--scope", "everything"), ("--scope", "hubs:read", "--days", "0"), ()]
)
def test_what_no_token_can_be_is_refused(data: str, options: tuple[str, ...]) -> None:
    assert token(data, "create", "Dasbor", *options, *BY_RINA).code != 0
    assert listed(data) == []
