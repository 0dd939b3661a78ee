"""Tokens for tests: made at a centre, and the header that carries one."""

from collections.abc import Mapping

from central import tokens
from central.casework.person import Person
from central.centre import Centre
from central.scope import Scope

RINA = Person(by="rina", agency="panrb")


def token_of(centre: Centre, *scopes: Scope, days: int = 30, name: str = "Dasbor") -> str:
    """The text of a fresh token."""
    _, text = centre.db.run_sync(
        lambda conn: tokens.create(
            conn, centre, name=name, scopes=scopes or tuple(Scope), days=days, person=RINA
        )
    )
    return text


def bearing(text: str) -> Mapping[str, str]:
    """The header of a request that carries a token."""
    return {"Authorization": f"Bearer {text}"}
