"""A new account: what is wrong with it, and how it is kept."""

from sqlalchemy import Connection

from hubnode.web.site import Role
from hubnode.web.visit import Visit
from runtime.accounts import Account
from runtime.pages.new_account import name_fault, password_faults


def faults_of(visit: Visit, name: str, password: str) -> dict[str, str]:
    """What is wrong with a new account, by field."""
    fault = name_fault(name, visit.say)
    return ({"name": fault} if fault else {}) | password_faults_of(visit, password)


def password_faults_of(visit: Visit, password: str) -> dict[str, str]:
    """What is wrong with a new password that was typed twice, by field."""
    return password_faults(password, visit.form.get("again"), visit.say)


async def add_account(
    visit: Visit, name: str, password: str, role: Role, *, is_first: bool = False
) -> bool:
    """Keeps a new account, and says whether it did.

    Not where the name was taken meanwhile, and a first account only while there is no other.
    """
    node, accounts = visit.node, visit.site.accounts
    encoded = await visit.site.entrance.hash(password)
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
