"""An admin invites an account manager, who comes in by the link, sees his own accounts alone, and is let out again."""

from __future__ import annotations

from tests.browser.site import PASSWORD, Site

BOB = "bob@fenwyre.example"


def test_somebody_is_invited_comes_in_and_is_let_out(site: Site) -> None:
    with site.page() as ada, site.page(signed_in=False) as bob:
        first = ada.request.get("/api/v1/accounts?columns=owner_id&limit=1").json()
        (owner,) = first["columns"][0]["values"]
        ada.goto("/people")
        ada.get_by_role("button", name="Invite").click()
        form = ada.get_by_role("dialog")
        form.get_by_label("Name").fill("Bob Stone")
        form.get_by_label("E-mail").fill(BOB)
        form.get_by_label("Employee").fill(owner)
        form.get_by_role("button", name="Invite").click()
        link = ada.get_by_role("dialog").get_by_label("Link").input_value()
        assert "/invitation#" in link
        ada.get_by_role("button", name="Close").click()
        bob.goto(link)
        bob.get_by_label("Choose a password").fill(PASSWORD)
        bob.get_by_role("button", name="Begin").click()
        bob.get_by_role("heading", name="Overview").wait_for()
        every, his = (one.request.get("/api/v1/accounts").json()["total"] for one in (ada, bob))
        assert 0 < his < every
        bob.goto("/people")
        bob.get_by_role("heading", name="API tokens").wait_for()
        assert bob.get_by_role("heading", name="Users").count() == 0
        assert bob.get_by_role("heading", name="Audit log").count() == 0
        bob.get_by_label("Name").fill("nightly export")
        bob.get_by_role("button", name="Make").click()
        assert bob.get_by_label("Token “nightly export”").input_value().startswith("al_")
        ada.reload()
        row = ada.get_by_role("row").filter(has_text=BOB)
        assert "Active" in row.inner_text()
        row.get_by_role("button", name="Change Bob Stone").click()
        ada.get_by_role("menuitem", name="Deactivate").click()
        row.get_by_text("Deactivated").wait_for()
        ada.get_by_role("cell", name="User changed").first.wait_for()  # the log is asked again
        assert bob.request.get("/api/v1/accounts").status == 401
