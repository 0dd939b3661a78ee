"""One mail over SMTP. Blocks for seconds, so it runs in a worker thread and never in a run."""

import errno
import smtplib
import socket
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from runtime.alerts.message import Message
from runtime.alerts.settings import MailWay
from runtime.alerts.undelivered import DETAIL_CHARACTERS_MAX, Undelivered

TIMEOUT_S = 20.0
"""For each answer of the server."""

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (smtplib.SMTPAuthenticationError, "login"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPNotSupportedError, "unsupported"),
    (smtplib.SMTPServerDisconnected, "cut"),
    (smtplib.SMTPResponseException, "mail_refused"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (socket.gaierror, "dns"),
    (UnicodeEncodeError, "login"),
    (UnicodeError, "dns"),
    (ConnectionRefusedError, "refused"),
    (smtplib.SMTPException, "cut"),
    (OSError, "cut"),
)
"""What went wrong, most exact first, and the reason of `Undelivered`."""


def mail_of(message: Message, way: MailWay, *, now: datetime, token: str) -> EmailMessage:
    """The mail that says a message.

    Args:
        message: what it says.
        way: from whom and to whom.
        now: when it is written.
        token: what no other mail of this service has; of its Message-ID.
    """
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = way.sender
    mail["To"] = ", ".join(way.recipients)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{token}@{way.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def send_mail(mail: EmailMessage, way: MailWay) -> str:
    """Sends it; returns what there is to say about it, where some addresses were refused.

    Raises:
        Undelivered: nobody got it, as far as is known.
    """
    count_max = len(way.recipients)
    try:
        with _connected(way) as server:
            if way.user:
                server.login(way.user, way.password)
            refused = server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise Undelivered("recipients", f"{len(error.recipients)}/{count_max}") from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise Undelivered(_reason(error), _detail(error)) from error
    return f"{len(refused)}/{count_max}" if refused else ""


def _connected(way: MailWay) -> smtplib.SMTP:
    if way.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(way.host, way.port, way.domain, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(way.host, way.port, way.domain, timeout=TIMEOUT_S)
    if way.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _reason(error: BaseException) -> str:
    return next(reason for kind, reason in _REASONS if isinstance(error, kind))


def _detail(error: BaseException) -> str:
    """What the server said, not to whom it was to be sent; of a machine's error its name alone."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"[:DETAIL_CHARACTERS_MAX]
    if isinstance(error, ssl.SSLError):
        return str(error)[:DETAIL_CHARACTERS_MAX]
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, "")  # the reason says it in words
