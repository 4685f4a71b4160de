"""Rules in words, as the list of rules and the form show them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.alerts.conftest import rule

from accountlens.alerts.saying import rule_words
from accountlens.workspace import Workspace

SALES: dict[str, Any] = {"kpi": "sales_revenue"}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({**SALES, "kind": "threshold", "below": 95}, "Sales revenue is below 95 EUR in a month"),
        (
            {**SALES, "kind": "change", "by": 0.2, "relative": True, "against": "year-ago"},
            "Sales revenue falls by 20.0 % or more against the same month a year before",
        ),
        (
            {**SALES, "kind": "baseline", "by": 10, "per": "week", "times": 2.5, "direction": "either"},
            "Sales revenue moves by 2.5 usual deviations and 10 EUR or more from its last 12 weeks",
        ),
        (
            {"kind": "no_touch", "days": 90, "roles": ["decision_maker", "champion"]},
            "For 90 days nobody was in touch with a decision maker or champion",
        ),
        ({"kind": "no_touch", "days": 1}, "For 1 day nobody was in touch with the account"),
        ({"kind": "renewal"}, "A contract ends within 90 days, undecided, and health is below 60"),
        ({"kind": "renewal", "health_below": None}, "A contract ends within 90 days, undecided"),
        ({"kind": "champion_left"}, "Within 30 days a champion left"),
        ({"kind": "data_late"}, "A source cannot be read, or rows stay away for longer than usual"),
        ({"kind": "threshold", "kpi": "gone_kpi", "above": 3}, "gone_kpi is above 3 in a month"),
    ],
)
def test_a_condition_is_said_in_words(tiny: Workspace, when: dict[str, Any], said: str) -> None:
    assert rule_words(rule(when), tiny.catalog, "EUR") == f"{said}."


def test_whom_it_is_about_is_said_too(tiny: Workspace) -> None:
    when = {**SALES, "kind": "threshold", "above": 1}
    told = rule_words(rule(when, scope="customers", where="tier = 'A'"), tiny.catalog, "EUR")
    assert told.endswith("in a month; customers with tier = 'A'.")
    assert rule_words(rule(when, each="owner_id"), tiny.catalog, "EUR").endswith("in a month; by owner.")
    assert rule_words(rule({"kind": "pacing"}, each="team"), tiny.catalog, "EUR").endswith("by now; by team.")
