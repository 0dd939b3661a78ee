"""Where a map shows what lies in a province: at the seat of its government, and no nearer.

Records name regions and no coordinates, so anything finer would be made up. The seats are those of
the provinces' laws (Banjarbaru: UU 8/2022; Sofifi: UU 46/1999; Papua: UU 14 to 16 and 29/2022),
their places read off public maps to a tenth of a degree, which is eleven kilometres.
"""

from collections.abc import Mapping

SEATS: Mapping[str, tuple[float, float]] = {
    "11": (95.3, 5.5),  # Banda Aceh
    "12": (98.7, 3.6),  # Medan
    "13": (100.4, -0.9),  # Padang
    "14": (101.4, 0.5),  # Pekanbaru
    "15": (103.6, -1.6),  # Jambi
    "16": (104.8, -3.0),  # Palembang
    "17": (102.3, -3.8),  # Bengkulu
    "18": (105.3, -5.4),  # Bandar Lampung
    "19": (106.1, -2.1),  # Pangkalpinang
    "21": (104.4, 0.9),  # Tanjungpinang
    "31": (106.8, -6.2),  # Jakarta
    "32": (107.6, -6.9),  # Bandung
    "33": (110.4, -7.0),  # Semarang
    "34": (110.4, -7.8),  # Yogyakarta
    "35": (112.7, -7.2),  # Surabaya
    "36": (106.2, -6.1),  # Serang
    "51": (115.2, -8.7),  # Denpasar
    "52": (116.1, -8.6),  # Mataram
    "53": (123.6, -10.2),  # Kupang
    "61": (109.3, 0.0),  # Pontianak
    "62": (113.9, -2.2),  # Palangka Raya
    "63": (114.8, -3.4),  # Banjarbaru
    "64": (117.1, -0.5),  # Samarinda
    "65": (117.4, 2.8),  # Tanjung Selor
    "71": (124.8, 1.5),  # Manado
    "72": (119.9, -0.9),  # Palu
    "73": (119.4, -5.1),  # Makassar
    "74": (122.5, -4.0),  # Kendari
    "75": (123.1, 0.5),  # Gorontalo
    "76": (118.9, -2.7),  # Mamuju
    "81": (128.2, -3.7),  # Ambon
    "82": (127.6, 0.7),  # Sofifi
    "91": (140.7, -2.5),  # Jayapura
    "92": (134.1, -0.9),  # Manokwari
    "93": (140.4, -8.5),  # Merauke
    "94": (135.5, -3.4),  # Nabire
    "95": (138.9, -4.1),  # Wamena
    "96": (131.3, -0.9),  # Sorong
}
"""By Kemendagri's code of the province: longitude and latitude in degrees (WGS 84)."""

_PROVINCE_DIGITS = 2


def seat_of(region: str) -> tuple[float, float] | None:
    """Longitude and latitude of the seat of the province in which a region lies, or None."""
    return SEATS.get(region[:_PROVINCE_DIGITS])
