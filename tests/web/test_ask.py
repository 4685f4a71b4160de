"""`/ask`: sentences read as questions, word by word; every question that is read can be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.web.conftest import get, somebody
from tests.workspaces import write_files

from accountlens.language.sentences import Meaning, Vocabulary, phrases, read_sentence
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
)
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
        ("", None),
        ("tier A last year", None),
    ],
)  # fmt: skip
def test_a_sentence_is_read(text: str, question: dict[str, Any] | None) -> None:
    found = read_sentence(text, WORDS)
    assert found.question == question
    assert found.unknown == []


def test_every_word_is_told_where_it_stands_and_what_it_was_taken_for() -> None:
    found = read_sentence("win rate by  tier for frobs", WORDS)
    assert [(part.words, part.kind, part.value) for part in found.parts] == [
        ("win rate", "kpi", "win_rate"),
        ("by  tier", "by", "tier"),
        ("for", "filler", ""),
        ("frobs", "unknown", ""),
    ]
    assert all(found.text[part.start : part.end] == part.words for part in found.parts)


@given(st.text(max_size=60) | st.lists(st.sampled_from(["win", "rate", "by", "tier", "last", "4", "quarters", "top", "vs",
       "year", "for", "A", "not", "is", "where", "from", "to", "2026", "q2", "may", "and", "o'hara", "tools"])).map(" ".join))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_read_whole(text: str) -> None:
    found = read_sentence(text, WORDS)
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


def test_words_that_mean_nothing_get_suggestions(client: TestClient) -> None:
    told = get(client, "/ask", text="pipeline by teir")
    first, second = told["unknown"]
    assert {"pipeline_value_open", "pipeline_coverage"} <= {one["value"] for one in first["other"]}
    assert second["other"][0] == {"kind": "dimension", "value": "tier", "label": "tier", "dimension": ""}
    (typed,) = get(client, "/ask", text="win rat")["unknown"]
    assert (typed["words"], typed["other"][0]["value"]) == ("win rat", "win_rate")


def test_a_workspace_without_accounts_reads_sentences_too(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {"accountlens.yaml": "sources: {files: {path: data}}\n", "data/employees.csv": "employee_id,name\ne1,Bob\n"},
    )
    Workspace(tmp_path).refresh()
    with TestClient(create_app(tmp_path, viewer_of=somebody)) as client:
        assert get(client, "/ask", text="nps last year")["question"] == {"kpis": ["nps"], "period": "last-year"}
        assert "Map a table to 'accounts'" in get(client, "/accounts", 400)["mend"]
