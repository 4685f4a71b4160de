"""Exports of web analytics: visits that are somebody's become activities, counts are said to be none."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.adopt import adopt, write_adopted
from accountlens.sources.origin import find_origin
from accountlens.sources.propose import propose

ENTITIES, _ = load_entities([BUILT_IN])


def action(seconds: int, kind: str = "action", page: str = "https://us.example/pricing") -> dict[str, Any]:
    return {"type": kind, "url": page, "pageTitle": "Größen", "timestamp": 1772445600 + seconds, "timeSpent": "7"}


VISITS = [
    {"idSite": 1, "idVisit": 11, "visitorId": "ab12", "userId": "Eve@acmeworks.com", "referrerType": "campaign",
     "referrerName": "spring", "visitIp": "10.0.0.0", "actionDetails": [action(0), action(9, "download"), action(12, "event")]},
    {"idSite": 1, "idVisit": 12, "visitorId": "cd34", "userId": "C7", "referrerType": "direct", "referrerName": "",
     "visitIp": "10.0.0.0", "actionDetails": [action(60)]},
    {"idSite": 1, "idVisit": 13, "visitorId": "ef56", "userId": None, "referrerType": "direct", "referrerName": "",
     "visitIp": "10.0.0.0", "actionDetails": []},
]  # fmt: skip


def flat(visit: dict[str, Any]) -> dict[str, Any]:
    """As Matomo writes a visit in one line."""
    found = {}
    for name, value in visit.items():
        if name != "actionDetails":
            found[name] = value
            continue
        for place, one in enumerate(value):
            found |= {f"{key} (actionDetails {place})": inner for key, inner in one.items()}
    return found


def export(shape: str, folder: Path) -> None:
    """Matomo's files as it gives them: its tables are UTF-16 unless asked otherwise."""
    if shape == "json":
        (folder / "visits.json").write_text(json.dumps(VISITS), encoding="utf-8")
        return
    rows = [flat(visit) for visit in VISITS]
    text = io.StringIO()
    columns = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(text, list(columns), delimiter="\t" if shape == "tsv" else ",", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / f"visits_log.{shape}").write_bytes(text.getvalue().encode("utf-8" if shape == "csv" else "utf-16"))


@pytest.mark.parametrize("shape", ["json", "csv", "tsv"])
def test_matomos_visits_are_read_from_each_shape_of_its_export(shape: str, tmp_path: Path) -> None:
    files = tmp_path / "export"
    files.mkdir()
    export(shape, files)
    write_adopted(adopt(find_origin(str(files)), "matomo/visits", None), tmp_path / "ws")
    settings = load_settings(tmp_path / "ws")
    (files / "accounts.csv").write_text("account_id,name,domain\nA,Acme,acmeworks.com\nB,Bolt,boltworks.com\n")
    (files / "contacts.csv").write_text("contact_id,account_id\nC7,B\n")
    with workbench() as con:
        landed = land_sources(con, settings, tmp_path / "ws", lambda *_: None)
        done = prepare(con, tmp_path / "ws", settings, ENTITIES, landed, datetime(2026, 10, 1))
        found = con.execute(
            "SELECT account_id, kind, occurred_at, contact_id, session_id, page, traffic_source FROM activities "
            "ORDER BY occurred_at"
        ).fetchall()
    page = "https://us.example/pricing"
    assert found == [
        ("A", "page_view", datetime(2026, 3, 2, 10), None, "11", page, "spring"),
        ("A", "content_downloaded", datetime(2026, 3, 2, 10, 0, 9), None, "11", page, "spring"),
        ("B", "page_view", datetime(2026, 3, 2, 10, 1), "C7", "12", page, None),
    ]
    assert done.balance["activities"].whole


PLAUSIBLE = {
    "imported_visitors_20260101_20260331": "date,visitors,pageviews,bounces,visits,visit_duration",
    "imported_sources_20260101_20260331": "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,"
    "pageviews,visitors,visits,visit_duration,bounces",
    "imported_pages_20260101_20260331": "date,hostname,page,visits,visitors,pageviews,total_scroll_depth,total_scroll_depth_visits",
    "imported_custom_events_20260101_20260331": "date,name,link_url,path,visitors,events",
    "sources": "name,visitors,bounce_rate,visit_duration",
    "custom_props": "property,value,visitors,events,percentage",
}
MATOMO = {
    "visits_summary": "date,nb_uniq_visitors,nb_visits,nb_actions,nb_users",
    "pages": "label,nb_visits,nb_hits,bounce_rate",
}


def test_counts_of_web_analytics_are_said_to_belong_to_nobody(tmp_path: Path) -> None:
    for name, header in {**PLAUSIBLE, **MATOMO}.items():
        cells = ",".join(
            "2026-01-02" if column == "date" else f"{place}" for place, column in enumerate(header.split(","))
        )
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{cells}\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("account_id,name\nA,Acme\n", encoding="utf-8")
    (tmp_path / "visitors.csv").write_text("visitor_id,visitors,email\n1,1,a@acme.example\n", encoding="utf-8")
    proposal = propose(tmp_path, ENTITIES)
    assert [item.entity for item in proposal.entities] == ["accounts"]
    why = {item.table: item.why for item in proposal.unrecognised}
    told = {name: text.partition(",")[0].partition(";")[0] for name, text in why.items()}
    assert sorted(set(told.values())) == ["a report of Matomo", "counts of Plausible", told["visitors"]]
    assert "Plausible" not in why["visitors"], "who has a column of his own is no count"
    assert set(told) == {name.partition("_2026")[0] for name in (*PLAUSIBLE, *MATOMO, "visitors")}
