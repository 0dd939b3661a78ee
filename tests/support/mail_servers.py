"""A real mail server on loopback, and what it was given."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "node", "rahasia surat"


@dataclass
class Mailbox:
    """What came in, and what the server refuses.

    Attributes:
        refused: recipients that it does not know.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def subjects(self) -> list[str]:
        return [str(it["Subject"]) for it in self.mails]

    @property
    def texts(self) -> list[str]:
        return [str(it.get_content()) for it in self.mails]

    async def handle_RCPT(  # noqa: N802 - the name that the server calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


def _is_known(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


class _AnyPort(Controller):
    """aiosmtpd's own calls itself at the port that it was given, which may be 0."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, asks: bool = False) -> Iterator[Mailbox]:
    """Takes mail meanwhile.

    Args:
        tls: offers STARTTLS with this, and takes nothing without it.
        asks: for a user and a password.
    """
    mailbox = Mailbox()
    options: dict[str, Any] = {"authenticator": _is_known, "auth_required": True} if asks else {}
    controller = _AnyPort(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        tls_context=tls,
        require_starttls=tls is not None,
        auth_require_tls=tls is not None,
        **options,
    )
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()
