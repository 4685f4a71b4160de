"""Somebody who asks, as every surface knows him."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """From the one who may do all to the one who may look."""

    ADMIN = "admin"
    ANALYST = "analyst"
    MANAGER = "manager"
    ACCOUNT_MANAGER = "account_manager"
    VIEWER = "viewer"


@dataclass(frozen=True)
class Viewer:
    """`employee_id`: who he is among the employees, where accounts and teams are his by that."""

    id: str
    email: str
    name: str
    role: Role
    employee_id: str | None = None
