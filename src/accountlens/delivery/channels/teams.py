"""A Teams channel, by the webhook of a workflow ("Post to a channel when a webhook request is received").

It takes a message with an Adaptive Card. Rich text blocks read no Markdown, so no name of an account becomes a link.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator

from accountlens.catalog.habits import ChannelSettings, naming_a_secret
from accountlens.delivery.channel import HandingOver
from accountlens.delivery.http import WAITS as WAITS
from accountlens.delivery.http import post_json
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.sources.secrets import Secrets

ADDRESSED = ONCE = False
EXAMPLE = 'chat: {type: teams, url: "${TEAMS_WORKFLOW}"}'
LONGEST = 24_000  # bytes of blocks; Teams refuses messages of more than 28 KB


class Settings(ChannelSettings):
    """A Teams channel, by the webhook of a workflow."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["teams"] = "teams"
    url: str = Field(description="The workflow's address as ${A_NAME}: whoever knows it can write there.")

    _names_its_secret = field_validator("url")(naming_a_secret)


def send(settings: Settings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver) -> str:
    """Post it; what Teams said."""
    return post_json(secrets.fill(settings.url, "delivery, channels"), message(parcel, envelope), {}, handing)


def message(parcel: Parcel, envelope: Envelope) -> dict[str, Any]:
    """A message with one card; it shows by which key it is known again, since Teams has none of its own."""
    body = [
        _block(parcel.subject, weight="Bolder", size="Large"),
        *_lines(parcel.text),
        _block(f"{envelope.audience} · {envelope.id}", isSubtle=True, size="Small"),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _lines(text: str) -> list[dict[str, Any]]:
    """A block a line, as many as Teams takes."""
    blocks, room = list[dict[str, Any]](), LONGEST
    for line in filter(str.strip, text.splitlines()):
        block = _block(line)
        room -= len(json.dumps(block, ensure_ascii=False).encode()) + 2
        if room < 0:
            return [*blocks, _block("… (more than Teams takes)")]
        blocks.append(block)
    return blocks


def _block(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}
