"""What requests about deliveries say, and what they are answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from accountlens.delivery.log import Status
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Strict


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
    """`audience`: whose accounts he is shown; `why`: why nothing is sent to him, where that is so."""

    recipient: str
    who: str
    audience: str
    why: str | None


class DeliveryTold(BaseModel):
    """`mine`: it is sent to who asks. Who may not manage deliveries is told neither recipients nor outcomes."""

    id: str
    name: str
    kind: str
    schedule: str
    channel: str
    open: bool
    paused: bool
    next: Moment | None
    mine: bool
    may_subscribe: bool
    options: dict[str, Any] | None = None
    to: list[RecipientTold] | None = None
    last: SendingTold | None = None


class DeliveriesTold(BaseModel):
    deliveries: list[DeliveryTold]
    problems: Annotated[int | None, Field(description="Sendings that need a look; null: not for who asks.")]


class ChannelTold(BaseModel):
    """`addressed`: it leads to each recipient; else to one place, which needs an audience."""

    name: str
    type: str
    addressed: bool
    once: Annotated[bool, Field(description="At most once, like mail; else at least once, with the same key.")]


class KindTold(BaseModel):
    kind: str
    about: str
    options: Annotated[dict[str, Any], Field(description="A JSON Schema.")]


class WaysTold(BaseModel):
    channels: list[ChannelTold]
    kinds: list[KindTold]


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


class LogTold(BaseModel):
    sendings: list[SendingTold]
