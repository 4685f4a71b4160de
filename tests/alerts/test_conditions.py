"""What each condition sees, counted by hand on a tiny company, and what it holds back with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.alerts.conftest import FILES, NOW, Company, deals, rule

from accountlens.alerts.looking import look, look_back
from accountlens.alerts.refusals import RuleError
from accountlens.alerts.signs import Held, Sign
from accountlens.errors import AccountlensError
from accountlens.pages.stand import stand
from accountlens.targets.fitting import Wish
from accountlens.workspace import Workspace

SALES = {"kpi": "sales_revenue", "per": "month"}


def seen(workspace: Workspace, when: dict[str, Any], **more: Any) -> dict[str, Sign]:
    found = look(stand(workspace), rule(when, **more))
    return dict(found.at(len(found.moments) - 1))


def told(signs: dict[str, Sign]) -> set[str]:
    return {subject for subject, sign in signs.items() if not sign.held}


def test_a_threshold_is_met_below_or_above_a_number(tiny: Workspace) -> None:
    below = seen(tiny, {"kind": "threshold", "below": 95, **SALES})
    assert told(below) == {"a1", "a3", "a4"}
    assert below["a1"].why == "Sales revenue: 20 EUR, below 95 EUR."
    assert (below["a1"].value, below["a1"].expected) == (20, 95)
    assert told(seen(tiny, {"kind": "threshold", "above": 95, **SALES})) == {"a2"}


def test_a_fall_within_its_own_past_is_held_back_and_says_so(tiny: Workspace) -> None:
    """a1 fell to 20 from a median of 100.5; a3 to 94, which its past of 96 to 104 makes no outlier of."""
    found = seen(tiny, {"kind": "baseline", "direction": "falls", **SALES})
    assert told(found) == {"a1"}
    assert found["a1"].expected == pytest.approx(100.5)
    assert found["a1"].numbers["spread"] == pytest.approx(1.5 / 0.6745)
    assert "Sales revenue: 20 EUR, below 100.50 EUR, the median of its last 12 months, by" in found["a1"].why
    assert found["a3"].held is Held.INTERVAL
    assert "Held back, because it is within 3.5 usual deviations of its own past." in found["a3"].why


def test_an_account_with_a_short_past_is_held_back(own: Callable[..., Workspace]) -> None:
    """Its orders begin three months ago, and so does what is known of it."""
    accounts = FILES["data/accounts.csv"].replace("a4,Dale,e1,A,2024-01-01", "a4,Dale,e1,A,2026-02-01")
    found = seen(own({"data/accounts.csv": accounts}), {"kind": "baseline", "by": 10, **SALES})
    assert found["a4"].held is Held.SHORT
    assert "2 earlier periods are known, and 6 are needed" in found["a4"].why


def test_a_change_is_set_against_the_changes_that_are_usual(tiny: Workspace) -> None:
    """a1 went from 103 to 20, where changes of a few are usual; a2 from 103 to 98, as often."""
    found = seen(tiny, {"kind": "change", "by": 5, **SALES})
    assert "a1" in told(found)
    assert found["a1"].why == "Sales revenue: 20 EUR, down from 103 EUR the month before."
    assert found["a2"].held is Held.INTERVAL  # from 103 to 98, as often
    assert "are usual for it" in found["a2"].why
    assert told(seen(tiny, {"kind": "change", "by": 0.5, "relative": True, **SALES})) == {"a1", "a4"}


def test_a_change_on_a_year_before_looks_at_the_same_month(own: Callable[..., Workspace]) -> None:
    worth = [100.0] * 12 + [200] * 12 + [202, 198, 201, 199, 50]
    files = {"data/opportunities.csv": deals({"a1": worth, "a2": [100.0] * 29}, (2023, 12))}
    found = seen(own(files), {"kind": "change", "against": "year-ago", "by": 10, **SALES})
    assert found["a1"].why == "Sales revenue: 50 EUR, down from 200 EUR a year before."
    assert "a2" not in found


def test_counts_that_differ_by_chance_are_held_back(own: Callable[..., Workspace]) -> None:
    lines = ["ticket_id,account_id,created_at"]
    for month in range(1, 17):
        count = {"a1": 12 if month == 16 else 2, "a2": 4 if month == 16 else 2}
        for account, tickets in count.items():
            day = f"{2025 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-10"
            lines += [f"{account}-{month}-{n},{account},{day}" for n in range(tickets)]
    workspace = own({"data/tickets.csv": "\n".join(lines) + "\n"})
    found = seen(workspace, {"kind": "change", "kpi": "support_tickets", "direction": "rises", "by": 2})
    assert told(found) == {"a1"}
    assert "counts as small as these differ that much by chance" in found["a2"].why


def test_a_share_of_few_cases_is_held_back_and_one_of_many_judged_by_its_interval(
    own: Callable[..., Workspace],
) -> None:
    lines = ["opportunity_id,account_id,status,created_at,closed_at,amount"]
    for account, won, lost in (("a1", 1, 4), ("a2", 12, 28), ("a4", 19, 21)):
        for number in range(won + lost):
            status = "won" if number < won else "lost"
            lines.append(f"{account}-{number},{account},{status},2026-03-01,2026-04-10,100")
    workspace = own({"data/opportunities.csv": "\n".join(lines) + "\n"})
    found = seen(workspace, {"kind": "threshold", "kpi": "win_rate", "below": 0.5})
    assert told(found) == {"a2"}  # 30 %, at most 45.4 %
    assert found["a1"].held is Held.SMALL
    assert found["a4"].held is Held.INTERVAL  # 47.5 %, up to 62.5 %
    assert "its interval 32.9 % to 62.5 % holds the limit, 50.0 %" in found["a4"].why
    assert "a1" in told(seen(workspace, {"kind": "threshold", "kpi": "win_rate", "below": 0.9, "least_n": 5}))


def test_silence_is_told_by_buying_role(tiny: Workspace) -> None:
    found = seen(tiny, {"kind": "no_touch", "days": 30, "roles": ["champion", "decision_maker"]})
    assert told(found) == {"a1"}
    assert found["a1"].why == "No touch with the decision maker for 110 days; it should be at most 30 days."
    anybody = seen(tiny, {"kind": "no_touch", "days": 4})
    assert told(anybody) == {"a1", "a3", "a4"}
    assert anybody["a3"].why == "No touch with anybody ever; it should be at most 4 days."


def test_a_renewal_is_told_while_it_is_undecided(tiny: Workspace) -> None:
    found = seen(tiny, {"kind": "renewal", "within_days": 90, "health_below": None})
    assert told(found) == {"a1"}  # that of a2 is renewed
    assert found["a1"].why == "Contract worth 12,000 EUR ends in 31 days."
    poor = seen(tiny, {"kind": "renewal", "within_days": 90, "health_below": 100})
    assert "health" in poor["a1"].why
    assert not seen(tiny, {"kind": "renewal", "within_days": 30, "health_below": None})
    past = look_back(stand(tiny), rule({"kind": "renewal", "within_days": 90, "health_below": None}))
    when = {past.moments[moment].date().isoformat() for (one, moment) in past.signs if past.subjects[one] == "a2"}
    assert (min(when), max(when)) == ("2026-02-23", "2026-04-13")  # until it was decided on 15 April


def test_a_champion_whose_mail_bounces_is_gone_and_is_not_named_in_what_is_kept(tiny: Workspace) -> None:
    found = seen(tiny, {"kind": "champion_left", "days": 30})
    assert told(found) == {"a1"}
    assert found["a1"].why == "A champion is gone: mail to him bounces for good."
    assert list(found["a1"].people) == ["c1"]
    assert not seen(tiny, {"kind": "champion_left", "days": 3})


def test_a_champion_who_stands_elsewhere_by_now_is_gone(own: Callable[..., Workspace]) -> None:
    workspace = own()
    contacts = FILES["data/contacts.csv"].replace("c3,a2,Cleo Ray,champion", "c3,a3,Cleo Ray,champion")
    (workspace.folder / "data/contacts.csv").write_text(contacts)
    workspace.refresh(as_of=NOW.replace(month=5, day=10))
    found = seen(workspace, {"kind": "champion_left", "days": 30})
    assert found["a2"].why == "A champion is gone: he is no champion of the account any more."


def test_a_scope_looks_at_its_own_accounts_alone(tiny: Workspace) -> None:
    assert told(seen(tiny, {"kind": "threshold", "below": 95, **SALES}, where="tier = 'A'")) == {"a1", "a4"}
    assert told(seen(tiny, {"kind": "no_touch", "days": 5}, where="tier = 'C'")) == {"a3"}
    customers = seen(tiny, {"kind": "no_touch", "days": 5}, scope="customers")
    assert "a4" not in told(customers)  # its contract ended in February


def test_groups_and_the_company_are_subjects_too(tiny: Workspace) -> None:
    when = {"kind": "threshold", "below": 150, **SALES}
    assert told(seen(tiny, when, each="account.owner_id")) == {"e1", "e2"}
    assert told(seen(tiny, {**when, "below": 300}, each="company")) == {""}


def test_late_data_are_told_by_entity(company: Company) -> None:
    found = seen(company.workspace, {"kind": "data_late"})
    assert all("usually one comes within" in sign.why for sign in found.values())


@pytest.mark.parametrize(
    ("when", "more", "said"),
    [
        ({"kind": "threshold", "kpi": "helth_score", "below": 1}, {}, "Did you mean 'health_score'?"),
        ({"kind": "threshold", "kpi": "mrr", "below": 1}, {}, "it needs subscriptions, and there is no source of it"),
        ({"kind": "threshold", "below": 1, **SALES}, {"where": "tier = 'Z'"}, "No account is in the rule's scope"),
        ({"kind": "no_touch", "days": 9}, {"scope": "target"}, "No account is in the rule's scope: target"),
        ({"kind": "threshold", "below": 1, **SALES}, {"each": "colour"}, "colour"),
        ({"kind": "threshold", "kpi": "sales_revenue(x=1)", "below": 1}, {}, "x"),
    ],
)
def test_what_cannot_be_computed_says_why(tiny: Workspace, when: Any, more: Any, said: str) -> None:
    with pytest.raises(AccountlensError, match=r".") as fault:
        seen(tiny, when, **more)
    assert said in str(fault.value)


def test_late_data_have_no_past(tiny: Workspace) -> None:
    with pytest.raises(RuleError, match="no back-test"):
        look_back(stand(tiny), rule({"kind": "data_late"}))


def test_looking_back_sees_at_the_last_moment_what_is_seen_now(tiny: Workspace) -> None:
    here = stand(tiny)
    for when in ({"kind": "baseline", **SALES}, {"kind": "change", "by": 5, **SALES}):
        past, now = look_back(here, rule(when)), look(here, rule(when))
        assert dict(past.at(len(past.moments) - 1)) == dict(now.at(0))


def test_a_target_is_told_when_it_is_behind_by_more_than_is_usual(own: Callable[..., Workspace]) -> None:
    """Half of each month's sales are there by mid-month; this April a third of the usual is."""
    workspace = own()
    whole = [[50.0, 50]] * 15 + [[20.0, None]]
    lines = ["opportunity_id,account_id,status,created_at,closed_at,amount"]
    for number, halves in enumerate(whole):
        months = 2025 * 12 + number
        month = f"{months // 12}-{months % 12 + 1:02d}"
        lines += [f"{month}-{day},a1,won,{month}-01,{month}-{day},{amount}"
                  for day, amount in zip(("10", "25"), halves, strict=True) if amount]  # fmt: skip
    (workspace.folder / "data/opportunities.csv").write_text("\n".join(lines) + "\n")
    workspace.refresh(as_of=NOW.replace(year=2026, month=4, day=16, hour=0))
    when = {"kind": "pacing", "kpi": "sales_revenue"}
    with pytest.raises(RuleError, match="No target of sales_revenue for each company runs now"):
        seen(workspace, when, each="company")
    workspace.targets().set([Wish("sales_revenue", "company", "2026-04", "100")], None)
    behind = seen(workspace, when, each="company")
    assert told(behind) == {""}
    assert behind[""].why.startswith("Sales revenue: 20 EUR of 100 EUR in 2026-04, and 50 EUR usually stands by now")
    workspace.targets().set([Wish("sales_revenue", "company", "2026-04", "30")], None)
    assert not seen(workspace, when, each="company")
