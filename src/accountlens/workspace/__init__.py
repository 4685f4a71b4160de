"""The front door: refresh a workspace, ask it, have a number explained, compose KPIs."""

from __future__ import annotations

from accountlens.workspace.asking import Asking
from accountlens.workspace.defining import Defining
from accountlens.workspace.keeping import Keeping


class Workspace(Asking, Keeping, Defining):
    """A folder with settings, mappings, own definitions and a store. Making one reads the settings only."""
