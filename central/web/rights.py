"""Roles at the centre, and what each may do (docs/decisions/0043)."""

from collections.abc import Mapping
from enum import StrEnum

from central.role import Role
from runtime.pages.translating import msg

__all__ = ["RIGHTS", "ROLE_WORDS", "Right", "Role"]


class Right(StrEnum):
    """Something that a page or a form takes."""

    LOOK = "look"
    DECIDE = "decide"
    ADMIT = "admit"
    ADMINISTER = "administer"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset([Right.LOOK]),
    Role.CURATOR: frozenset([Right.LOOK, Right.DECIDE]),
    Role.HUB_ADMIN: frozenset([Right.LOOK, Right.ADMIT]),
    Role.ADMINISTRATOR: frozenset(Right),
}
"""No ladder: whoever decides cases has no business with hubs' keys, and the other way round."""

ROLE_WORDS: Mapping[Role, tuple[str, str]] = {
    Role.VIEWER: (msg("Pengamat"), msg("melihat semuanya, tidak mengubah apa pun")),
    Role.CURATOR: (
        msg("Kurator"),
        msg("memutuskan benturan, dugaan ganda, perubahan yang ditahan, dan kampanye"),
    ),
    Role.HUB_ADMIN: (msg("Admin hub"), msg("mengundang, menangguhkan, dan mencabut hub")),
    Role.ADMINISTRATOR: (
        msg("Administrator"),
        msg("semuanya, juga akun, token, dan pengaturan"),
    ),
}
"""What each role is called, and what it may."""
