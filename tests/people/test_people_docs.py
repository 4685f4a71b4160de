"""docs/people.md says of roles and rights what the table says."""

from __future__ import annotations

from pathlib import Path

from accountlens.people.rights import GRANTS, ROLES, SIGHTS
from accountlens.people.viewer import Role

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_about_people_shows_every_role_and_right() -> None:
    lines = (DOCS / "people.md").read_text(encoding="utf-8").splitlines()
    wanted = [f"| {ROLES[role]} | {SIGHTS[role]} |" for role in Role]
    for grant in GRANTS.values():
        may = " | ".join("yes" if role in grant.roles else "" for role in Role)
        wanted.append(f"| {grant.words} | {may} | {grant.scope} |")
    missing = [line for line in wanted if line not in lines]
    assert not missing, "\n".join(missing)
    assert sum(line.startswith("| ") for line in lines) == len(wanted) + 2, "and none that there is not"
