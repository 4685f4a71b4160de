"""Whose an alert is: by the route of its rule, the owner of its account, and who is whose manager."""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.alerts.listing import Alert
from accountlens.pages.stand import stand
from accountlens.people.users import plain_email
from accountlens.people.viewer import Role, Viewer
from accountlens.workspace.asking import Asking


class Staff:
    """Who is whose manager, and who a viewer is; looked up over all employees, of which nothing is told."""

    def __init__(self, workspace: Asking) -> None:
        rows = stand(workspace).whole.rows("SELECT employee_id, email, manager_id FROM employees", "employees")
        self.managers: Mapping[str, str | None] = {row["employee_id"]: row["manager_id"] for row in rows}
        self.mails = {plain_email(row["email"]): row["employee_id"] for row in rows if row["email"]}

    def is_for(self, one: Alert, viewer: Viewer) -> bool:
        """Whether an alert is his to be told. What has nobody to tell goes to the admins."""
        if one.route.startswith("user:"):
            return plain_email(one.route.removeprefix("user:")) == plain_email(viewer.email)
        owner = one.whose.owner_id
        wanted = self.managers.get(owner or "") if one.route == "manager" else owner
        if wanted is None:
            return viewer.role is Role.ADMIN
        return wanted == (viewer.employee_id or self.mails.get(plain_email(viewer.email)))
