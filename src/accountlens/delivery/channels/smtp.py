"""Mail by an SMTP server: encrypted, signed in, one message for each recipient, at most once."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from accountlens.catalog.habits import ChannelSettings, naming_a_secret
from accountlens.delivery.channel import HandingOver, NotSentError, UnknownError
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.delivery.pictures import add_page
from accountlens.sources.secrets import Secrets
from accountlens.store.snapshots import utc_now

ADDRESSED = ONCE = True
EXAMPLE = """mail:
  type: smtp
  host: smtp.acme.example
  user: kpis
  password: ${SMTP_PASSWORD}
  from: KPIs of Acme <kpis@acme.example>"""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))
SILENT_SECONDS = 20.0
PORTS = {"tls": 465, "starttls": 587, "none": 25}


class Settings(ChannelSettings):
    """A mail server."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    type: Literal["smtp"] = "smtp"
    host: str
    port: int | None = Field(None, ge=1, le=65535, description="Else 465 for tls, 587 for starttls, 25 for none.")
    security: Literal["tls", "starttls", "none"] = "starttls"
    ca: str | None = Field(None, description="A file with the certificates to trust, where they are a company's own.")
    user: str | None = None
    password: str | None = Field(None, description="As ${A_NAME}.")
    sender: str = Field(alias="from", description='"KPIs of Acme <kpis@acme.example>"')

    _names_its_secret = field_validator("password")(naming_a_secret)

    @field_validator("sender")
    @classmethod
    def _is_a_mailbox(cls, sender: str) -> str:
        _mailbox(sender)
        return sender

    @model_validator(mode="after")
    def _shouts_no_password(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.password and self.security == "none" and not _is_here(self.host):
            raise ValueError("security: none would send the password for everybody on the way to read")
        return self


def send(settings: Settings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver) -> str:
    """Send one mail; what the server said. Once its content was begun, silence means that it is not known."""
    try:
        mail, to = message(settings, parcel, envelope), _mailbox(envelope.to).addr_spec
    except ValueError as error:
        raise NotSentError(f"{error}.", lasting=True) from None
    try:
        server = _connected(settings, secrets)
        try:
            _accepted(server.mail(_mailbox(settings.sender).addr_spec), "the sender")
            _accepted(server.rcpt(to), to)
            handing()
            return _handed_over(server, mail)
        finally:
            _leave(server)
    except smtplib.SMTPResponseException as error:
        raise NotSentError(_words(error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(f"The mail server cannot be used: {str(error) or type(error).__name__}.") from None


def message(settings: Settings, parcel: Parcel, envelope: Envelope) -> EmailMessage:
    """The mail; ValueError where an address is none."""
    sender = _mailbox(settings.sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, _mailbox(envelope.to)
    mail["Subject"] = " ".join(parcel.subject.split())
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = f"<{envelope.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of the absent comes back
    mail.set_content(parcel.text)
    add_page(mail, parcel.html)
    for one in parcel.attachments:
        main, _, sub = one.media.partition("/")
        mail.add_attachment(one.content, maintype=main, subtype=sub or "octet-stream", filename=one.name)
    return mail


def _connected(settings: Settings, secrets: Secrets) -> smtplib.SMTP:
    port = settings.port or PORTS[settings.security]
    trusted = ssl.create_default_context(cafile=str(secrets.folder / settings.ca) if settings.ca else None)
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, port, timeout=SILENT_SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(settings.host, port, timeout=SILENT_SECONDS)
    try:
        if settings.security == "starttls":
            server.starttls(context=trusted)
        server.ehlo_or_helo_if_needed()
        if settings.user and settings.password:
            server.login(settings.user, secrets.fill(settings.password, "delivery, channels"))
    except BaseException:
        server.close()
        raise
    return server


def _handed_over(server: smtplib.SMTP, mail: EmailMessage) -> str:
    """The content, and what the server says to it."""
    _accepted(server.docmd("DATA"), "mail now", 354)
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", mail.as_bytes()) + b".\r\n")
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        what = f"The connection broke while it was sent: {str(error) or type(error).__name__}."
        raise UnknownError(what) from None
    _accepted((code, said), "the mail")
    return _told(code, said)


def _leave(server: smtplib.SMTP) -> None:
    """Whatever it says to that, the mail is with it or not."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _accepted(reply: tuple[int, bytes], what: str, wanted: int = 250) -> None:
    code, said = reply
    if code != wanted and not (wanted == 250 and code == 251):
        raise NotSentError(f"The mail server refuses {what}: {_told(code, said)}.", lasting=code >= 500)


def _words(code: int, said: bytes | str) -> str:
    return f"The mail server refuses: {_told(code, said)}."


def _told(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300].strip()


def _mailbox(text: str) -> Address:
    """`Jane <jane@example.com>` or the bare address; ValueError where it is neither."""
    name, spec = parseaddr(text)
    user, at, domain = spec.rpartition("@")
    if not at or not user or not domain or any(sign.isspace() or sign in "<>,;" for sign in spec):
        raise ValueError(f"'{text}' is no e-mail address")
    if not user.isascii():
        raise ValueError(f"'{text}': before the @ of an e-mail address only ASCII is sent")
    return Address(name, user, domain.encode("idna").decode())


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
