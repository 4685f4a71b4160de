"""Why something kept here cannot be shown or changed."""

from __future__ import annotations

from accountlens.errors import AccountlensError


class NotThereError(AccountlensError):
    """It is not there, or whoever asks may not see it: which of the two is not told."""


class NotYoursError(AccountlensError):
    """He may look at it, but not do that with it."""

    def __init__(self, whose: str = "owner") -> None:
        super().__init__(f"Only its {whose} may do that.", mend="Duplicate it to have one of your own.")


class StaleError(AccountlensError):
    """Somebody else changed it meanwhile."""
