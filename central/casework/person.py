"""Who decides at the centre, for which agency, and why."""

from dataclasses import dataclass

from central.centre import Centre
from central.public_text import refuse_private


def are_one(first: str, second: str) -> bool:
    """Whether two names are one account: where two people must agree, `Rina` is no second."""
    return first.strip().casefold() == second.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the national log will name them, for ever.

    Attributes:
        by: account; no personal data.
        agency: for which agency.
        reason: why; "" where a decision of that kind carries none.
    """

    by: str
    agency: str
    reason: str = ""

    @property
    def name(self) -> str:
        """As audit rows name them: `tuti (panrb)`."""
        return f"{self.by} ({self.agency})"

    def signed(self, centre: Centre) -> dict[str, str]:
        """What every decision of a person carries, aside from its reason.

        Raises:
            TextRefused: the account or the reason looks like personal data.
        """
        refuse_private({"by": self.by, "reason": self.reason})
        return {
            "salt": centre.salt(),
            "at": centre.timestamp(),
            "by": self.by,
            "agency": self.agency,
        }

    def reasoned(self, centre: Centre) -> dict[str, str]:
        """The same with the reason.

        Raises:
            TextRefused: as there.
        """
        return {**self.signed(centre), "reason": self.reason}
