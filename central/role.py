"""What an account of the centre is; what each may do, `central.web.rights` says."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is."""

    VIEWER = "viewer"
    CURATOR = "curator"
    HUB_ADMIN = "hub_admin"
    ADMINISTRATOR = "administrator"
