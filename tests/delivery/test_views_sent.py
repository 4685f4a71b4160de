"""Saved views and dashboards sent by themselves: to each his own rows, as the page shows them."""

from __future__ import annotations

import csv
import io

import pytest
from tests.delivery.conftest import ME, House

from accountlens.boards import dashboards, views
from accountlens.boards.asked import OfAccounts, OfKpis, read
from accountlens.boards.dashboards import Shared
from accountlens.boards.tiles import Layout
from accountlens.boards.views import View
from accountlens.delivery.drafting import drafted, unkept
from accountlens.delivery.parcel import Parcel
from accountlens.delivery.sending import preview
from accountlens.errors import AccountlensError
from accountlens.people.viewer import Role, Viewer
from accountlens.store.snapshots import utc_now

ROOT = Viewer("root", "root@acme.example", "Root", Role.ADMIN)
ACCOUNTS = (
    "cols=tier,sales_revenue,sales_revenue.change&sort=-sales_revenue&having=sales_revenue+>+0&f.tier=A&period=2026-05"
)
LAYOUT = {
    "name": "Board",
    "narrowing": {"period": "2026-05"},
    "tiles": [
        {"id": "text", "kind": "text", "box": {"x": 0, "y": 0, "w": 6, "h": 1}, "text": "Read with care."},
        {
            "id": "won",
            "kind": "bar",
            "box": {"x": 0, "y": 1, "w": 6, "h": 4},
            "kpis": ["sales_revenue"],
            "by": ["account_id"],
        },
        {"id": "old", "kind": "number", "box": {"x": 6, "y": 1, "w": 3, "h": 4}, "kpis": ["gone_kpi"]},
    ],
}


def keep(house: House, state: str, *, shared: bool = True, page: str = "accounts") -> str:
    return views.keep(house.workspace.store, ROOT, page, "Mine", state, shared)


def parcels(house: House, kind: str, thing: str) -> dict[str, Parcel]:
    """What Ann and Ben would get, each of his own."""
    house.channels("archive: {type: folder, path: sent}\nmail: {type: smtp, host: h, from: a@acme.example}")
    to = ["ann@acme.example", "ben@acme.example"]
    given = {"name": "Weekly", "kind": kind, "options": {kind: thing}, "schedule": "every Monday 08:00"}
    one = unkept(drafted(house.workspace, channel="mail", to=to, **given))
    found = {}
    for reader, parcel in preview(house.workspace, one):
        assert isinstance(parcel, Parcel), parcel
        found[reader.who.partition(" ")[0]] = parcel
    return found


def table(parcel: Parcel) -> list[list[str]]:
    return list(csv.reader(io.StringIO(parcel.attachments[0].content.decode())))


def test_each_gets_the_rows_of_a_view_that_he_sees(house: House) -> None:
    found = parcels(house, "view", keep(house, ACCOUNTS))
    titles = ["Account id", "Account", "Tier", "Sales revenue", "Sales revenue, change"]
    assert table(found["Ann"]) == [titles, ["A1", "Alder", "A", "100", "100"]]
    assert table(found["Ben"]) == [titles, ["A3", "Cedar", "A", "1000", "1000"]]
    assert "1,000 EUR" in found["Ben"].text
    assert "Cedar" in found["Ben"].html
    assert not any(name in f"{found['Ben'].text}{found['Ben'].html}" for name in ("Alder", "Birch"))
    by_name = parcels(house, "view", keep(house, "kpis=sales_revenue&by=account_id&period=2026-05", page="explore"))
    assert {row[4] for row in table(by_name["Ann"])[1:]} == {"A1", "A2", ""}


def test_what_a_view_names_and_is_no_more_is_left_out_and_told(house: House) -> None:
    gone = "cols=tier,gone_kpi.change,sales_revenue&having=gone_too+>+1&sort=-gone_kpi&period=2026-05"
    found = parcels(house, "view", keep(house, gone))["Ann"]
    assert [row[1:] for row in table(found)] == [
        ["Account", "Tier", "Sales revenue"], ["Alder", "A", "100"], ["Birch", "B", "250"],
    ]  # fmt: skip
    assert "not in the catalog any more: gone_kpi, gone_too" in found.text
    with pytest.raises(AccountlensError, match="gone_kpi is not in the catalog"):
        parcels(house, "view", keep(house, "kpis=gone_kpi", page="explore"))


def test_a_view_of_somebody_alone_is_not_sent_and_one_of_many_questions_cannot_be(house: House) -> None:
    with pytest.raises(AccountlensError, match=r"no view .* that everybody may use"):
        parcels(house, "view", keep(house, ACCOUNTS, shared=False))
    with pytest.raises(AccountlensError, match="no one question"):
        parcels(house, "view", keep(house, "cards=mrr", page="overview"))


def test_a_dashboard_is_told_tile_by_tile_and_what_is_gone_in_its_place(house: House) -> None:
    id_ = dashboards.add(house.workspace.store, ROOT, ME, Layout.model_validate(LAYOUT), Shared.LOOK)
    found = parcels(house, "dashboard", id_)
    assert "Read with care." in found["Ann"].text
    assert "gone_kpi is not in the catalog any more" in found["Ann"].text
    assert ("Alder" in found["Ann"].html, "Cedar" in found["Ann"].html) == (True, False)
    assert ("Alder" in found["Ben"].html, "Cedar" in found["Ben"].html) == (False, True)
    assert [one.name for one in found["Ben"].attachments] == ["02-sales-revenue.csv"]


def test_an_address_is_read_with_what_the_page_takes_for_granted() -> None:
    def asked(page: str, state: str) -> OfAccounts | OfKpis:
        return read(View("v", "u", page, "V", state, True, utc_now()))

    plain = asked("accounts", "")
    assert plain == OfAccounts(None, "name", "", None, (), (), (), "last-90-days", "previous")
    full = asked(
        "accounts", "cols=nps(level=0.9),tier&cols=tier&f.name=O'Hara&f.tier=A&f.tier=B&stage=mqa&compare=none"
    )
    assert isinstance(full, OfAccounts)
    assert (full.keys, full.stages, full.compare) == (("nps(level=0.9)", "tier"), ("mqa",), "previous")
    assert full.where == "name in ('O''Hara') and tier in ('A', 'B')"
    kpis = asked("explore", "kpis=mrr,nps&by=tier&f.tier=A&where=region+=+'EMEA'&compare=none&top=5&lowest=true")
    assert isinstance(kpis, OfKpis)
    assert (kpis.query.grain, kpis.query.compare, kpis.top, kpis.lowest) == ("total", (), 5, True)
    assert kpis.query.where == "tier in ('A') and region = 'EMEA'"
