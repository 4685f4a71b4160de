"""A mail server on loopback that keeps what it is given, and does what real ones do wrong when it is told to."""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

with warnings.catch_warnings():  # of its own age
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

PASSWORD = b"open sesame"


@dataclass
class Mailbox:
    """`mails` are those that were accepted. `refuse` answers a step (`RCPT`, `DATA`) with a code and words.

    `breaks`: the connection ends when the content has come, before or after it was kept.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    breaks: str = ""  # before | after
    slow_seconds: float = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slow_seconds)
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        if self.breaks != "before":
            self.mails.append(
                cast(EmailMessage, message_from_bytes(cast(bytes, envelope.content), policy=policy.default))
            )
            self.to += envelope.rcpt_tos
            self.signed_in.append(bool(session.authenticated))
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.breaks:
            server.transport.abort()
        return "250 2.0.0 kept"


def text_of(mail: EmailMessage) -> str:
    """What a mail says as plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def signs_in(server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"kpis", PASSWORD)
    return AuthResult(success=right, handled=False)


@contextmanager
def mailbox(*, tls: ssl.SSLContext | None = None, wrapped: bool = False, signed: bool = False) -> Iterator[Mailbox]:
    """A running server: with STARTTLS or, wrapped, TLS from the first byte; signed, only for who signs in."""
    found = Mailbox()
    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls and not wrapped else {}
    if signed:
        more |= {"authenticator": signs_in, "auth_required": True, "auth_require_tls": tls is not None and not wrapped}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def protocol() -> SMTP:
        with warnings.catch_warnings():  # it knows nothing of encryption from the first byte on
            warnings.simplefilter("ignore")
            return SMTP(found, hostname="mail.test", loop=loop, **more)

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if wrapped else None)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        found.port = server.sockets[0].getsockname()[1]
        yield found
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Whoever is still there is cut off."""
    server.close()
    left = asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())}
    for one in left:
        one.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0.01)  # their connections close
