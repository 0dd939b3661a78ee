"""Edits of the hub's own records, one function each: what the command line and the pages call."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection

from hubnode.authoring import Desk, own_record
from hubnode.campaigns import check_asks
from hubnode.node import Node
from hubnode.review import contested_fields
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from protocol.canonical import Json

Edit = Callable[[Connection, Desk, OwnRecord], None]


def edit_record(
    conn: Connection, node: Node, who: Identity, record: str, *, by: str, edit: Edit
) -> tuple[OwnRecord, int]:
    """Edits a record; the record as it is then, and how many changes were saved.

    Raises:
        EditRefused: what is wrong with it.
        RecordGiven: another hub has the record now.
        UnknownRecord: this hub has none of that id.
    """
    desk = Desk.open(conn, node, who, by=by)
    edit(conn, desk, own_record(conn, record))
    saved = desk.save(conn)
    return own_record(conn, record), saved


def amend(
    conn: Connection,
    desk: Desk,
    own: OwnRecord,
    fields: dict[str, Json],
    *,
    touched: Collection[str],
    national: int | None = None,
    answered: Collection[str] = (),
) -> None:
    """Writes what differs; of contested fields also what was touched and does not differ.

    Args:
        conn: an open transaction.
        desk: where.
        own: the record as it is.
        fields: the whole record as it shall be.
        touched: fields of which the author has seen every value.
        national: as of `Desk.put`.
        answered: as of `Desk.put`.

    Raises:
        EditRefused: invalid, with personal data, or too large.
    """
    settled = contested_fields(conn, desk.node, own.id) & set(touched)
    if settled or fields != own.fields:
        desk.put(own, own.id, fields, national=national, settled=settled, answered=answered)


def attest(campaign: str | None = None) -> Edit:
    """States that a record is still true, for a campaign if one is named.

    What it returns raises CampaignRefused where the campaign does not ask for the record.
    """

    def edit(conn: Connection, desk: Desk, own: OwnRecord) -> None:
        if campaign is not None:
            check_asks(conn, desk.node, campaign=campaign, record=own.id)
        desk.attest(own, campaign)

    return edit


def withdraw(reason: str) -> Edit:
    """Hides a record; one that is hidden already stays as it is."""

    def edit(_conn: Connection, desk: Desk, own: OwnRecord) -> None:
        if not own.withdrawn:
            desk.withdraw(own, reason)

    return edit


def restore(reason: str) -> Edit:
    """Shows a hidden record again; one that is shown stays as it is."""

    def edit(_conn: Connection, desk: Desk, own: OwnRecord) -> None:
        if own.withdrawn:
            desk.restore(own, reason)

    return edit
