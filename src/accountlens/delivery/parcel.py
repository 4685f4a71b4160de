"""What is sent: a subject, the same content as text and as HTML, files; and on what it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Attachment:
    """A file; `media` is its type, such as `text/csv`."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True)
class Parcel:
    """`text` is plain text. `html` is a whole page that fetches nothing, right in a mail and on paper.

    `tells`: keys of the alerts it tells, which are remembered as told once it was sent.
    """

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Envelope:
    """Where a parcel goes: `to` is an e-mail, empty where the channel leads to one place.

    `id` is the key by which a receiver knows it again: the same however often it is tried. Times are UTC without zone.
    """

    id: str
    to: str
    name: str
    kind: str
    due_at: datetime
    audience: str  # whose accounts it shows, in words
