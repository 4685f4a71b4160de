"""Rows are accepted, duplicates or quarantined, by the rules of the definition sheet, and none disappears."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.language.tables import Entity
from accountlens.sources.casts import add_macros
from accountlens.sources.landed import FaultyRow
from accountlens.sources.mapping import Origin
from accountlens.sources.naming import literal
from accountlens.sources.staging import QUARANTINE, make_room, reading, stage, unusual_values
from accountlens.store import Balance
from accountlens.warehouses.expand import quoted

ENTITIES, _ = load_entities([BUILT_IN])
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Outcome:
    accepted: list[dict[str, Any]]
    balance: Balance
    reasons: list[str]
    contents: list[dict[str, Any]]
    warnings: list[str]


class Bench:
    """A connection that stages rows of one entity after another."""

    def __init__(self, zone: str = "UTC", large_rows: int = 1_000_000) -> None:
        self.con, self.large_rows = duckdb.connect(), large_rows
        add_macros(self.con, zone)

    def origin(
        self, entity: Entity, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], part: int = 0
    ) -> Origin:
        name = f"rows_{part}"
        listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
        self.con.execute(f"CREATE OR REPLACE TABLE {name} ({listed}, _file VARCHAR, _row BIGINT)")
        if rows:
            numbered = [[*row, f"{name}.csv", place] for place, row in enumerate(rows, 1)]
            self.con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(numbered[0]))})", numbered)
        return Origin(name, name, literal("here/") + " || _file", dict(columns), {c: c for c in columns})

    def stage(self, name: str, *origins: Origin, faulty: Sequence[tuple[str, FaultyRow]] = ()) -> Outcome:
        make_room(self.con)
        staged = stage(self.con, ENTITIES[name], origins, faulty, large_rows=self.large_rows)
        found = self.con.execute(f"SELECT * FROM ({staged.select})")
        names = [column[0] for column in found.description or ()]
        accepted = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        aside = self.con.execute(f"SELECT reason, content FROM {QUARANTINE}").fetchall()
        contents = [json.loads(row[1]) if row[1].startswith("{") else {"line": row[1]} for row in aside]
        warnings = [*staged.warnings, *unusual_values(reading(self.con), ENTITIES[name], f"({staged.select})")]
        return Outcome(accepted, staged.balance, [row[0] for row in aside], contents, [str(one) for one in warnings])

    def texts(self, name: str, rows: Sequence[Row]) -> Outcome:
        """Rows as a CSV file gives them."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        cells = [[row.get(column) for column in columns] for row in rows]
        return self.stage(name, self.origin(ENTITIES[name], dict.fromkeys(columns, "VARCHAR"), cells))


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.con.close()


def opportunity(key: str, **values: str | None) -> dict[str, str | None]:
    return {"opportunity_id": key, "status": "open", "amount": "10", **values}


def test_texts_are_trimmed_and_nothing_is_nothing(bench: Bench) -> None:
    blank, nbsp = " \t", "\u00a0"
    found = bench.texts("opportunities", [opportunity(" o1\t", name=f"{nbsp} Big  deal ", stage=blank, source="")])
    (row,) = found.accepted
    assert (row["opportunity_id"], row["name"], row["stage"], row["source"]) == ("o1", "Big  deal", None, None)


@pytest.mark.parametrize("text", ["x ", "x\t", " x", "\u00a0x", "x\u00a0", "\ufeffx", "x\r\n"])
def test_a_blank_on_one_side_is_trimmed_too(bench: Bench, text: str) -> None:
    assert bench.texts("opportunities", [opportunity("o1", name=text)]).accepted[0]["name"] == "x"


def test_columns_that_no_source_gives_are_there_and_extra_ones_are_kept(bench: Bench) -> None:
    (row,) = bench.texts("opportunities", [opportunity("o1", Colour=" red ")]).accepted
    assert set(ENTITIES["opportunities"].columns) <= set(row)
    assert row["Colour"] == "red"
    assert row["probability"] is None


