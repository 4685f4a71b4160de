"""What `accountlens check` says of deliveries: channels that cannot work, and what came to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from accountlens.catalog.settings import FILE_NAME
from accountlens.delivery import log
from accountlens.delivery.channel import Channel, read_channels
from accountlens.delivery.plans import deliveries
from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.sources.secrets import Secrets
from accountlens.workspace import Workspace

CODE = "delivery"


def findings(workspace: Workspace) -> list[Problem]:
    """Nothing is sent, and no address is asked."""
    try:
        channels = read_channels(workspace.folder, workspace.settings)
    except ProblemsError as error:
        return list(error.problems)
    found = [problem for one in channels.values() for problem in lacking(workspace, one)]
    for each in deliveries(workspace.store):
        if each.channel not in channels:
            what = f"'{each.name}' is sent by '{each.channel}', which is no channel any more."
            mend = f"Write it again, or: accountlens deliveries change '{each.name}' --by CHANNEL"
            found.append(Problem(FILE_NAME, 0, what, mend, "warning", CODE))
    if waiting := len(log.problems(workspace.store)):
        what = f"{waiting} sending{'s' * (waiting > 1)} came to nothing, or may have."
        found.append(Problem("deliveries", 0, what, "'accountlens deliveries problems' lists them.", "warning", CODE))
    return found


def lacking(workspace: Workspace, one: Channel) -> Iterator[Problem]:
    """The secrets it names that stand nowhere."""
    secrets = Secrets(workspace.folder)
    for text in one.settings.model_dump().values():
        try:
            secrets.fill(str(text), f"delivery, channels, {one.name}")
        except AccountlensError as error:
            yield Problem(error.where or FILE_NAME, 0, error.what, error.mend or "", "warning", CODE)
