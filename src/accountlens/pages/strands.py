"""The strands an account's timeline is twisted from: each a statement whose rows are entries of one kind.

A statement gives `at`, `key` (one within its kind), `what`, and whatever tells more; it reads the rows of `$account`
with `at` from `$start` up to `$end`. Where it tells of people, `{who}` leaves those of one. Of what may lie in a
warehouse `{rows}` are all rows, or the latest ones, which a refresh brings home.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accountlens.language.numbers import count
from accountlens.pages.stand import RECENT_TOUCHES, Record, Stand

RECENT_DAYS = "recent_days"  # what a refresh brings home of visits, reactions and use: counted by day and person


@dataclass(frozen=True)
class Rows:
    """What a strand reads in the place of `{rows}`, as SQL, and the tables in it."""

    sql: str
    reads: Sequence[str]


@dataclass(frozen=True)
class Strand:
    """`people` are the columns of `t` that name somebody; `ids` the columns of a row that stand behind an entry."""

    kind: str
    entity: str  # without it there are no such entries
    reads: Sequence[str]
    sql: str
    say: Callable[[Record], str]
    ids: Sequence[str]
    people: Sequence[str] = ()
    whole: Rows | None = None
    latest: Rows | None = None

    def is_apart(self, here: Stand) -> bool:
        """Whether all of its rows lie in a warehouse, and only the latest here."""
        return self.whole is not None and here.lacks(*self.whole.reads)


def spoken(word: str | None) -> str:
    """`email_sent` as it is read."""
    return (word or "").replace("_", " ")


def _touch(row: Record) -> str:
    parts = [spoken(row["what"]).capitalize(), row["direction"], spoken(row["status"])]
    minutes = f"{row['minutes']:.0f} min" if row["minutes"] else None
    return ", ".join(filter(None, [*parts, minutes]))


def _campaign(row: Record) -> str:
    people = f" by {count(row['people'], 'person', 'people')}" if row["people"] else ""
    return f"{row['campaign'] or row['campaign_id']}: {count(row['reactions'], 'reaction')}{people} in the week"


def _visit(row: Record) -> str:
    return f"{count(row['visits'], 'visit')} to the website in the week, {count(row['page_views'], 'page view')}"


def _usage(row: Record) -> str:
    people = f" by {count(row['people'], 'person', 'people')}" if row["people"] else ""
    return f"Product used {count(row['uses'], 'time')} in the week{people}, {count(row['features'], 'feature')}"


def _ticket(row: Record) -> str:
    priority = f" ({row['priority']})" if row["priority"] else ""
    return f"Ticket {row['ticket_id']}{priority} {spoken(row['what'])}"


def _deal(row: Record) -> str:
    name = row["name"] or row["opportunity_id"]
    if row["what"] == "moved":
        return f"{name}: from {spoken(row['stage_before'])} to {spoken(row['stage'])}"
    return f"{name} {row['what']}"


def _survey(row: Record) -> str:
    comment = f": {row['comment']}" if row["comment"] else ""
    return f"{row['what'].upper()} {row['score']:g}{comment}"


def _stage(row: Record) -> str:
    return f"{'Rose' if row['what'] == 'rose' else 'Fell'} from {spoken(row['stage_before'])} to {spoken(row['stage'])}"


def _attribute(row: Record) -> str:
    return f"{spoken(row['what'].removesuffix('_id')).capitalize()}: {row['before']} → {row['after']}"


def _revenue(row: Record) -> str:
    what = "New" if row["what"] == "new" else f"{row['what'].capitalize()} of"
    return f"{what} recurring revenue"


def _contract(row: Record) -> str:
    return f"Contract {row['contract_id']} {row['what']}"


def _order(row: Record) -> str:
    return f"{'Return' if row['what'] == 'return' else 'Order'} {row['order_id']}"


def _advocacy(row: Record) -> str:
    return f"{spoken(row['what']).capitalize()}{', ' + row['sentiment'] if row['sentiment'] else ''}"


_SPAN = "t.account_id = $account AND {at} >= $start AND {at} < $end"
_WEEK = "DATE_TRUNC('week', KPI_LOCAL(t.happened_at))"


def _span(at: str) -> str:
    return _SPAN.format(at=at)


def _days(kind: str) -> Rows:
    return Rows(f"(SELECT * FROM {RECENT_DAYS} WHERE kind = '{kind}')", (RECENT_DAYS,))


def _ticket_at(column: str, what: str) -> str:
    return f"""SELECT t.{column} AS at, t.ticket_id || ':{what}' AS key, '{what}' AS what, t.contact_id, t.ticket_id,
        t.priority FROM tickets t WHERE {_span(f"t.{column}")} {{who}}"""


def _deal_at(column: str, what: str, where: str) -> str:
    return f"""SELECT t.{column} AS at, t.opportunity_id || ':' || {what} AS key, {what} AS what,
        t.owner_id AS employee_id, t.opportunity_id, t.name, t.stage, CAST(NULL AS VARCHAR) AS stage_before,
        t.type, t.amount
        FROM opportunities t WHERE {where} AND {_span(f"t.{column}")} {{who}}"""


STRANDS: Sequence[Strand] = (
    Strand(
        "touch", "activities", (),
        f"""SELECT t.occurred_at AS at, t.activity_id AS key, t.kind AS what, t.contact_id, t.employee_id,
            t.activity_id, t.direction, t.channel, t.status, t.minutes, t.campaign_id, t.opportunity_id
            FROM {{rows}} t WHERE {_span("t.occurred_at")} {{who}}""",
        _touch, ("activity_id", "campaign_id", "opportunity_id"), ("contact_id", "employee_id"),
        Rows("touches", ("touches",)), Rows(RECENT_TOUCHES, (RECENT_TOUCHES,)),
    ),
    Strand(
        "campaign", "activities", ("campaigns",),
        f"""SELECT MAX(t.happened_at) AS at, t.campaign_id || ':' || CAST({_WEEK} AS VARCHAR) AS key, 'reached' AS what,
            t.campaign_id, MAX(c.name) AS campaign, MAX(t.channel) AS channel,
            CAST(SUM(t.times) AS BIGINT) AS reactions, COUNT(DISTINCT t.contact_id) AS people
            FROM {{rows}} t LEFT JOIN campaigns c ON c.campaign_id = t.campaign_id
            WHERE {_span("t.happened_at")} {{who}} GROUP BY t.campaign_id, {_WEEK}""",
        _campaign, ("campaign_id",), ("contact_id",),
        Rows("(SELECT *, occurred_at AS happened_at, 1 AS times FROM campaign_touches)", ("campaign_touches",)),
        _days("campaign"),
    ),
    Strand(
        "visit", "activities", (),
        f"""SELECT MAX(t.happened_at) AS at, CAST({_WEEK} AS VARCHAR) AS key,
            'visited' AS what, CAST(SUM(t.times) AS BIGINT) AS visits,
            CAST(SUM(t.page_views) AS BIGINT) AS page_views, COUNT(DISTINCT t.contact_id) AS people
            FROM {{rows}} t WHERE {_span("t.happened_at")} {{who}} GROUP BY {_WEEK}""",
        _visit, (), ("contact_id",),
        Rows("(SELECT *, started_at AS happened_at, 1 AS times FROM sessions)", ("sessions",)), _days("visit"),
    ),
    Strand(
        "usage", "usage_events", (),
        f"""SELECT MAX(t.happened_at) AS at, CAST({_WEEK} AS VARCHAR) AS key, 'used' AS what,
            CAST(SUM(t.times) AS BIGINT) AS uses, COUNT(DISTINCT t.contact_id) AS people,
            COUNT(DISTINCT t.feature) AS features
            FROM {{rows}} t WHERE {_span("t.happened_at")} {{who}} GROUP BY {_WEEK}""",
        _usage, (), ("contact_id",),
        Rows(
            """(SELECT account_id, contact_id, feature, occurred_at AS happened_at, COALESCE("count", 1) AS times
            FROM usage_events)""", ("usage_events",),
        ), _days("usage"),
    ),
    *(
        Strand("ticket", "tickets", ("tickets",), _ticket_at(column, what), _ticket, ("ticket_id",), ("contact_id",))
        for column, what in (("created_at", "opened"), ("solved_at", "solved"), ("reopened_at", "reopened"))
    ),
    Strand(
        "deal", "opportunities", ("opportunities",), _deal_at("created_at", "'created'", "TRUE"),
        _deal, ("opportunity_id",), ("owner_id",),
    ),
    Strand(
        "deal", "opportunities", ("opportunities",), _deal_at("closed_at", "t.status", "t.status <> 'open'"),
        _deal, ("opportunity_id",), ("owner_id",),
    ),
    Strand(
        "deal", "opportunity_history", ("stage_visits", "opportunities"),
        f"""SELECT t.*, o.name, o.amount FROM (
                SELECT t.entered_at AS at, t.opportunity_id || ':' || CAST(t.entered_at AS VARCHAR) AS key,
                    'moved' AS what, t.owner_id AS employee_id, t.opportunity_id, t.stage, t.type, t.account_id,
                    LAG(t.stage) OVER (PARTITION BY t.opportunity_id ORDER BY t.entered_at) AS stage_before
                FROM stage_visits t WHERE t.account_id = $account {{who}}) t
            LEFT JOIN opportunities o ON o.opportunity_id = t.opportunity_id
            WHERE t.stage_before <> t.stage AND {_span("t.at")}""",
        _deal, ("opportunity_id",), ("owner_id",),
    ),
    Strand(
        "survey", "survey_responses", ("survey_responses",),
        f"""SELECT t.answered_at AS at, t.response_id AS key, t.survey AS what, t.contact_id, t.response_id,
            t.score, t.comment
            FROM survey_responses t WHERE t.score IS NOT NULL AND {_span("t.answered_at")} {{who}}""",
        _survey, ("response_id",), ("contact_id",),
    ),
    Strand(
        "stage", "accounts", ("account_stages",),
        f"""SELECT t.from_at AS at, t.stage || ':' || CAST(t.from_at AS VARCHAR) AS key,
            CASE WHEN t.place > t.place_before THEN 'rose' ELSE 'fell' END AS what, t.stage, t.stage_before
            FROM account_stages t WHERE {_span("t.from_at")} {{who}}""",
        _stage, (),
    ),
    Strand(
        "attribute", "accounts", ("account_attributes", "employees", "accounts"),
        f"""SELECT t.at, t.attribute || ':' || CAST(t.at AS VARCHAR) AS key, t.attribute AS what,
            COALESCE(eb.name, ab.name, t.before) AS before, COALESCE(ea.name, aa.name, t.after) AS after,
            t.before AS before_given, t.after AS after_given
            FROM (SELECT account_id, attribute, valid_from AS at, value AS after,
                LAG(value) OVER (PARTITION BY attribute ORDER BY valid_from) AS before
                FROM account_attributes WHERE account_id = $account) t
            LEFT JOIN employees eb ON t.attribute = 'owner_id' AND eb.employee_id = t.before
            LEFT JOIN employees ea ON t.attribute = 'owner_id' AND ea.employee_id = t.after
            LEFT JOIN accounts ab ON t.attribute = 'parent_account_id' AND ab.account_id = t.before
            LEFT JOIN accounts aa ON t.attribute = 'parent_account_id' AND aa.account_id = t.after
            WHERE t.before <> t.after AND {_span("t.at")} {{who}}""",
        _attribute, (),
    ),
    Strand(
        "revenue", "subscriptions", ("mrr_movements",),
        f"""SELECT t.moved_at AS at, t.payer_id || ':' || CAST(t.moved_at AS VARCHAR) AS key, t.movement AS what,
            CASE WHEN t.movement = 'fx' THEN t.fx_amount ELSE t.amount END AS amount, t.mrr_before, t.mrr_after,
            t.payer_id
            FROM mrr_movements t WHERE {_span("t.moved_at")} {{who}}""",
        _revenue, ("payer_id",),
    ),
    Strand(
        "contract", "contracts", ("contract_outcomes",),
        f"""SELECT COALESCE(t.renewed_at, t.lost_at) AS at, t.contract_id AS key,
            CASE WHEN t.renewed_at IS NOT NULL THEN 'renewed' WHEN t.decision = 'lost' THEN 'lost' ELSE 'ran out' END
                AS what,
            t.contract_id, COALESCE(t.renewed_value, t.value) AS amount, t.due_at
            FROM contract_outcomes t WHERE {_span("COALESCE(t.renewed_at, t.lost_at)")} {{who}}""",
        _contract, ("contract_id",),
    ),
    Strand(
        "order", "orders", ("order_ranks",),
        f"""SELECT t.ordered_at AS at, t.order_id || CASE WHEN t.is_return THEN ':return' ELSE '' END AS key,
            CASE WHEN t.is_return THEN 'return' ELSE 'order' END AS what, t.order_id, t.amount, t.source
            FROM order_ranks t WHERE {_span("t.ordered_at")} {{who}}""",
        _order, ("order_id",),
    ),
    Strand(
        "advocacy", "advocacy_events", ("advocacy_events",),
        f"""SELECT t.occurred_at AS at, t.event_id AS key, t.kind AS what, t.event_id, t.sentiment, t.rating
            FROM advocacy_events t WHERE {_span("t.occurred_at")} {{who}}""",
        _advocacy, ("event_id",),
    ),
)  # fmt: skip