TIMES = {
    "2024-07-09": datetime(2024, 7, 8, 22),  # local midnight in Berlin
    "2024/07/09": datetime(2024, 7, 8, 22),
    "20240709": datetime(2024, 7, 8, 22),
    "9 Jul 2024": datetime(2024, 7, 8, 22),
    "July 9, 2024": datetime(2024, 7, 8, 22),
    "2024-01-09": datetime(2024, 1, 8, 23),
    "2024-07-09T10:11:12": datetime(2024, 7, 9, 10, 11, 12),
    "2024-07-09 10:11:12": datetime(2024, 7, 9, 10, 11, 12),
    "2024-07-09T10:11:12Z": datetime(2024, 7, 9, 10, 11, 12),
    "2024-07-09T10:11:12+02:00": datetime(2024, 7, 9, 8, 11, 12),
    "2024-07-09 10:11:12.5-0530": datetime(2024, 7, 9, 15, 41, 12, 500000),
    "2024-7-9 3:00+02:00": datetime(2024, 7, 9, 1),
    "2024-07-09 3:00": datetime(2024, 7, 9, 3),
    "2024-07-09 3:00 PM": datetime(2024, 7, 9, 15),
    "2024-07-09 00:00:00": datetime(2024, 7, 9),
}
NO_TIMES = [
    "31/02/2026", "07/09/2024", "9.7.2024", "24-07-09", "2024-02-30", "2024-13-01", "12024-01-01", "0024-07-09",
    "epoch", "infinity", "today", "2024", "2024-07", "1720483200", "9 Jul 24", "2024-07-09 (BC)", "2024-07-09T25:00",
]  # fmt: skip


@pytest.mark.parametrize(("text", "instant"), TIMES.items())
def test_times_are_read_where_they_have_one_meaning(text: str, instant: datetime) -> None:
    found = Bench("Europe/Berlin").texts("opportunities", [opportunity("o1", closed_at=text)])
    assert found.accepted[0]["closed_at"] == instant


@pytest.mark.parametrize("text", NO_TIMES)
def test_times_that_could_mean_anything_are_quarantined(bench: Bench, text: str) -> None:
    found = bench.texts("opportunities", [opportunity("o1", closed_at=text)])
    assert found.reasons == [f"closed_at '{text}' is no date"]


@pytest.mark.parametrize(
    "text", ["2024-07-09", "2024-07-09T23:30:00Z", "2024-07-09 00:00:00", "2024-07-09T01:00:00-08:00"]
)
def test_a_date_column_takes_the_day_as_it_is_written(text: str) -> None:
    row = {"cost_id": "c", "spent_on": text, "amount": "1"}
    assert Bench("America/New_York").texts("costs", [row]).accepted[0]["spent_on"] == datetime(2024, 7, 9, 4)


@pytest.mark.parametrize("text", ["1,200", "$5", "€ 5", "10 000", "1.000,5", "12k", "nan", "inf", "1_0", "0x1F", "٣"])
def test_numbers_with_anything_but_a_number_are_quarantined(bench: Bench, text: str) -> None:
    found = bench.texts("opportunities", [opportunity("o1", amount=text)])
    assert found.reasons == [f"amount '{text}' is no number"]
    assert bench.texts("accounts", [{"account_id": "a", "name": "A", "fit_score": text}]).balance.quarantined == 1


def test_numbers_are_read(bench: Bench) -> None:
    rows = [opportunity(text, amount=text) for text in ("12.50", "1e3", ".5", "0", " 7 ")]
    assert sorted(row["amount"] for row in bench.texts("opportunities", rows).accepted) == [0, 0.5, 7, 12.5, 1000]
    rows = [{"account_id": "a", "name": "A", "employees": text} for text in ("10.0", "10.5")]
    found = bench.texts("accounts", rows)
    assert (found.accepted[0]["employees"], found.reasons) == (10, ["employees '10.5' is no whole number"])


def test_flags_are_read_in_every_spelling_and_doubt_is_unknown(bench: Bench) -> None:
    texts = ["true", "T", "YES", "y", "1", "False", "f", "No", "n", "0", "", "perhaps", None]
    found = bench.texts("contacts", [{"contact_id": str(n), "is_internal": text} for n, text in enumerate(texts)])
    flags = [row["is_internal"] for row in sorted(found.accepted, key=lambda row: int(row["contact_id"]))]
    assert flags == [True] * 5 + [False] * 5 + [None] * 3
    assert any(
        "Neither yes nor no is contacts.is_internal in rows: 1 (such as 'perhaps')" in warning
        for warning in found.warnings
    )


def test_exact_duplicates_are_duplicates_also_where_rows_have_no_key(bench: Bench) -> None:
    event = {"account_id": "a", "occurred_at": "2024-01-01T00:00:00Z", "feature": "x"}
    again = {**event, "occurred_at": "2024-01-01 00:00:00", "feature": " x"}  # the same, written otherwise
    found = bench.texts("usage_events", [event, again, {**event, "feature": "y"}])
    assert (found.balance.accepted, found.balance.duplicates) == (2, 1)


