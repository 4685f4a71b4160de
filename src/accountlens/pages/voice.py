"""What customers say: NPS with its interval, satisfaction and effort, who answers, and the latest comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.language.calendar import Slice
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, stand
from accountlens.workspace.asking import Asking

SURVEYS = ("nps", "csat", "ces")
KPIS = (*SURVEYS, "response_rate")
GROUPS = ("segment", "tier", "industry")
MARKS = range(11)
MOST = 200


@dataclass(frozen=True)
class Score:
    """A KPI over one period or group; `lower` and `upper` bound it, None where nothing is known."""

    label: str
    value: float | None
    n: int | None
    lower: float | None
    upper: float | None
    flags: Sequence[str]


@dataclass(frozen=True)
class VoiceKpi:
    """`whole` is the asked time against the one before it (`change`); `course` its periods, `groups` its split."""

    kpi: str
    label: str
    unit: str
    whole: Score
    change: float | None
    course: Sequence[Score]
    groups: Sequence[Score]


@dataclass(frozen=True)
class Comment:
    response_id: str
    survey: str
    at: datetime
    score: float | None
    comment: str
    account_id: str | None
    account: str | None
    contact_id: str | None
    contact: str | None


@dataclass(frozen=True)
class Comments:
    """`total` of a time, of which these are a page, the latest first."""

    total: int
    comments: Sequence[Comment]


@dataclass(frozen=True)
class Voice:
    """`marks`: how often each mark of NPS from 0 to 10 was given, of the answers that count in it."""

    kpis: Sequence[VoiceKpi]
    by: str | None
    marks: Sequence[int]
    parts: Mapping[str, Any]
    comments: Sequence[Comment]
    needs: Sequence[Need]


def voice(
    workspace: Asking, *, period: str = "last-12-months", grain: str = "quarter", by: str | None = None,
    where: str | None = None, survey: str | None = None, limit: int = 20, snapshot: str | None = None,
) -> Voice:  # fmt: skip
    """NPS, CSAT, CES and the response rate, as the KPIs have them.

    Args:
        by: the dimension of `groups`; by default the first of segment, tier and industry that accounts have.
        where: the same filter as in a question; of comments it is left out.
        survey: comments of this one alone: nps, csat or ces.
        limit: so many comments, the latest; those of our own people are never told.
    """
    _check_survey(survey)
    if not 0 <= limit <= MOST:
        raise AccountlensError(f"{limit} comments cannot be told.", mend=f"Ask for 0 to {MOST}.")
    here = stand(workspace, snapshot)
    span = here.span(period)
    asked = here.can(*KPIS)
    needs = here.lacking("what customers say", "survey_responses")
    needs += [*here.lacking("how many answer", "survey_invitations"), *_unasked(here)]
    if not asked:
        return Voice([], None, [0] * len(MARKS), {}, [], needs)
    by = by or _usual_group(here)
    kpis = _kpis(here, asked, period, grain, by, where)
    marks, parts = _marks(here, period, where) if "nps" in asked else ([0] * len(MARKS), {})
    return Voice(kpis, by, marks, parts, _comments(here, span, survey, limit, 0).comments, needs)


def comments(
    workspace: Asking, *, period: str = "last-12-months", survey: str | None = None,
    limit: int = 100, offset: int = 0, snapshot: str | None = None,
) -> Comments:  # fmt: skip
    """What customers wrote, the latest first, from the place `offset` on; what our own people wrote is never told."""
    _check_survey(survey)
    here = stand(workspace, snapshot)
    if not here.has("survey_responses"):
        return Comments(0, [])
    return _comments(here, here.span(period), survey, limit, offset)


def _check_survey(survey: str | None) -> None:
    if survey is not None and survey not in SURVEYS:
        raise AccountlensError(
            f"'{survey}' is no survey of customers ({', '.join(SURVEYS)}).", mend=suggest(survey, SURVEYS)
        )


def _unasked(here: Stand) -> Iterator[Need]:
    """Surveys that nobody has answered yet, where there are answers to others."""
    if not here.has("survey_responses"):
        return
    rows = here.whole.rows("SELECT DISTINCT survey FROM survey_responses", "survey_responses")
    answered = {row["survey"] for row in rows}
    for survey in SURVEYS:
        if survey not in answered:
            mend = f"Add answers to survey_responses whose survey is '{survey}'; then refresh."
            yield Need(f"survey_responses.{survey}", f"{survey.upper()}, for nobody has answered it yet", mend)


def _usual_group(here: Stand) -> str | None:
    empty = {need.lacks.removeprefix("accounts.") for need in here.unfilled("groups", "accounts", *GROUPS)}
    return next((by for by in GROUPS if by not in empty), None)


def _kpis(
    here: Stand, asked: Sequence[str], period: str, grain: str, by: str | None, where: str | None
) -> list[VoiceKpi]:
    split = [by] if by else []
    course = here.ask(asked, period=period, grain=grain, where=where).rows()
    rows = here.ask(asked, by=split, period=period, where=where, compare="previous").rows()
    found = []
    for name in asked:
        *groups, whole = [row for row in rows if row["kpi"] == name]
        told = [_score(row, (row.get("names") or row["by"])[by or ""]) for row in groups]
        steps = [_score(row, row["period"]) for row in course if row["kpi"] == name]
        label, change = here.ground.catalog.definition(name).label, whole["compare"]["previous"]["change"]
        found.append(VoiceKpi(name, label, whole["unit"], _score(whole, whole["period"]), change, steps, told))
    return found


def _score(row: Mapping[str, Any], label: str) -> Score:
    flags = [flag for flag in row["flags"] if flag != "total"]
    return Score(label, row["value"], row["n"], row["lower"], row["upper"], flags)


def _marks(here: Stand, period: str, where: str | None) -> tuple[list[int], Mapping[str, Any]]:
    """How often each mark was given, as the KPI counts answers; a mark between two belongs to the lower."""
    *rows, total = here.ask(["nps"], by="score", period=period, where=where).rows()
    found = [0] * len(MARKS)
    for row in rows:
        found[min(int(float(row["by"]["score"])), 10)] += int(row["parts"].get("responses") or 0)
    return found, total["parts"]


def _comments(here: Stand, span: Slice, survey: str | None, limit: int, offset: int) -> Comments:
    said = """FROM survey_responses s
        LEFT JOIN accounts a ON a.account_id = s.account_id
        LEFT JOIN contacts c ON c.contact_id = s.contact_id
        WHERE s.survey IN $surveys AND TRIM(COALESCE(s.comment, '')) <> '' AND s.employee_id IS NULL
            AND NOT COALESCE(c.is_internal, FALSE) AND s.answered_at >= $start AND s.answered_at < $end
    """
    tables = "survey_responses", "accounts", "contacts"
    asked = {"surveys": [survey] if survey else list(SURVEYS), "start": span.start, "end": span.as_of}
    ((total,),) = [row.values() for row in here.rows(f"SELECT count(*) AS n {said}", *tables, **asked)]
    rows = here.rows(
        f"""SELECT s.response_id, s.survey, s.answered_at AS at, s.score, s.comment, s.account_id, a.name AS account,
            s.contact_id, c.name AS contact {said}
        ORDER BY s.answered_at DESC, s.response_id LIMIT $limit OFFSET $offset""",
        *tables, **asked, limit=limit, offset=offset,
    )  # fmt: skip
    return Comments(total, [Comment(**row) for row in rows])
