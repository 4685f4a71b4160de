"""`/ask`: sentences read as questions, word by word; every question that is read can be asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.web.conftest import get, somebody
from tests.workspaces import write_files

from accountlens.language.reader import read_sentence
from accountlens.language.sentences import Meaning, Vocabulary, phrases
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

MEANINGS = (
    ("win_rate", Meaning("kpi", "win_rate", "Win rate")),
    ("Win rate", Meaning("kpi", "win_rate", "Win rate")),
    ("mrr", Meaning("kpi", "mrr", "MRR")),
    ("Support tickets", Meaning("kpi", "support_tickets", "Support tickets")),
    ("Engaged accounts", Meaning("kpi", "engaged_accounts", "Engaged accounts")),
    ("tier", Meaning("dimension", "tier", "tier")),
    ("industry", Meaning("dimension", "industry", "industry")),
    ("account", Meaning("dimension", "account_id", "account")),
    ("account manager", Meaning("dimension", "owner_id", "account manager")),
    ("A", Meaning("value", "A", "A", "tier")),
    ("Retail", Meaning("value", "Retail", "Retail", "industry")),
    ("Mills & Sons", Meaning("value", "Mills & Sons", "Mills & Sons", "industry")),
    ("Leila Ortega", Meaning("value", "E9", "Leila Ortega", "owner_id")),
    ("O'Hara Tools", Meaning("account", "A7", "O'Hara Tools", "account_id")),
    ("B", Meaning("value", "B", "B", "tier")),
    ("May Industries", Meaning("account", "A8", "May Industries", "account_id")),
    ("Churn", Meaning("kpi", "logo_churn_rate", "Logo churn", good="down")),
    ("Health score", Meaning("kpi", "health_score", "Health score", good="up")),
)
TODAY = date(2026, 10, 1)  # the first day that is not over
WORDS = Vocabulary(phrases(iter(MEANINGS)), lambda word: (), lambda words: ())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("win rate by tier last 4 quarters", {"kpis": ["win_rate"], "by": ["tier"], "period": "last-4-quarters", "grain": "quarter"}),
        ("What was our win rate in Q2 2026?", {"kpis": ["win_rate"], "period": "2026-Q2"}),
        ("MRR of O'Hara Tools compared with last year", {"kpis": ["mrr"], "where": "account_id = 'A7'", "compare": ["year-ago"]}),
        ("mrr vs the previous quarter, this quarter", {"kpis": ["mrr"], "compare": ["previous"], "period": "this-quarter"}),
        ("win rate where industry is retail and tier is not A", {"kpis": ["win_rate"], "where": "industry = 'Retail' and tier <> 'A'"}),
        ("mrr for Mills & Sons in May 2026", {"kpis": ["mrr"], "where": "industry = 'Mills & Sons'", "period": "2026-05"}),
        ("mrr for tier A by month year to date", {"kpis": ["mrr"], "where": "tier = 'A'", "grain": "month", "period": "year-to-date"}),
        ("mrr and win rate by tier and industry", {"kpis": ["mrr", "win_rate"], "by": ["tier", "industry"]}),
        ("top 10 accounts by mrr", {"kpis": ["mrr"], "by": ["account_id"], "top": 10}),
        ("worst 3 industries by win rate last month", {"kpis": ["win_rate"], "by": ["industry"], "top": 3, "lowest": True, "period": "last-month"}),
        ("win rate by tier last quarter vs target", {"kpis": ["win_rate"], "by": ["tier"], "period": "last-quarter", "compare": ["target"]}),
        ("engaged accounts for target accounts per account manager", {"kpis": ["engaged_accounts"], "scope": "target", "by": ["owner_id"]}),
        ("win rate of customers the last twelve months", {"kpis": ["win_rate"], "scope": "customers", "period": "last-12-months", "grain": "month"}),
        ("win rate from jan 2026 to june 2026 quarterly yoy", {"kpis": ["win_rate"], "period": "2026-01..2026-06", "grain": "quarter", "compare": ["year-ago"]}),
        ("win rate 2026-01 to 2026-03", {"kpis": ["win_rate"], "period": "2026-01..2026-03"}),
        ("mrr since 2026-01", {"kpis": ["mrr"], "period": "2026-01..today"}),
        ("how many support tickets did Leila Ortega have last week", {"kpis": ["support_tickets"], "where": "owner_id = 'E9'", "period": "last-week"}),
        ("a win rate", {"kpis": ["win_rate"]}),
        ("win rate in march", {"kpis": ["win_rate"], "period": "2026-03"}),
        ("win rate november", {"kpis": ["win_rate"], "period": "2025-11"}),
        ("churn in q2", {"kpis": ["logo_churn_rate"], "period": "2026-Q2"}),
        ("mrr since january", {"kpis": ["mrr"], "period": "2026-01..today"}),
        ("mrr h1 last year", {"kpis": ["mrr"], "period": "2025-01..2025-06"}),
        ("mrr from nov to feb", {"kpis": ["mrr"], "period": "2025-11..2026-02"}),
        ("mrr next month", {"kpis": ["mrr"], "period": "2026-11"}),
        ("mrr last 12m", {"kpis": ["mrr"], "period": "last-12-months", "grain": "month"}),
        ("mrr two quarters ago", {"kpis": ["mrr"], "period": "2026-Q2"}),
        ("mrr over the last year", {"kpis": ["mrr"], "period": "last-year"}),
        ("mrr over time", {"kpis": ["mrr"], "period": "last-12-months", "grain": "month"}),
        ("mrr growth this quarter", {"kpis": ["mrr"], "period": "this-quarter", "compare": ["previous"]}),
        ("mrr this year vs last", {"kpis": ["mrr"], "period": "this-year", "compare": ["year-ago"]}),
        ("mrr q2 vs q1", {"kpis": ["mrr"], "period": "2026-Q2", "compare": ["previous"]}),
        ("mrr 2025 vs 2026", {"kpis": ["mrr"], "period": "2026", "compare": ["year-ago"]}),
        ("win rate for tier A and tier B", {"kpis": ["win_rate"], "where": "tier in ('A', 'B')"}),
        ("win rate tier A vs B", {"kpis": ["win_rate"], "by": ["tier"], "where": "tier in ('A', 'B')"}),
        ("mrr excluding tier A", {"kpis": ["mrr"], "where": "tier <> 'A'"}),
        ("mrr of May Industries", {"kpis": ["mrr"], "where": "account_id = 'A8'"}),
        ("O'Hara Tools's mrr", {"kpis": ["mrr"], "where": "account_id = 'A7'"}),
        ("biggest accounts by mrr", {"kpis": ["mrr"], "by": ["account_id"], "top": 10}),
        ("which industries have the best win rate", {"kpis": ["win_rate"], "by": ["industry"], "top": 10}),
        ("worst account managers by churn", {"kpis": ["logo_churn_rate"], "by": ["owner_id"], "top": 10}),
        ("5 best industries by churn", {"kpis": ["logo_churn_rate"], "by": ["industry"], "top": 5, "lowest": True}),
        ("lowest health score", {"kpis": ["health_score"], "by": ["account_id"], "top": 10, "lowest": True}),
        ("", None),
        ("tier A last year", None),
    ],
)  # fmt: skip
def test_a_sentence_is_read(text: str, question: dict[str, Any] | None) -> None:
    found = read_sentence(text, WORDS, TODAY)
    assert found.question == question
    assert found.unknown == []


def test_every_word_is_told_where_it_stands_and_what_it_was_taken_for() -> None:
    found = read_sentence("win rate by  tier for frobs", WORDS, TODAY)
    assert [(part.words, part.kind, part.value) for part in found.parts] == [
        ("win rate", "kpi", "win_rate"),
        ("by  tier", "by", "tier"),
        ("for", "filler", ""),
        ("frobs", "unknown", ""),
    ]
    assert all(found.text[part.start : part.end] == part.words for part in found.parts)


def test_which_end_of_an_order_is_the_worst_is_said() -> None:
    (highest,) = (
        part for part in read_sentence("worst 5 industries by churn", WORDS, TODAY).parts if part.kind == "top"
    )
    assert (highest.value, highest.label) == ("5", "highest 5 by industry")
    (lowest,) = (part for part in read_sentence("worst health score", WORDS, TODAY).parts if part.kind == "top")
    assert (lowest.value, lowest.label) == ("10", "lowest 10 by account")


def test_what_is_half_understood_is_not_taken_for_something_else() -> None:
    found = read_sentence("until june, win rate q3 vs q1", WORDS, TODAY)
    assert found.question == {"kpis": ["win_rate"], "period": "2026-Q3"}
    assert [part.words for part in found.unknown] == ["until june", "vs q1"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(["win", "rate", "by", "tier", "last", "4", "quarters", "top", "vs",
       "year", "for", "A", "not", "is", "where", "from", "to", "2026", "q2", "may", "and", "o'hara", "tools"])).map(" ".join))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_read_whole(text: str) -> None:
    found = read_sentence(text, WORDS, TODAY)
    ends = 0
    for part in found.parts:
        assert ends <= part.start < part.end <= len(text)
        assert not text[ends : part.start].strip(' \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0,;?!"') or not text.isascii()
        ends = part.end


@pytest.mark.parametrize(
    "text",
    [
        "win rate by tier last 4 quarters",
        "net revenue retention vs previous year by industry this year",
        "top 5 account managers by mrr",
        "nps for tier A",
        "engagement score by account last month",
        "sales of tier A vs tier B since january, excluding retail",
    ],
)
def test_what_is_read_can_be_asked(text: str, client: TestClient) -> None:
    told = get(client, "/ask", text=text)
    assert told["unknown"] == []
    answer = client.get(told["path"])
    assert answer.status_code == 200
    assert [one["kpi"] for one in answer.json()["kpis"]] == told["question"]["kpis"]


def test_an_account_is_known_by_its_name_to_who_sees_it(client: TestClient, company: Path) -> None:
    session = Workspace(company)._open(None).session
    session.table("accounts")
    account, name = session.fetch("SELECT account_id, name FROM accounts ORDER BY length(name) DESC").fetchall()[0]
    told = get(client, "/ask", text=f"mrr of {name}")
    assert told["question"] == {"kpis": ["mrr"], "where": f"account_id = '{account}'"}
    other = frozenset({"A00001"} if account != "A00001" else {"A00002"})
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: other)) as narrowed:
        told = get(narrowed, "/ask", text=f"mrr of {name}")
        assert told["question"] == {"kpis": ["mrr"]}
        assert account not in str(told)


def test_slips_are_forgiven_and_words_that_mean_nothing_get_suggestions(client: TestClient) -> None:
    told = get(client, "/ask", text="custmer satisfaction by teir lats 4 quaters")
    assert told["question"] == {"kpis": ["csat"], "by": ["tier"], "period": "last-4-quarters", "grain": "quarter"}
    assert told["unknown"] == []
    (first,) = get(client, "/ask", text="pipeline in atlantis")["unknown"]
    assert (first["words"], first["kind"]) == ("atlantis", "unknown")
    (typed,) = get(client, "/ask", text="wi rat")["unknown"]
    assert (typed["words"], typed["other"][0]["value"]) == ("wi rat", "win_rate")


def test_a_word_people_say_is_taken_for_a_kpi_and_what_else_it_may_be_is_told(client: TestClient) -> None:
    told = get(client, "/ask", text="churn of retail")
    assert told["question"]["kpis"] == ["logo_churn_rate"]
    assert told["filters"] == {"industry": ["Retail"]}
    churn = told["understood"][0]
    assert {"churn_mrr", "gross_mrr_churn_rate"} <= {one["value"] for one in churn["other"]}


def test_a_workspace_without_accounts_reads_sentences_too(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {"accountlens.yaml": "sources: {files: {path: data}}\n", "data/employees.csv": "employee_id,name\ne1,Bob\n"},
    )
    Workspace(tmp_path).refresh()
    with TestClient(create_app(tmp_path, viewer_of=somebody)) as client:
        assert get(client, "/ask", text="nps last year")["question"] == {"kpis": ["nps"], "period": "last-year"}
        assert "Map a table to 'accounts'" in get(client, "/accounts", 400)["mend"]
