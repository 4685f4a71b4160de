"""A webhook of anybody: JSON, signed with a shared secret as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator

from accountlens.catalog.habits import ChannelSettings, naming_a_secret
from accountlens.delivery.channel import HandingOver, NotSentError
from accountlens.delivery.http import WAITS as WAITS
from accountlens.delivery.http import post
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.sources.secrets import Secrets, bare_secret

ADDRESSED = ONCE = False
EXAMPLE = """crm:
  type: webhook
  url: https://hooks.acme.example/kpis
  secret: ${HOOK_SECRET}"""
LEAST, MOST = 24, 64  # bytes of a secret, as the specification has them


class Settings(ChannelSettings):
    """A webhook, signed by HMAC-SHA256."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["webhook"] = "webhook"
    url: str = Field(description="https://…; a secret part as ${A_NAME}.")
    secret: str = Field(description="What it is signed with, as ${A_NAME}: whsec_ and 24 to 64 bytes in base64.")

    _names_its_secret = field_validator("secret")(naming_a_secret)

    @field_validator("url")
    @classmethod
    def _holds_no_secret(cls, url: str) -> str:
        if bare_secret(url):
            raise ValueError("a secret stands in the address; write ${A_NAME} in its place")
        return url


def send(settings: Settings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver) -> str:
    """Post it; what the receiver said."""
    where = "delivery, channels, a webhook"
    try:
        key = key_of(secrets.fill(settings.secret, where))
    except ValueError as error:
        raise NotSentError(f"Its secret cannot be used: {error}.") from None
    body = json.dumps(payload(parcel, envelope), ensure_ascii=False).encode()
    at = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": envelope.id,
        "webhook-timestamp": at,
        "webhook-signature": signature(key, envelope.id, at, body),
    }
    return post(secrets.fill(settings.url, where), body, headers, handing)


def payload(parcel: Parcel, envelope: Envelope) -> dict[str, Any]:
    """What is posted: `type` and `data`, files as base64."""
    files = [
        {"name": one.name, "media": one.media, "base64": base64.b64encode(one.content).decode()}
        for one in parcel.attachments
    ]
    data = {
        "delivery": envelope.name,
        "due_at": f"{envelope.due_at.isoformat(timespec='seconds')}Z",
        "audience": envelope.audience,
        "subject": parcel.subject,
        "text": parcel.text,
        "html": parcel.html,
        "attachments": files,
    }
    return {"type": f"delivery.{envelope.kind}", "timestamp": data["due_at"], "data": data}


def signature(key: bytes, id_: str, at: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64."""
    made = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def key_of(secret: str) -> bytes:
    """The bytes of a secret; ValueError where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("it must be whsec_ and base64") from None
    if not LEAST <= len(key) <= MOST:
        raise ValueError(f"it has {len(key)} bytes, where {LEAST} to {MOST} are needed")
    return key
