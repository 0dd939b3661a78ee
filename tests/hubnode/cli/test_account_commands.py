"""A way back in for the only operator who forgot the password: the node's own terminal."""

from pathlib import Path

import pytest

from hubnode.cli.common import node_of
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.site import Role
from runtime.console import ExitCode
from runtime.pages.passwords import is_password
from tests.support.commands import Outcome, command
from tests.support.hub_accounts import employ
from tests.support.operators import document, node, refused

NEW = "tiga gajah di pasar"


def change(data: Path, name: str, new: str) -> Outcome:
    """Types `hubnode account password NAME`, and the password."""
    words = ("account", "password", name, "--data", str(data))
    return command("hubnode", *words, typed=f"{new}\n")


@pytest.fixture
def operator(data: Path) -> str:
    """Somebody with an account and a session."""
    with node_of(data) as it:
        employ(it, "wayan", Role.OPERATOR)
        token = {"token": "a" * 64, "csrf": "b" * 64, "agent": ""}
        now = it.clock.now()
        it.db.run_sync(lambda conn: ACCOUNTS.begin_session(conn, account="wayan", now=now, **token))
    return "wayan"


def test_a_new_password_is_set_and_ends_every_session(data: Path, operator: str) -> None:
    assert change(data, operator, NEW).code == ExitCode.OK
    with node_of(data) as it:
        account = it.db.read_sync(lambda conn: ACCOUNTS.get(conn, operator))
        sessions = it.db.read_sync(lambda conn: ACCOUNTS.sessions_of(conn, operator))
    assert account is not None
    assert is_password(account.password, NEW)
    assert sessions == []


def test_a_weak_password_is_refused(data: Path, operator: str) -> None:
    answer = change(data, operator, "rahasia")
    assert refused(answer, ExitCode.USAGE, "12 to 200 characters")


def test_an_account_that_is_not_there_is_named(data: Path) -> None:
    answer = change(data, "made", NEW)
    assert refused(answer, ExitCode.USAGE, "hubnode account list")


def test_accounts_are_listed_without_their_passwords(data: Path, operator: str) -> None:
    assert document(node(data, "account", "list", "--json")) == {
        "items": [{"name": operator, "role": "operator", "active": True}]
    }