def test_of_rows_with_one_key_the_last_one_wins(bench: Bench) -> None:
    rows = [opportunity("o1", amount=str(amount)) for amount in (3, 1, 2)] + [opportunity("o2")]
    found = bench.texts("opportunities", rows)
    assert {row["opportunity_id"]: row["amount"] for row in found.accepted} == {"o1": 2, "o2": 10}
    assert found.balance == Balance("opportunities", 4, 2, 2, 0)
    assert "Older versions of rows, by opportunity_id: 2." in found.warnings[0]
    assert bench.texts("opportunities", [opportunity("o1"), opportunity("o1 ")]).warnings == []


def test_a_faulty_row_never_wins_over_a_good_one(bench: Bench) -> None:
    found = bench.texts("opportunities", [opportunity("o1", amount="3"), opportunity("o1", amount="x")])
    assert [row["amount"] for row in found.accepted] == [3]
    assert found.balance == Balance("opportunities", 2, 1, 0, 1)


def test_later_files_are_loaded_later(bench: Bench) -> None:
    columns = {"opportunity_id": "VARCHAR", "status": "VARCHAR", "amount": "VARCHAR"}
    entity = ENTITIES["opportunities"]
    first = bench.origin(entity, columns, [["o1", "open", "1"], ["o1", "open", "2"]], 0)
    second = bench.origin(entity, {**columns, "shade": "INTEGER"}, [["o1", "won", "3", 7]], 1)
    (row,) = bench.stage("opportunities", first, second).accepted
    assert (row["status"], row["amount"], row["shade"]) == ("won", 3, 7)


def test_extra_columns_that_differ_by_capitals_are_one(bench: Bench) -> None:
    columns = {"campaign_id": "VARCHAR", "name": "VARCHAR"}
    first = bench.origin(ENTITIES["campaigns"], {**columns, "Colour": "VARCHAR"}, [["c1", "One", "red"]], 0)
    second = bench.origin(ENTITIES["campaigns"], {**columns, "colour": "VARCHAR"}, [["c2", "Two", "blue"]], 1)
    found = bench.stage("campaigns", first, second)
    assert sorted(row["Colour"] for row in found.accepted) == ["blue", "red"]


def test_numbers_of_rows_that_are_none_do_no_harm(bench: Bench) -> None:
    bench.con.execute("CREATE OR REPLACE TABLE odd AS SELECT 'c' AS campaign_id, 'C' AS name, 'x' AS _row, 7 AS _file")
    types = {"campaign_id": "VARCHAR", "name": "VARCHAR"}
    assert bench.stage("campaigns", Origin("odd", "odd", "'odd'", types, {c: c for c in types})).balance.accepted == 1


def test_a_key_may_have_an_empty_part(bench: Bench) -> None:
    order = {"order_id": "o", "account_id": "a", "ordered_at": "2024-01-01", "amount": "1"}
    rows = [{**order, "line_id": line, "amount": amount} for line, amount in (("1", "1"), (None, "2"), (None, "3"))]
    found = bench.texts("orders", rows)
    assert sorted(row["amount"] for row in found.accepted) == [1, 3]


