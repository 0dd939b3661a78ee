"""Settings of alerts, which both services have: by mail, and to an address that takes JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from runtime.addresses import fault_of_address, fault_of_mail, is_loopback
from runtime.setting_values import Secret, Shape, setting, unless
from runtime.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWay:
    """The way of a mail: from whom, to whom, and through which server.

    Attributes:
        sender: the address that it comes from.
        recipients: the addresses that it goes to.
        host, port: of the server.
        security: `starttls`, `tls` or `none`.
        user: account at the server; "" uses none.
    """

    sender: str
    recipients: tuple[str, ...]
    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)

    @property
    def domain(self) -> str:
        """Of the sender."""
        return self.sender.rpartition("@")[2]


def _check_mail_addresses(value: tuple[str, ...]) -> None:
    for it in value:
        unless(fault_of_mail)(it)


@dataclass(frozen=True, kw_only=True)
class AlertSettings(ServiceSettings):
    """To whom a service says that something is wrong; a service adds its own to these."""

    alert_to: tuple[str, ...] = setting(
        default=(),
        max_length=20,
        rule=_check_mail_addresses,
        description="Mail addresses that are told what is wrong.",
    )
    alert_from: str = setting(
        default="",
        max_length=254,
        rule=unless(fault_of_mail),
        description="Mail address that such messages come from.",
    )
    alert_smtp_host: str = setting(
        default="",
        max_length=253,
        shape=Shape(r"[A-Za-z0-9.:_%-]*", "a name or an address, such as surat.contoh.go.id"),
        description="Mail server; empty sends no mail.",
    )
    alert_smtp_port: int = setting(
        default=587, ge=1, le=65_535, description="Port of the mail server."
    )
    alert_smtp_security: Literal["starttls", "tls", "none"] = setting(
        default="starttls",
        description="How the way to the mail server is encrypted: `starttls` (port 587), `tls` "
        "(port 465) or `none`.",
    )
    alert_smtp_user: str = setting(
        default="", max_length=254, description="Account at the mail server; empty uses none."
    )
    alert_smtp_password: Secret = setting(
        default=Secret(), max_length=500, description="Its password; never shown."
    )
    alert_webhook: str = setting(
        default="",
        max_length=1_000,
        rule=unless(fault_of_address),
        description="Address to which alerts are posted as JSON: https, or http on this machine.",
    )

    def clashes(self) -> Iterator[str]:
        """What goes together only; refused here and not when something is sent."""
        yield from super().clashes()
        if self.alert_smtp_host and not (self.alert_from and self.alert_to):
            yield "alert_smtp_host: mail needs alert_from and alert_to as well"
        is_open = self.alert_smtp_security == "none" and not is_loopback(self.alert_smtp_host)
        if is_open and self.alert_smtp_password.text:
            yield (
                "alert_smtp_security: a password is not sent without encryption; use starttls or "
                "tls"
            )

    def mail_way(self) -> MailWay:
        """How mail goes out; only where `alert_smtp_host` is set."""
        return MailWay(
            sender=self.alert_from,
            recipients=self.alert_to,
            host=self.alert_smtp_host,
            port=self.alert_smtp_port,
            security=self.alert_smtp_security,
            user=self.alert_smtp_user,
            password=self.alert_smtp_password.text,
        )
