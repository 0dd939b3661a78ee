"""What is wrong with a new account's name or password, in the reader's words."""

from protocol.innovation.privacy import scan
from runtime.pages.passwords import LENGTH_MIN, is_acceptable
from runtime.pages.translating import Say

_NAME_MAX = 64


def name_fault(name: str, say: Say) -> str:
    """What is wrong with an account's name, or ""."""
    if not name or len(name) > _NAME_MAX or not name.isprintable():
        return say("Tulis nama akun, paling panjang 64 karakter.")
    if name in {".", ".."} or set(name) & set("/\\"):
        return say("Nama akun tidak boleh memuat garis miring atau hanya titik.")
    if scan({"name": name}):
        return say("Nama akun ikut ditandatangani; jangan memakai data pribadi.")
    return ""


def password_faults(password: str, again: object, say: Say) -> dict[str, str]:
    """What is wrong with a new password that was typed twice, by field."""
    if not is_acceptable(password):
        sentence = say("Kata sandi paling sedikit {0} karakter, dan tidak hanya satu huruf.")
        return {"password": sentence.format(LENGTH_MIN)}
    if password != again:
        return {"again": say("Kedua kata sandi tidak sama.")}
    return {}
