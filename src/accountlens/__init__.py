"""accountlens: KPIs about the accounts that matter. `Workspace(path).ask("win_rate")` is the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the front door when it is first asked for, so that `accountlens --help` stays quick."""
    if name == "Workspace":
        from accountlens.workspace import Workspace

        return Workspace
    raise AttributeError(f"module 'accountlens' has no attribute '{name}'")