QUARANTINED = {
    "activities": [
        ({"activity_id": " ", "occurred_at": "2024-01-01", "kind": "call"}, "activity_id is missing"),
        ({"activity_id": "1", "occurred_at": None, "kind": "call"}, "occurred_at is missing"),
        ({"activity_id": "1", "occurred_at": "soon", "kind": "call"}, "occurred_at 'soon' is no date"),
        ({"activity_id": None, "occurred_at": "soon", "kind": "call", "minutes": "x"},
         "activity_id is missing; occurred_at 'soon' is no date; minutes 'x' is no number"),
    ],
    "opportunities": [
        (opportunity("o", status=None), "status is missing"),
        (opportunity("o", status="lost?"), "status 'lost?' is none of open, won, lost, disqualified"),
        (opportunity("o", amount="-1"), "amount '-1' is below 0"),
    ],
    "subscriptions": [
        ({"subscription_id": "s", "account_id": "a", "started_on": "2024-02-01", "ended_on": "2024-01-31"},
         "ended_on '2024-01-31' lies before started_on '2024-02-01'"),
        ({"subscription_id": "s", "account_id": "a", "started_on": "2024-02-01", "mrr": "-1"}, "mrr '-1' is below 0"),
        ({"subscription_id": "s", "account_id": "a", "started_on": "2024-02-01", "price": "-1"},
         "price '-1' is below 0"),
    ],
    "contracts": [
        ({"contract_id": "c", "account_id": "a", "started_on": "2024-02-01", "ends_on": "2024-03-01", "value": "-1"},
         "value '-1' is below 0"),
        ({"contract_id": "c", "account_id": "a", "started_on": "2024-02-01", "ends_on": "2024-01-01"},
         "ends_on '2024-01-01' lies before started_on '2024-02-01'"),
    ],
    "licences": [({"account_id": "a", "started_on": "2024-02-01", "ended_on": "2024-01-01"},
                  "ended_on '2024-01-01' lies before started_on '2024-02-01'")],
    "account_list_members": [({"account_id": "a", "list": "t", "joined_at": "2024-02-01", "left_at": "2024-01-01"},
                              "left_at '2024-01-01' lies before joined_at '2024-02-01'")],
    "quotas": [
        ({"employee_id": "e", "period_start": "2024-02-01", "period_end": "2024-01-01", "amount": "1"},
         "period_end '2024-01-01' lies before period_start '2024-02-01'"),
        ({"employee_id": "e", "period_start": "2024-02-01", "period_end": "2024-03-01", "amount": "-1"},
         "amount '-1' is below 0"),
    ],
    "survey_responses": [
        ({"response_id": "r", "survey": "pulse", "answered_at": "2024-01-01", "score": "1"},
         "survey 'pulse' is none of nps, csat, ces, enps, esat"),
    ],
}  # fmt: skip
CASES = [(name, row, reason) for name, cases in QUARANTINED.items() for row, reason in cases]


@pytest.mark.parametrize(("name", "row", "reason"), CASES)
def test_a_faulty_row_is_kept_aside_whole_with_every_reason(
    bench: Bench, name: str, row: Mapping[str, str | None], reason: str
) -> None:
    found = bench.texts(name, [row])
    assert found.reasons == [reason]
    assert found.contents == [dict(row)]
    assert found.balance == Balance(name, 1, 0, 0, 1)


def test_what_is_odd_but_possible_is_kept(bench: Bench) -> None:
    odd = opportunity("o", created_at="2024-02-01", closed_at="2024-01-01", account_id="nobody", type="strange")
    assert bench.texts("opportunities", [odd]).balance.accepted == 1
    order = {"order_id": "o", "account_id": "a", "ordered_at": "2024-01-01", "amount": "-5", "kind": "return"}
    assert bench.texts("orders", [order]).balance.accepted == 1
    assert bench.texts("costs", [{"cost_id": "c", "spent_on": "2024-01-01", "amount": "-5"}]).balance.accepted == 1
    assert bench.texts("orders", [{**order, "amount": None}]).balance.accepted == 1
    equal = {"subscription_id": "s", "account_id": "a", "started_on": "2024-02-01", "ended_on": "2024-02-01"}
    assert bench.texts("subscriptions", [equal]).balance.accepted == 1


def test_words_of_a_vocabulary_may_be_written_otherwise(bench: Bench) -> None:
    found = bench.texts("opportunities", [opportunity("o", status="WON", type="New-Business")])
    assert (found.accepted[0]["status"], found.accepted[0]["type"]) == ("won", "new_business")
    event = {"activity_id": "1", "occurred_at": "2024-01-01", "kind": "Page View"}
    assert bench.texts("activities", [event]).accepted[0]["kind"] == "page_view"


def test_unknown_kinds_of_activities_are_kept_and_reported(bench: Bench) -> None:
    rows = [{"activity_id": str(n), "occurred_at": "2024-01-01", "kind": "Webinar X"} for n in range(3)]
    found = bench.texts("activities", rows)
    assert {row["kind"] for row in found.accepted} == {"Webinar X"}
    assert any("'Webinar X' (3)" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("survey", "score", "low", "high", "kept"),
    [
        ("nps", "10", None, None, True), ("nps", "11", None, None, False), ("nps", "-1", None, None, False),
        ("nps", None, None, None, True), ("csat", "0", None, None, False), ("csat", "6", None, None, False),
        ("csat", "6", "1", "7", True), ("csat", "6", None, "10", True), ("ces", "7", None, None, True),
        ("ces", "8", None, None, False), ("enps", "0", None, None, True), ("esat", "5", None, None, True),
        ("nps", "3", "5", "1", False),
    ],
)  # fmt: skip
def test_a_score_lies_on_its_own_scale_else_on_that_of_its_survey(
    bench: Bench, survey: str, score: str | None, low: str | None, high: str | None, kept: bool
) -> None:
    row = {"response_id": "r", "survey": survey, "answered_at": "2024-01-01"}
    found = bench.texts("survey_responses", [{**row, "score": score, "scale_min": low, "scale_max": high}])
    assert bool(found.balance.accepted) is kept
    if not kept and low is None:
        assert "is outside its scale" in found.reasons[0]


