"""A Slack channel, by an incoming webhook: the text as blocks, which show no markup that stands in it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator

from accountlens.catalog.habits import ChannelSettings, naming_a_secret
from accountlens.delivery.channel import HandingOver
from accountlens.delivery.http import WAITS as WAITS
from accountlens.delivery.http import post_json
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.sources.secrets import Secrets

ADDRESSED = ONCE = False
EXAMPLE = 'team: {type: slack, url: "${SLACK_WEBHOOK}"}'
HEADER, SECTION, BLOCKS = 150, 3_000, 48  # signs, signs, how many: what Slack takes, with room for ours


class Settings(ChannelSettings):
    """A Slack channel, by an incoming webhook."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["slack"] = "slack"
    url: str = Field(description="The webhook's address as ${A_NAME}: whoever knows it can write there.")

    _names_its_secret = field_validator("url")(naming_a_secret)


def send(settings: Settings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver) -> str:
    """Post it; what Slack said."""
    return post_json(secrets.fill(settings.url, "delivery, channels"), message(parcel, envelope), {}, handing)


def message(parcel: Parcel, envelope: Envelope) -> dict[str, Any]:
    """Blocks of plain text. Slack knows no key of its own, so the message shows by which one it is known again."""
    sections = [{"type": "section", "text": _plain(part)} for part in cut(parcel.text, SECTION)]
    if len(sections) > BLOCKS:
        sections = [*sections[: BLOCKS - 1], {"type": "section", "text": _plain("… (more than Slack takes)")}]
    header = {"type": "header", "text": _plain(parcel.subject[:HEADER])}
    foot = {"type": "context", "elements": [_plain(f"{envelope.audience} · {envelope.id}")]}
    return {"text": _escaped(parcel.subject), "blocks": [header, *sections, foot]}


def cut(text: str, longest: int) -> list[str]:
    """The text in parts that are not longer, at line ends where that can be."""
    parts = [""]
    for line in text.strip().splitlines():
        pieces = [line[at : at + longest - 1] for at in range(0, len(line), longest - 1)] or [""]
        for piece in pieces:
            if len(parts[-1]) + len(piece) + 1 > longest:
                parts.append("")
            parts[-1] += f"{piece}\n"
    return [part.strip("\n") for part in parts if part.strip()]


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
