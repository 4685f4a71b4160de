"""A small IMAP server on loopback: as much of RFC 3501 as reading headers takes, with the faults of real ones.

It knows no command that changes anything: SELECT, STORE, a FETCH without PEEK or of more than headers are refused.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Folder:
    """Mails by their numbers; `flags` as LIST tells them."""

    mails: dict[int, str] = field(default_factory=dict)
    validity: int = 1
    flags: str = r"\HasNoChildren"
    next: int = 0

    @property
    def uid_next(self) -> int:
        return self.next or max(self.mails, default=0) + 1

    def add(self, mail: str) -> None:
        self.mails[self.uid_next] = mail


@dataclass
class Imap:
    """A running server: put mails into folders, look at what was said to it."""

    port: int
    folders: dict[str, Folder] = field(default_factory=dict)
    password: str = "s3cr3t pässword".replace("ä", "a")
    token: str = "t0ken"
    said: list[str] = field(default_factory=list)
    cut_after: int | None = None  # mails given before the connection breaks, in the midst of one
    cuts: int = 0
    slow_seconds: float = 0


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Imap]:
    """The server, until the block ends; with TLS where a certificate (and key) is given."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                try:
                    self.request = context.wrap_socket(self.request, server_side=True)
                except OSError:
                    self.request.close()
                    return
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
            with self.request:
                Session(imap, self.rfile, self.wfile).talk()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        imap = Imap(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield imap
        finally:
            server.shutdown()
            thread.join()


class Session:
    """One conversation."""

    def __init__(self, imap: Imap, hears: object, says: object) -> None:
        self.imap, self.hears, self.says = imap, hears, says
        self.open: Folder | None = None
        self.known = False

    def talk(self) -> None:
        try:
            self.say("* OK ready")
            while line := self.hears.readline():
                tag, _, words = line.decode().strip().partition(" ")
                self.imap.said.append(words)
                if not self.answer(tag, words):
                    return
        except OSError:
            return

    def say(self, text: str) -> None:
        self.says.write(text.encode() + b"\r\n")

    def answer(self, tag: str, words: str) -> bool:
        verb = words.split()[0].upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
        elif verb == "LOGIN":
            self.known = words.endswith(f' "{self.imap.password}"')
            if not self.known:
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] {words.rpartition(' ')[2]} is wrong")
                return True
        elif verb == "AUTHENTICATE":
            self.say("+ ")
            import base64

            told = base64.b64decode(self.hears.readline()).decode()
            self.known = told.endswith(f"auth=Bearer {self.imap.token}\x01\x01")
            if not self.known:
                self.say(f"{tag} NO AUTHENTICATE failed")
                return True
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        elif not self.known:
            self.say(f"{tag} BAD not signed in")
            return True
        elif verb == "LIST":
            for name, folder in self.imap.folders.items():
                self.say(f'* LIST ({folder.flags}) "/" "{name}"')
        elif verb == "EXAMINE":
            self.open = self.imap.folders[words.partition(" ")[2].strip('"')]
            self.say(f"* {len(self.open.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.open.validity}] fine")
            self.say(f"* OK [UIDNEXT {self.open.uid_next}] fine")
        elif words.upper().startswith("UID SEARCH") and self.open:
            time.sleep(self.imap.slow_seconds)
            first, last = map(int, re.findall(r"UID (\d+):(\d+)", words)[0])
            found = [uid for uid in self.open.mails if first <= uid <= last]
            if since := re.search(r"SINCE (\d+-\w+-\d+)", words):
                found = [uid for uid in found if uid >= 100 or since[1] == "1-Jan-2020"]  # those above 100 are young
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif re.fullmatch(r"UID FETCH [\d,]+ \(UID INTERNALDATE BODY\.PEEK\[HEADER\.FIELDS \([A-Z -]+\)\]\)", words):
            return self.fetch(tag, words)
        else:
            self.say(f"{tag} BAD what?")
            return True
        self.say(f"{tag} OK [READ-ONLY] done" if verb == "EXAMINE" else f"{tag} OK done")
        return True

    def fetch(self, tag: str, words: str) -> bool:
        wanted = words.partition("FIELDS (")[2].partition(")")[0].split()
        for place, uid in enumerate(map(int, words.split()[2].split(",")), start=1):
            if uid not in self.open.mails:
                continue
            header = self.open.mails[uid].partition("\n\n")[0]
            lines = re.split(r"\n(?![ \t])", header)
            text = "".join(f"{line}\r\n" for line in lines if line.partition(":")[0].upper() in wanted) + "\r\n"
            at = '"02-Mar-2026 10:00:00 +0100"'
            field_list = f"BODY[HEADER.FIELDS ({' '.join(wanted)})]"
            self.say(f"* {place} FETCH (INTERNALDATE {at} {field_list} {{{len(text.encode())}}}")
            if self.imap.cut_after is not None and self.imap.cuts > 0:
                self.imap.cut_after -= 1
                if self.imap.cut_after < 0:
                    self.imap.cuts -= 1
                    self.imap.cut_after = 1
                    self.says.write(text.encode()[:5])
                    return False
            self.says.write(text.encode())
            self.say(f" UID {uid})")
        self.say(f"{tag} OK done")
        return True