def test_lines_that_could_not_be_split_count_as_taken_in(bench: Bench) -> None:
    origin = bench.origin(ENTITIES["campaigns"], {"campaign_id": "VARCHAR", "name": "VARCHAR"}, [["c", "C"]])
    faulty = [("crm/campaigns.csv", FaultyRow(2, "3 cells, the header has 2", "a,b,c"))]
    found = bench.stage("campaigns", origin, faulty=faulty)
    assert found.balance == Balance("campaigns", 2, 1, 0, 1)
    assert (found.reasons, found.contents) == (["3 cells, the header has 2"], [{"line": "a,b,c"}])


def test_typed_columns_are_taken_as_they_are() -> None:
    made = Bench("Europe/Berlin")
    columns = {
        "opportunity_id": "DOUBLE", "status": "VARCHAR", "amount": "DECIMAL(18,2)", "probability": "FLOAT",
        "created_at": "TIMESTAMP", "closed_at": "TIMESTAMP WITH TIME ZONE", "qualified_at": "DATE",
        "tags": "VARCHAR[]", "seen": "TIMESTAMP_NS", "big": "HUGEINT", "when": "TIME",
    }  # fmt: skip
    day, instant = "2024-07-09", datetime(2024, 7, 9, 12)
    cells = [17.0, "won", 5, float("nan"), instant, f"{day} 12:00:00+02", day, ["a", "b"], instant, 2**70, "10:00"]
    origin = made.origin(ENTITIES["opportunities"], columns, [cells])
    (row,) = made.stage("opportunities", origin).accepted
    assert row["opportunity_id"] == "17"
    assert (row["amount"], row["probability"]) == (5, None)
    assert (row["created_at"], row["closed_at"]) == (instant, datetime(2024, 7, 9, 10))
    assert row["qualified_at"] == datetime(2024, 7, 8, 22)
    assert (row["tags"], row["seen"], row["big"], row["when"]) == ('["a","b"]', instant, float(2**70), "10:00:00")


@pytest.mark.parametrize(
    ("kind", "value", "day"),
    [
        ("DATE", "2024-07-09", datetime(2024, 7, 8, 22)),
        ("TIMESTAMP", "2024-07-09 00:00:00", datetime(2024, 7, 8, 22)),  # how data frames write a date
        ("TIMESTAMP", "2024-07-09 23:59:00", datetime(2024, 7, 8, 22)),
        ("TIMESTAMP WITH TIME ZONE", "2024-07-09 00:00:00+00", datetime(2024, 7, 8, 22)),  # the same, in UTC
        ("TIMESTAMP WITH TIME ZONE", "2024-07-08 22:00:00+00", datetime(2024, 7, 8, 22)),  # local midnight
    ],
)
def test_typed_days_are_local_midnights(kind: str, value: str, day: datetime) -> None:
    made = Bench("Europe/Berlin")
    columns = {"cost_id": "INTEGER", "spent_on": kind, "amount": "INTEGER"}
    origin = made.origin(ENTITIES["costs"], columns, [[1, value, 5]])
    assert made.stage("costs", origin).accepted[0]["spent_on"] == day


def test_typed_days_in_utc_are_no_day_earlier_in_the_west() -> None:
    made = Bench("America/New_York")
    columns = {"cost_id": "INTEGER", "spent_on": "TIMESTAMP WITH TIME ZONE", "amount": "INTEGER"}
    origin = made.origin(ENTITIES["costs"], columns, [[1, "2024-07-09 00:00:00+00", 5]])
    assert made.stage("costs", origin).accepted[0]["spent_on"] == datetime(2024, 7, 9, 4)


