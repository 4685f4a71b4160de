"""Each example is refreshed once for all tests of this folder."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.real.against import Example, run_example

OWN = """\
label: {label}
asks: {label}?
unit: count
good: context
leads: lagging
review: monthly
formula: found
measures:
  found: {measure}
"""


def _own(label: str, measure: str) -> str:
    return OWN.format(label=label, measure=measure)


@pytest.fixture(scope="session")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Example:
    own = {
        "open_deals": _own(
            "Open deals, also without a date",
            "{fact: opportunities, during: [created_at, closed_at], count: rows, where: \"status = 'open'\"}",
        )
    }
    return run_example("maven_crm", "maven_crm", datetime(2018, 1, 1), tmp_path_factory.mktemp("real"), own)


@pytest.fixture(scope="session")
def ravenstack(tmp_path_factory: pytest.TempPathFactory) -> Example:
    own = {
        "accounts_with_churn_event": _own(
            "Accounts with a churn event",
            "{fact: churn_events, at: occurred_at, trailing: ever, distinct: account_id}",
        )
    }
    return run_example("ravenstack_saas", "ravenstack_saas", datetime(2025, 1, 1), tmp_path_factory.mktemp("real"), own)


@pytest.fixture(scope="session")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Example:
    own = {"order_lines": _own("Order lines", "{fact: orders, at: ordered_at, count: rows}")}
    return run_example(
        "online_retail", "online_retail_2009_2010", datetime(2010, 12, 10), tmp_path_factory.mktemp("real"), own
    )
