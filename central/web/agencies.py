"""What the three agencies that keep JIPPNas are called."""

from collections.abc import Mapping

from central.agency import Agency
from runtime.pages.translating import Say, msg

AGENCY_WORDS: Mapping[Agency, str] = {
    Agency.PANRB: msg("Kementerian PANRB"),
    Agency.KEMENDAGRI: msg("Kementerian Dalam Negeri"),
    Agency.LAN: msg("Lembaga Administrasi Negara"),
}


def agency_called(agency: str, say: Say) -> str:
    """An agency in the reader's words; one that is none of the three by its id."""
    known = {str(it): word for it, word in AGENCY_WORDS.items()}
    return say(known[agency]) if agency in known else agency
