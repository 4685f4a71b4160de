"""Surveys: nps, enps, csat, esat, ces from counts of answers or from answers; the rate of responses."""

from __future__ import annotations

import re

from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, length
from tests.golden.world import LONG_AGO, Row, Rows, Scenario

RESPONSES = "responses answers ratings scores surveys distribution rows"
PERSON = "person person_id contact contact_id respondent respondent_id employee employee_id user user_id"
WHEN = f"answered_at responded_at submitted_at created_at day {MOMENT}"
PAYS = "account_mrr mrr revenue weight"
TOTAL = "responses n respondents total total_responses"
HAPPY = "satisfied satisfied_responses positive positive_responses happy agree top2 top_2"
UNHAPPY = "unsatisfied dissatisfied negative"
BY_SCORE = re.compile(r"(?:score|rating|stars?|count)?_?(\d+)")
ABOUT_US = ("enps", "esat")
LEVELS = {1.645: 0.9, 1.96: 0.95, 2.576: 0.99}  # of a normal z


def survey(case: Case) -> list[Scenario]:
    """Counts by score or band, or single answers, of one survey."""
    scale = _scale(case)
    _options(case)
    if case.has(AGGREGATES):
        groups = case.group(AGGREGATES)
        scenarios = spread(case, groups, lambda rows, row: _counted(case, rows, row, scale))
    else:
        scenarios = [_answers(case, scale)]
    return finished(case, scenarios, FIELDS[case.kpi])


def _scale(case: Case) -> Row:
    """How many points the scale has: `7`, `"1-7"`, `[1, 7]`. A word for what they mean stays an option."""
    found = case.option("scale scale_max points", default=case.inputs.take("scale scale_max points"))
    if isinstance(found, str) and not re.search(r"\d+$", found):
        case.options["scale"] = found  # ease, effort_1_low: what the numbers mean, not how many there are
        return {}
    if isinstance(found, str):
        found = [int(number) for number in re.findall(r"\d+", found)]
    if isinstance(found, list) and len(found) > 1:
        return {"scale_min": found[0], "scale_max": found[-1]}
    return {} if found is None else {"scale_max": found[0] if isinstance(found, list) else found}


def _options(case: Case) -> None:
    """A z stands for the level of the interval, a window for its days."""
    z = case.option("z")
    if z is not None and (level := LEVELS.get(round(float(z), 3), float(z))) != 0.95:
        case.options["level"] = level
    window = length(case.option("window window_days"))
    if window is not None:
        case.options["window_days"] = window[0]


def _counted(case: Case, rows: Rows, row: Given, scale: Row) -> None:
    """So many answers of each score. A band stands for its nearest score."""
    rows.ensure("survey_responses")
    account = None if case.kpi in ABOUT_US else rows.account(row.text(ACCOUNT))
    team = row.text("team")
    for score, count in _scores(row, case.kpi, scale):
        for _ in range(count):
            _respond(case, rows, Given({"score": score, "team": team}), account, scale)


def _scores(row: Given, survey: str, scale: Row) -> list[tuple[float, int]]:
    by_score = {name: int(match[1]) for name in row if (match := BY_SCORE.fullmatch(name))}
    if by_score:
        row.skim(TOTAL)
        return [(score, row.whole(name)) for name, score in by_score.items()]
    if survey in ("nps", "enps"):
        promoters, detractors = row.whole("promoters"), row.whole("detractors")
        rest = row.whole(TOTAL, default=promoters + detractors) - promoters - detractors
        return [(10, promoters), (7, row.whole("passives neutrals", default=rest)), (0, detractors)]
    happy = row.whole(HAPPY)
    rest = row.whole(TOTAL, default=happy) - happy
    if row.has("neutral", UNHAPPY):
        rest = row.whole("neutral") + row.whole(UNHAPPY)
    return [(scale.get("scale_max", 7 if survey == "ces" else 5), happy), (scale.get("scale_min", 1), rest)]


def _answers(case: Case, scale: Row) -> Scenario:
    rows, groups = Rows(), case.need(RESPONSES)
    rows.ensure("survey_responses")
    for row in groups:
        account = None
        if case.kpi not in ABOUT_US:
            account = rows.account(row.text(ACCOUNT) or "account1", **row.some(CUTS))
            if (mrr := row.number(PAYS)) is not None:
                id = f"of {account}"
                rows.once("subscriptions", "subscription_id", id, account_id=account, started_on=LONG_AGO, mrr=mrr)
        for _ in range(row.whole("count n responses", default=1)):
            _respond(case, rows, row, account, scale | row.some("scale_min scale_max"))
    return timed(case, Scenario(rows), *moments(groups, WHEN))


def _respond(case: Case, rows: Rows, row: Given, account: str | None, scale: Row) -> None:
    person = row.text(PERSON)
    if case.kpi in ABOUT_US:
        who = {"employee_id": rows.employee(person, **row.some("team"))}
    else:
        person = person or rows.fresh("contact")
        internal = row.take("is_internal internal")
        who = {"account_id": account, "contact_id": rows.contact(account, person, is_internal=internal)}  # type: ignore[dict-item]
    rows.add(
        "survey_responses",
        response_id=row.text("response_id id") or rows.fresh("response"),
        survey=row.text("survey") or case.kpi,
        answered_at=row.when(WHEN) or frame(case)[1],
        score=row.number("score rating value answer"),
        **who,
        **scale,
    )


def invitations(case: Case) -> list[Scenario]:
    """How many were asked and how many answered."""

    def build(rows: Rows, row: Given) -> None:
        account, middle = rows.account(), frame(case)[1]
        delivered, answered = (
            row.whole("delivered invitations sent invited surveys_sent"),
            row.whole("responses answered responded"),
        )
        rows.ensure("survey_invitations", "survey_responses")
        for _ in range(delivered):
            id = rows.fresh("invitation")
            rows.add(
                "survey_invitations", invitation_id=id, survey="nps", sent_at=middle, account_id=account, delivered=True
            )
        for _ in range(answered):
            id = rows.fresh("response")
            rows.add("survey_responses", response_id=id, survey="nps", answered_at=middle, score=8, account_id=account)

    return finished(case, spread(case, case.group(AGGREGATES), build), {})


def _box(kpi: str) -> dict[str, Reading]:
    return {
        **named("top2box top2 top_2_box csat csat_score percent_satisfied", answer(kpi, method="top2")),
        **named("top1 top1box top_box", answer(kpi, method="top1")),
        **named("mean average mean_score", answer(kpi, method="mean")),
    }


FIELDS: dict[str, dict[str, Reading]] = {
    "nps": {"score": answer("nps"), "by_account": over("nps", "account_id")},
    "enps": {"score": answer("enps"), "by_team": over("enps", "employee.team")},
    "csat": _box("csat"),
    "esat": {**_box("esat"), "by_team": over("esat", "employee.team")},
    "ces": {
        **named("mean average score", answer("ces", method="mean")),
        **named("agree_share agree share_agree easy_share top3", answer("ces", method="agree_share")),
        "responses": part("ces", "responses"),
    },
}
