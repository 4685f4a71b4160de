"""Pictures within a page, taken out of it as parts of a mail, which mail programs show more readily."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from email.message import MIMEPart

WITHIN = re.compile(r'src="data:(image/[a-z+]+);base64,([A-Za-z0-9+/=]+)"')


@dataclass(frozen=True)
class Picture:
    """`id` is what the page calls it by."""

    id: str
    media: str
    content: bytes


def taken_out(html: str) -> tuple[str, list[Picture]]:
    """The page that names its pictures as parts of its mail, and these; one that stands twice is sent once."""
    found: dict[tuple[str, str], Picture] = {}

    def named(match: re.Match[str]) -> str:
        media, text = match.groups()
        picture = found.setdefault(
            (media, text), Picture(f"picture{len(found) + 1}@accountlens", media, base64.b64decode(text))
        )
        return f'src="cid:{picture.id}"'

    return WITHIN.sub(named, html), list(found.values())


def add_page(mail: MIMEPart, html: str) -> None:
    """The page as the other form of a mail's text, with its pictures beside it."""
    text, pictures = taken_out(html)
    mail.add_alternative(text, subtype="html")
    page = mail.get_body(("html",))
    assert page is not None
    for one in pictures:
        main, _, sub = one.media.partition("/")
        page.add_related(one.content, maintype=main, subtype=sub, cid=f"<{one.id}>", disposition="inline")
