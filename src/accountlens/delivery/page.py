"""A page around what is sent, for mail programs and paper: its looks stand at its elements, nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

QUIET = "color:#595959;font-size:.85em"
_BODY = "font-family:system-ui,sans-serif;color:#1a1a1a;background:#ffffff;max-width:44em;margin:1em auto;padding:1em"


def page(title: str, inner: str, foot: Sequence[str]) -> str:
    """The whole page; `inner` is HTML, `foot` are lines of text."""
    tail = "".join(f'<p style="{QUIET};margin:.3em 0">{escape(one)}</p>' for one in foot)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"></head><body style="{_BODY}">'
        f'<h1 style="font-size:1.3em">{escape(title)}</h1>{inner}{tail}</body></html>'
    )
