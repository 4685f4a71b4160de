"""What requests about deliveries say, and what they are answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from accountlens.delivery.drafting import LONGEST
from accountlens.delivery.log import Status
from accountlens.surfaces.web.cursors import Limit, Paged
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Strict

Begun = Annotated[str, Field(max_length=LONGEST)]  # typed, perhaps not yet


class ChangedDelivery(Strict):
    """What is left out stays. `to` names all who get it from now on."""

    name: Name | None = None
    schedule: Annotated[Name | None, Field(description="Plain words or cron's.", examples=["06:00"])] = None
    channel: Annotated[Name | None, Field(description="One of accountlens.yaml.")] = None
    to: Annotated[list[Name] | None, Field(max_length=200, description="Users by id or e-mail, or addresses.")] = None
    audience: Annotated[
        Name | None, Field(description="Whose accounts those are shown who do not sign in here: a user, or `all`.")
    ] = None
    options: Annotated[dict[str, Any] | None, Field(description="What is sent, as its kind reads it.")] = None
    open: Annotated[bool | None, Field(description="Everybody may have it sent to himself.")] = None
    paused: bool | None = None


class NewDelivery(ChangedDelivery):
    name: Annotated[Name, Field(examples=["Weekly KPIs"])]
    kind: Annotated[Name, Field(examples=["kpis"])]
    schedule: Annotated[Name, Field(examples=["every Monday 08:00"])]
    channel: Annotated[Name, Field(examples=["archive"])]


class Retry(Strict):
    even_if_sent: Annotated[bool, Field(description="Also a mail that may have arrived.")] = False


class TypedDelivery(ChangedDelivery):
    """What is typed so far, also nothing; `id` where a known one is changed."""

    id: Name | None = None
    kind: Name | None = None
    name: Begun | None = None
    schedule: Begun | None = None
    channel: Begun | None = None


class DeliveryFault(BaseModel):
    """`field`: name, options, schedule, channel, to or audience."""

    field: str
    what: str
    mend: str | None


class CheckedDelivery(BaseModel):
    """What is wrong with each field; when it would come next, on the clock of `time_zone`, and that in words."""

    faults: list[DeliveryFault]
    when: str | None = None
    coming: list[Moment] = []
    time_zone: str


class SendingTold(BaseModel):
    """One parcel to one recipient, and what became of it. `detail` is what was said."""

    id: str
    delivery_id: str
    name: str
    channel: str
    recipient: str
    who: str
    due_at: Moment
    status: Status
    tries: int
    next_try_at: Moment | None
    tried_at: Moment | None
    detail: str


class RecipientTold(BaseModel):
    """`audience`: whose accounts he is shown, in words; `seen_as`: a user's id, or all.

    `why`: why nothing is sent to him, where that is so.
    """

    recipient: str
    who: str
    audience: str
    seen_as: str
    why: str | None


class DeliveryTold(BaseModel):
    """`mine`: it is sent to who asks. Who may not manage deliveries is told neither recipients nor outcomes.

    `when`: its schedule in words; `coming`: the next times, by the clock of `time_zone`.
    """

    id: str
    name: str
    kind: str
    schedule: str
    channel: str
    open: bool
    paused: bool
    when: str
    time_zone: str
    next: Moment | None
    coming: list[Moment]
    mine: bool
    may_subscribe: bool
    options: dict[str, Any] | None = None
    to: list[RecipientTold] | None = None
    last: SendingTold | None = None


class DeliveriesTold(BaseModel):
    deliveries: list[DeliveryTold]
    problems: Annotated[int | None, Field(description="Sendings that need a look; null: not for who asks.")]


class ChannelTold(BaseModel):
    """`addressed`: it leads to each recipient; else to one place, which needs an audience. `lacks`: secrets not set."""

    name: str
    type: str
    lacks: list[str]
    addressed: bool
    once: Annotated[bool, Field(description="At most once, like mail; else at least once, with the same key.")]


class KindTold(BaseModel):
    kind: str
    about: str
    options: Annotated[dict[str, Any], Field(description="A JSON Schema.")]


class ChannelKindTold(BaseModel):
    """`example`: as it may stand in accountlens.yaml, below delivery: channels."""

    type: str
    about: str
    example: str


class ReaderTold(BaseModel):
    """Somebody who may be sent something, or whose accounts may be shown."""

    id: str
    name: str
    email: str
    role: str


class WaysTold(BaseModel):
    """`faults`: what is wrong with the channels; while anything is, none of them can be used."""

    file: str
    channels: list[ChannelTold]
    channel_kinds: list[ChannelKindTold]
    faults: list[str]
    kinds: list[KindTold]
    people: list[ReaderTold]


class ChannelTried(BaseModel):
    """`status`: sent, failed, or unknown, where it may have arrived. `said`: by the receiver, or why not."""

    status: Status
    said: str
    to: Annotated[str, Field(description="Where it went: an address, or empty for the channel's one place.")]


class ParcelTold(BaseModel):
    """What would go to one recipient; `why` in its place where nothing would."""

    who: str
    audience: str
    subject: str | None = None
    text: str | None = None
    files: list[str] = []
    why: str | None = None


class ParcelsTold(BaseModel):
    previews: list[ParcelTold]


class LogAsked(Paged):
    problems: Annotated[bool, Field(description="Only what came to nothing, or may have.")] = False
    limit: Limit = 100


class LogTold(BaseModel):
    sendings: list[SendingTold]
    next: str | None
