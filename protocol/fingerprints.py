"""A fingerprint of verifier keys, and the eight Indonesian words that two people compare.

The words differ in their first four letters, so that a word misheard is not another word of the
list; eight words carry 64 bits, enough against somebody who must find a second key while an
invitation is valid.
"""

import hashlib
from collections.abc import Sequence

from protocol.keys import VerifierKey

WORD_COUNT = 8

WORDS = tuple(
    """
    abadi acara adat agung ahli ajak akar aksi alam aman anak angin antar apung arah asap asri
    atap awan ayam bagus bahu bajak bakti balai bambu bangun baru batik bawang bayam beban bebek
    bekal belut benih beras bibit bijak bintang biola bisik bobot bola bonsai botol buah budi
    bukit bulan bunga burung busur cabai cahaya cakap candi catat cepat cerah cincin cita coklat
    contoh cuaca curah daftar dagang dahan dalam damai dapur darat datang daun dekat delima
    denah derap desa dewan diam dinding dokter dompet dorong duduk dukung durian ekor elang emas
    embun empat enau engsel erat esok fajar garam gedung gelas gempa gerak gigi gitar gizi gula
    gunung gurih guru hadir hakim halus hangat harum hasil hebat helai hemat hidup hijau hitung
    hujan huruf hutan ibu ikan iklim indah ingat injak intan irama jagung jahit jalan jamu jarak
    jasa jati jejak jeruk jujur juang kabut kaca kado kain kakak kamus kapal karang kasih katak
    kayu kebun kelapa kembang kertas kijang kipas kopi kota kuda kulit kunci kursi ladang lagu
    laku lampu langit laut lebah lemari lembah lentera lidah lilin limau lingkar lipat lombok
    lontar luas lukis lumba lurus madu mahir makan malam mandi mangga matahari mawar meja melati
    menara merah mesin mimpi minat minyak mobil murid musik nada naga nama nanas nelayan nenek
    niat nilai nyala ombak otak padi pagar pahat pandai pantai pasir payung pedang pelangi pena
    perahu petani piala pintu pohon puisi pulau rakit ramah rantai rasa rembulan ringan roda
    rumah rusa sagu saksi sawah sekolah senja serat singgah subur sungai tabah tangga
    """.split()  # noqa: SIM905  # a list of words is read as words
)


def fingerprint(keys: Sequence[VerifierKey]) -> bytes:
    """SHA-256 over the keys' verifier key texts, each with a newline, in the given order."""
    return hashlib.sha256("".join(f"{key.text}\n" for key in keys).encode()).digest()


def words(fingerprint_bytes: bytes) -> tuple[str, ...]:
    """Eight words for the first eight bytes of a fingerprint."""
    return tuple(WORDS[byte] for byte in fingerprint_bytes[:WORD_COUNT])
