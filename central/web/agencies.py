"""What the three agencies that keep JIPPNas are called."""

from collections.abc import Mapping

from central.agency import Agency
from runtime.pages.translating import msg

AGENCY_WORDS: Mapping[Agency, str] = {
    Agency.PANRB: msg("Kementerian PANRB"),
    Agency.KEMENDAGRI: msg("Kementerian Dalam Negeri"),
    Agency.LAN: msg("Lembaga Administrasi Negara"),
}