def test_endless_typed_values_are_quarantined(bench: Bench) -> None:
    columns = {"cost_id": "INTEGER", "spent_on": "TIMESTAMP", "amount": "DOUBLE"}
    origin = bench.origin(ENTITIES["costs"], columns, [[1, "infinity", float("inf")]])
    assert bench.stage("costs", origin).reasons == ["spent_on 'infinity' is no date; amount 'inf' is no number"]


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "DATE", "VARCHAR"])
def test_a_time_that_must_be_there_and_is_not_is_quarantined_however_it_is_typed(bench: Bench, kind: str) -> None:
    columns = {"activity_id": "VARCHAR", "occurred_at": kind, "kind": "VARCHAR"}
    found = bench.stage("activities", bench.origin(ENTITIES["activities"], columns, [["a", None, "call"]]))
    assert (found.accepted, found.reasons) == ([], ["occurred_at is missing"])


KEYS = st.sampled_from(["o1", "o2", "o3", " o1 ", "", None])
VALUES: dict[str, st.SearchStrategy[str | None]] = {
    "opportunity_id": KEYS,
    "status": st.sampled_from(["open", "Won", "lost", "?", "", None]),
    "amount": st.sampled_from(["1", "2.5", "-1", "1,0", "x", "", None]),
    "closed_at": st.sampled_from(["2024-01-01", "2024-02-01T10:00Z", "31/02/2024", "", None]),
    "note": st.one_of(st.none(), st.text(max_size=5)),
}
MESSY = st.lists(st.fixed_dictionaries(VALUES), max_size=12)


@settings(max_examples=150, deadline=None)
@given(rows=MESSY, large=st.booleans())
def test_no_row_disappears_however_messy_the_input(rows: list[dict[str, str | None]], large: bool) -> None:
    made = MESSY_BENCHES[large]
    found = made.texts("opportunities", rows or [opportunity("o")])
    balance = found.balance
    assert balance.taken_in == max(len(rows), 1)
    assert balance.taken_in == balance.accepted + balance.duplicates + balance.quarantined
    assert (balance.accepted, balance.quarantined) == (len(found.accepted), len(found.reasons))
    keys = [row["opportunity_id"] for row in found.accepted]
    assert len(set(keys)) == len(keys)
    good = {(row["opportunity_id"] or "").strip() for row in rows if not _faulty(row)} if rows else {"o"}
    assert set(keys) == good


MESSY_BENCHES = {False: Bench(), True: Bench(large_rows=0)}


def _faulty(row: Mapping[str, str | None]) -> bool:
    """The rules for these rows, written a second time."""
    missing = not (row["opportunity_id"] or "").strip() or (row["status"] or "").lower() not in ("open", "won", "lost")
    return missing or row["amount"] in ("-1", "1,0", "x") or row["closed_at"] == "31/02/2024"


@settings(max_examples=100, deadline=None)
@given(data=st.data(), name=st.sampled_from(["opportunities", "usage_events"]))
def test_order_and_repetition_of_rows_do_not_matter(data: st.DataObject, name: str) -> None:
    """Rows with one key and different content apart: of these the last one wins."""
    amounts = data.draw(st.lists(st.sampled_from(["1", "2", "x", ""]), min_size=1, max_size=8))
    if name == "opportunities":
        rows: list[dict[str, str | None]] = [opportunity(f"o{n}", amount=text) for n, text in enumerate(amounts)]
    else:
        rows = [{"account_id": "a", "occurred_at": "2024-01-01", "count": text} for text in amounts]
    again = data.draw(st.permutations([*rows, *data.draw(st.lists(st.sampled_from(rows), max_size=8))]))
    once, more = (MESSY_BENCHES[False].texts(name, one) for one in (rows, again))
    assert sorted(map(str, once.accepted)) == sorted(map(str, more.accepted))
    assert set(once.reasons) == set(more.reasons)


def test_large_tables_are_not_copied_and_come_out_the_same() -> None:
    rows = [opportunity(f"o{n % 7}", amount=str(n), closed_at="x" if n % 5 == 0 else "2024-01-01") for n in range(40)]
    small, large = (MESSY_BENCHES[kind].texts("opportunities", rows) for kind in (False, True))
    assert sorted(map(str, small.accepted)) == sorted(map(str, large.accepted))
    assert (small.balance, small.reasons) == (large.balance, large.reasons)
    kinds = MESSY_BENCHES[True].con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_schema = '_staged'"
    )
    assert kinds.fetchall() == [("VIEW",)]
