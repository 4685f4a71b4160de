"""The two pages that lead to all others: every KPI by family, and the chooser by business goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from docs.definitions.page import GOOD, confusion
from docs.definitions.words import HERE, data, link, listed, named, table

from accountlens.catalog.catalog import Catalog, family_order

START = """\
Start from what you want to achieve. Each line is a question a person has, the KPI that answers it first, and what to
read beside it, because one number alone misleads. [All KPIs by family](README.md)."""
SHARE = {"fraction": "share"}
SHORT = {"up": "▲", "down": "▼", "context": "◆"}


def overview(catalog: Catalog) -> str:
    found = family_order(catalog.kpis.values())
    parts = [
        "# All KPIs",
        f"{len(found)} KPIs, by family. Not sure which one? [Choose by your question](choose.md).",
        f"▲ {GOOD['up']} · ▼ {GOOD['down']} · ◆ {GOOD['context']}",
    ]
    for family, some in groupby(found, key=lambda one: one.family):
        title = data("words")["families"].get(family, family)
        rows = [
            (
                link(one.name, one.label),
                f"`{one.name}`",
                one.asks,
                SHORT[one.good],
                SHARE.get(one.unit, one.unit.replace("_", " ")),
                one.review,
            )
            for one in some
        ]
        parts += [
            f"## {title[:1].upper()}{title[1:]}",
            table(("KPI", "id", "the question", "", "unit", "review"), rows),
        ]
    return "\n\n".join([*parts, (HERE / "rules.md").read_text(encoding="utf-8")])


def chooser(catalog: Catalog) -> str:
    goals = data("goals")["goals"]
    contents = [f"- [{goal['title']}](#{_anchor(goal['title'])})" for goal in goals]
    parts = [
        "# Which KPI for which question?",
        START,
        "\n".join(contents),
        *(text for goal in goals for text in _goal(goal, catalog)),
    ]
    return "\n\n".join(parts) + "\n"


def _goal(goal: Mapping[str, Any], catalog: Catalog) -> Iterator[str]:
    yield f"## {goal['title']}"
    yield str(goal["intro"])
    rows = [(one["ask"], named(one["first"], catalog), listed(one["beside"], catalog)) for one in goal["questions"]]
    yield table(("your question", "ask first", "read beside it"), rows)
    firsts = [one["first"] for one in goal["questions"]]
    pairs = [pair for pair in data("goals")["confusions"] if pair["kpis"][0] in firsts]
    if pairs:
        yield "Not to be confused:"
        yield "\n".join(
            f"- {named(pair['kpis'][0], catalog)} and {confusion(pair, catalog, pair['kpis'][0])}" for pair in pairs
        )


def _anchor(title: str) -> str:
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign == "-")
