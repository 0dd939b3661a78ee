"""A new account: what is wrong with it, and how it is kept."""

from sqlalchemy import Connection

from hubnode.web.site import Role
from hubnode.web.visit import Visit
from protocol.innovation.privacy import scan
from runtime.accounts import Account
from runtime.pages.passwords import LENGTH_MIN, hash_password, is_acceptable

_NAME_MAX = 64


def faults_of(visit: Visit, name: str, password: str) -> dict[str, str]:
    """What is wrong with a new account, by field."""
    faults = {}
    if not name or len(name) > _NAME_MAX or not name.isprintable():
        faults["name"] = visit.say("Tulis nama akun, paling panjang 64 karakter.")
    elif name in {".", ".."} or set(name) & set("/\\"):
        faults["name"] = visit.say("Nama akun tidak boleh memuat garis miring atau hanya titik.")
    elif scan({"name": name}):
        faults["name"] = visit.say("Nama akun ikut ditandatangani; jangan memakai data pribadi.")
    return faults | password_faults_of(visit, password)


def password_faults_of(visit: Visit, password: str) -> dict[str, str]:
    """What is wrong with a new password that was typed twice, by field."""
    if not is_acceptable(password):
        sentence = visit.say("Kata sandi paling sedikit {0} karakter, dan tidak hanya satu huruf.")
        return {"password": sentence.format(LENGTH_MIN)}
    if password != visit.form.get("again"):
        return {"again": visit.say("Kedua kata sandi tidak sama.")}
    return {}


async def add_account(
    visit: Visit, name: str, password: str, role: Role, *, is_first: bool = False
) -> bool:
    """Keeps a new account, and says whether it did.

    Not where the name was taken meanwhile, and a first account only while there is no other.
    """
    node, accounts = visit.node, visit.site.accounts
    async with visit.site.pace.turns:
        encoded = await node.db.worker.run(lambda: hash_password(password))
    account = Account(
        name=name,
        role=role.word,
        password=encoded,
        is_active=True,
        created_at=node.clock.now(),
    )

    def add(conn: Connection) -> bool:
        is_free = not accounts.count(conn) if is_first else accounts.get(conn, name) is None
        if is_free:
            accounts.add(conn, account)
        return is_free

    return await node.db.run(add)
