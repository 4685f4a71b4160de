"""What can be sent by which channel, to whom; and whether a channel works."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request

from accountlens.catalog.settings import FILE_NAME
from accountlens.delivery.channel import Channel, find_kind, kind_names, read_channels
from accountlens.delivery.checking import lacking
from accountlens.delivery.making import kinds, maker
from accountlens.delivery.trying import try_channel
from accountlens.errors import ProblemsError
from accountlens.people.rights import ROLES, Right
from accountlens.people.users import users
from accountlens.surfaces.web.answering import open_workspace
from accountlens.surfaces.web.delivery_models import (
    ChannelKindTold,
    ChannelTold,
    ChannelTried,
    KindTold,
    ReaderTold,
    WaysTold,
)
from accountlens.surfaces.web.signing_in import actor_of, needs, never_kept, signed_in_of
from accountlens.workspace import Workspace

router = APIRouter(
    prefix="/deliveries",
    tags=["deliveries"],
    dependencies=[Depends(never_kept), Depends(needs(Right.MANAGE_DELIVERIES))],
)


@router.get("/ways")
def ways(request: Request) -> WaysTold:
    """The channels of accountlens.yaml, without an address or a secret of theirs; what can be sent, and to whom."""
    faults, channels = list[str](), dict[str, Channel]()
    with open_workspace(request) as workspace:
        try:
            channels = read_channels(workspace.folder, workspace.settings)
        except ProblemsError as error:
            faults = [str(one) for one in error.problems]
        return WaysTold(
            file=FILE_NAME,
            channels=[_channel(workspace, one) for one in channels.values()],
            channel_kinds=[_channel_kind(name) for name in kind_names()],
            faults=faults,
            kinds=[_kind(kind) for kind in kinds()],
            people=[
                ReaderTold(id=one.id, name=one.name, email=one.email, role=ROLES[one.role])
                for one in users(workspace.store)
                if one.active
            ],
        )


@router.post("/channels/{name}/test")
def test_channel(request: Request, name: str) -> ChannelTried:
    """Send a test message now: to oneself, or to the one place the channel leads to."""
    with open_workspace(request) as workspace:
        me = signed_in_of(request).user.email
        found = try_channel(workspace, actor_of(request), name, me)
        addressed = read_channels(workspace.folder, workspace.settings)[name].kind.ADDRESSED
        return ChannelTried(status=found.status, said=found.said, to=me if addressed else "")


def _channel(workspace: Workspace, one: Channel) -> ChannelTold:
    lacks = [f"{problem.what} {problem.mend}".strip() for problem in lacking(workspace, one)]
    kind = one.kind
    return ChannelTold(name=one.name, type=one.settings.type, lacks=lacks, addressed=kind.ADDRESSED, once=kind.ONCE)


def _channel_kind(name: str) -> ChannelKindTold:
    kind = find_kind(name)
    about = (kind.Settings.__doc__ or "").strip() if kind else ""
    return ChannelKindTold(type=name, about=about, example=getattr(kind, "EXAMPLE", ""))


def _kind(name: str) -> KindTold:
    found = maker(name)
    return KindTold(kind=name, about=found.ABOUT, options=found.Options.model_json_schema())
