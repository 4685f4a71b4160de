"""A mailbox on an IMAP server, looked at read-only: its folders, and header lines of mails by their numbers (UIDs).

Folders are opened with EXAMINE and headers asked for with PEEK, so that nothing on the server changes, unread mail
stays unread. Bodies and subjects are never asked for.
"""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.mail import HEADERS
from accountlens.sources.secrets import Secrets

LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)', re.DOTALL)
SENT_NAMES = ("sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "gesendete elemente")
ASKED = f"(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({' '.join(name.upper() for name in HEADERS)})])"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CUT = (imaplib.IMAP4.abort, OSError)  # worth another try; timeouts and broken TLS are among them


@dataclass(frozen=True)
class Access:
    """Where a mailbox is and how it is opened. `security` is tls, starttls or none."""

    host: str
    port: int
    user: str
    password: str
    access_token: str
    security: str
    timeout_seconds: float


@dataclass(frozen=True)
class Opened:
    """A folder as it was opened: its numbers hold while `validity` stays; the next mail will get the number `next`."""

    name: str
    validity: int
    next: int


@dataclass(frozen=True)
class Headers:
    """The header lines of one mail, and when the server took it in."""

    uid: int
    lines: bytes
    arrived: datetime | None


class Mailbox:
    """One connection; methods raise one of `CUT` where it broke, else `AccountlensError`."""

    def __init__(self, access: Access, secrets: Secrets, where: str) -> None:
        self.access, self.secrets, self.where = access, secrets, where
        self._imap: imaplib.IMAP4 | None = None

    def close(self) -> None:
        """Hang up, whatever state the connection is in."""
        if self._imap is not None:
            try:
                self._imap.logout()
            except (imaplib.IMAP4.error, OSError):
                self._imap.shutdown()
            self._imap = None

    def folders(self) -> dict[str, frozenset[str]]:
        """Names of folders as people read them, each with its attributes (`\\sent`) in small letters."""
        found = {}
        for line in self._say("LIST", lambda imap: imap.list()):
            head, literal = line if isinstance(line, tuple) else (line, None)
            match = LISTED.match(head or b"")
            if match:
                raw = literal if literal is not None else _unquoted(match["name"])
                flags = frozenset(match["flags"].decode("ascii", "replace").lower().split())
                if r"\noselect" not in flags:
                    found[decoded(raw.decode("ascii", "replace"))] = flags
        return found

    def open(self, folder: str) -> Opened:
        """Open a folder read-only."""
        name = '"' + encoded(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'
        self._say(f"EXAMINE {folder}", lambda imap: imap.select(name, readonly=True))
        return Opened(folder, self._number("UIDVALIDITY"), self._number("UIDNEXT"))

    def numbers(self, first: int, last: int, since: date | None) -> list[int]:
        """The numbers of the mails of the open folder in a range, those that arrived since a day."""
        tests = [f"UID {first}:{last}"]
        if since:
            tests.append(f"SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}")
        told = self._say("SEARCH", lambda imap: imap.uid("SEARCH", *tests))
        uids = {int(word) for line in told if line for word in line.split()}
        return sorted(uid for uid in uids if first <= uid <= last)

    def headers(self, uids: Sequence[int]) -> Iterator[Headers]:
        """The header lines of mails; one that went meanwhile is left out."""
        told = self._say("FETCH", lambda imap: imap.uid("FETCH", ",".join(map(str, uids)), ASKED))
        for place, item in enumerate(told):
            if not isinstance(item, tuple | bytes):
                continue
            lines = item[1] if isinstance(item, tuple) else b""
            rest = told[place + 1] if isinstance(item, tuple) and place + 1 < len(told) else b""
            about = (item[0] if isinstance(item, tuple) else item) + (rest if isinstance(rest, bytes) else b"")
            uid = re.search(rb"\bUID (\d+)", about)
            if uid and (isinstance(item, tuple) or b"HEADER" in item):
                yield Headers(int(uid[1]), lines, _arrived(about))

    def _number(self, code: str) -> int:
        told = self._connected().response(code)[1]
        if not told or told[0] is None:
            raise AccountlensError(f"The server tells no {code}, without which new mail can't be told.", self.where)
        return int(told[-1])

    def _say(self, what: str, command: Callable[[imaplib.IMAP4], tuple[str, list[Any]]]) -> list[Any]:
        try:
            status, told = command(self._connected())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            status, told = "NO", [str(error).encode()]
        if status != "OK":
            text = self.secrets.hide(_text(told))
            raise AccountlensError(f"The server refused '{what}': {text}.", self.where)
        return told

    def _connected(self) -> imaplib.IMAP4:
        if self._imap is None:
            imap = self._connect()
            try:
                self._sign_in(imap)
            except BaseException:
                imap.shutdown()
                raise
            self._imap = imap
        return self._imap

    def _connect(self) -> imaplib.IMAP4:
        access, context = self.access, ssl.create_default_context()
        if access.security == "tls":
            return imaplib.IMAP4_SSL(access.host, access.port, ssl_context=context, timeout=access.timeout_seconds)
        imap = imaplib.IMAP4(access.host, access.port, timeout=access.timeout_seconds)
        if access.security == "starttls":
            imap.starttls(context)
        return imap

    def _sign_in(self, imap: imaplib.IMAP4) -> None:
        access = self.access
        try:
            if access.access_token:
                told = f"user={access.user}\x01auth=Bearer {access.access_token}\x01\x01".encode()
                imap.authenticate("XOAUTH2", lambda _: told)
            else:
                imap.login('"' + access.user.replace("\\", "\\\\").replace('"', '\\"') + '"', access.password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError) as error:
            said = self.secrets.hide(str(error).removeprefix("b'").rstrip("'"))
            said = self.secrets.hide(said.replace("\\", ""))  # a server may repeat it as it was quoted
            kind = "access token" if access.access_token else "password"
            mend = f"Is the {kind} right, and IMAP on? Gmail wants an app password, Microsoft 365 an access_token."
            raise AccountlensError(f"The server did not let '{access.user}' in: {said}.", self.where, mend) from None


def why_cut(error: BaseException, seconds: float) -> str:
    """What happened to a connection, in words."""
    if isinstance(error, TimeoutError):
        return f"The server said nothing for {seconds:g} seconds."
    if isinstance(error, socket.gaierror):
        return "There is no server of that name, or no network here."
    if isinstance(error, ssl.SSLError):
        return f"The server's certificate is not trusted, or it speaks no TLS here: {error.reason or error}."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing answers there (connection refused)."
    return f"The connection was cut: {error}."


def default_folders(there: dict[str, frozenset[str]]) -> list[str]:
    """The folder of all mail, where there is one, else what came in and what was sent."""
    if every := [name for name, flags in there.items() if r"\all" in flags]:
        return every[:1]
    inbox = [name for name in there if name.upper() == "INBOX"]
    sent = [name for name, flags in there.items() if r"\sent" in flags]
    named = [name for name in there if re.split(r"[/.]", name)[-1].lower() in SENT_NAMES]
    return [*inbox, *(sent or named)]


def check_folders(wanted: Sequence[str], there: dict[str, frozenset[str]], where: str) -> None:
    """`AccountlensError` for one that is not there."""
    for folder in wanted:
        if folder not in there:
            near = suggest(folder, there) or f"There are: {', '.join(sorted(there))}."
            raise AccountlensError(f"There is no folder '{folder}'.", f"{where}, folders", near)


def encoded(name: str) -> str:
    """A folder's name in modified UTF-7 (RFC 3501)."""

    def plain(found: re.Match[str]) -> str:
        text = base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{text}-"

    return re.sub(r"[^\x20-\x7e]+", plain, name.replace("&", "&-"))


def decoded(name: str) -> str:
    """The other way round."""

    def plain(found: re.Match[str]) -> str:
        text = found[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be", "replace") if text else "&"

    return re.sub(r"&([^-]*)-", plain, name)


def _unquoted(name: bytes) -> bytes:
    name = name.strip()
    return re.sub(rb"\\(.)", rb"\1", name[1:-1]) if name[:1] == b'"' else name


def _arrived(about: bytes) -> datetime | None:
    told = re.search(rb'INTERNALDATE "([^"]+)"', about)
    try:
        at = parsedate_to_datetime(told[1].decode("ascii").strip()) if told else None
    except (ValueError, TypeError):
        return None
    return at.astimezone(UTC) if at and at.tzinfo else None


def _text(told: Sequence[Any]) -> str:
    return (
        b" ".join(item for item in told if isinstance(item, bytes)).decode("utf-8", "replace").strip(" .")
        or "no reason"
    )
