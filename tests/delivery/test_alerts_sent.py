"""Alerts are sent to whom they are for, each once; what could not be sent is told the next time."""

from __future__ import annotations

from datetime import timedelta

from tests.delivery.conftest import ME, MONDAY, House

from accountlens.alerts import kept
from accountlens.alerts.check import check
from accountlens.alerts.rules import Rule

LOW = {"label": "Sales are low", "when": {"kind": "threshold", "kpi": "sales_revenue", "below": 300}}
DAY = timedelta(days=1)


def alerting(house: House) -> None:
    rule = Rule.model_validate(LOW)
    kept.save(house.workspace.store, ME, {"low": rule}, {"low": True})
    assert check(house.workspace).raised == 2  # Alder and Birch, both of Ann; not Cedar


def test_alerts_reach_their_owner_once_and_nobody_else(house: House) -> None:
    alerting(house)
    house.channels("out: {type: folder, path: out}")
    one = house.add(
        "daily 08:00", "out", audience=house.user("Ann").id, name="alerts", options={"kpis": ["sales_revenue"]}
    )
    other = house.add(
        "daily 08:00", "out", audience=house.user("Ben").id, name="bens", options={"kpis": ["sales_revenue"]}
    )
    with house.workspace.store.state.session("make them alerts") as session:
        from accountlens.store.delivery_rows import DeliveryRow

        for id_ in (one.id, other.id):
            row = session.get_one(DeliveryRow, id_)
            row.kind, row.options = "alerts", {}
    house.run(MONDAY + DAY)
    said = "".join(path.read_text() for path in (house.folder / "out").rglob("*") if path.suffix in (".txt", ".html"))
    assert "Alder" in said
    assert "Birch" in said
    assert "Cedar" not in said
    house.run(MONDAY + 2 * DAY)
    assert sorted((one.name, one.status.value) for one in house.log()) == [
        ("alerts", "nothing"), ("alerts", "sent"), ("bens", "nothing"), ("bens", "nothing"),
    ]  # fmt: skip
