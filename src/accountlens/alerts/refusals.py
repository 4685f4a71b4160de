"""Why a rule cannot be carried out, or kept."""

from __future__ import annotations

from accountlens.errors import AccountlensError


class RuleError(AccountlensError):
    """The rule cannot be computed here; nothing of what it found before is lost."""


class StaleRuleError(AccountlensError):
    """Somebody else kept one of that name meanwhile."""
