"""What the settings of an API may say, and what `init --from` makes of a system's name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from accountlens.errors import AccountlensError
from accountlens.sources.kinds import salesforce, stripe
from accountlens.sources.origin import find_origin


@pytest.mark.parametrize(
    ("kind", "keys", "said"),
    [
        (salesforce, {"client_secret": "hush"}, r"write \$\{A_NAME\} here"),
        (salesforce, {"refresh_token": "hush-${X}"}, r"write \$\{A_NAME\} here"),
        (salesforce, {"url": "https://login.salesforce.com"}, "name your own domain"),
        (salesforce, {"url": "https://me:hush@acme.my.salesforce.com"}, "a secret stands in it"),
        (salesforce, {"url": "acme.my.salesforce.com"}, "it must begin with https://"),
        (stripe, {"api_key": "sk_live_hush"}, r"write \$\{A_NAME\} here"),
        (stripe, {"attempts": 0}, "greater than or equal to 1"),
        (stripe, {"key": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_can_not_be_right_is_refused(kind: Any, keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        kind.Settings.model_validate(keys)


def test_a_system_is_known_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SALESFORCE_REFRESH_TOKEN", raising=False)
    plain = find_origin("salesforce")
    assert (plain.name, plain.preset, plain.keys["url"]) == ("salesforce", "api/salesforce", "${SALESFORCE_URL}")
    assert "refresh_token" not in plain.keys
    monkeypatch.setenv("SALESFORCE_REFRESH_TOKEN", "hush")
    assert find_origin("salesforce").keys["refresh_token"] == "${SALESFORCE_REFRESH_TOKEN}"
    sandbox = find_origin("salesforce://acme--dev.sandbox.my.salesforce.com")
    assert sandbox.keys["url"] == "https://acme--dev.sandbox.my.salesforce.com"
    assert find_origin("stripe:http://127.0.0.1:1").keys["url"] == "http://127.0.0.1:1"
    assert "url" not in find_origin("stripe").keys
    (tmp_path / "stripe").mkdir()
    assert find_origin("stripe").name == "files", "a folder of that name is a folder"


def test_patience_is_not_part_of_what_is_fetched() -> None:
    patient, other = (
        stripe.Settings.model_validate({"attempts": 9}),
        stripe.Settings.model_validate({"account": "acct_1"}),
    )
    assert patient.identity == stripe.Settings.model_validate({}).identity != other.identity


def test_without_dlt_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "accountlens.sources.api.client", raising=False)
    monkeypatch.setitem(sys.modules, "dlt.sources.helpers.requests.retry", None)
    with pytest.raises(AccountlensError, match=r"Stripe is read by dlt.*pip install 'accountlens\[apis\]'"):
        stripe.fetch("pay", stripe.Settings.model_validate({}), tmp_path, tmp_path / "pay.duckdb")


def test_a_secret_that_nobody_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    with pytest.raises(AccountlensError, match="source 'pay': There is no secret 'STRIPE_API_KEY'"):
        stripe.fetch("pay", stripe.Settings.model_validate({}), tmp_path, tmp_path / "pay.duckdb")
