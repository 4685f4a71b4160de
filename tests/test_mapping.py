"""Entities find their rows: by an SQL file, by a column map, by name; faults name file, line and what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import ProblemsError
from accountlens.refresh import Prepared, land_sources, prepare, workbench
from accountlens.sources.staging import QUARANTINE

ENTITIES, _ = load_entities([BUILT_IN])
DEALS = "Id,Stage,Value,Account,status\n1,won,10,a1,ignored\n2,lost,20,a2,ignored\n"


class Made:
    def __init__(self, con: duckdb.DuckDBPyConnection, done: Prepared) -> None:
        self.con, self.done = con, done

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def warnings(self) -> str:
        return "\n".join(map(str, self.done.warnings))


Make = Callable[..., Made]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Make]:
    """`make(settings, {path: text})`: a workspace, prepared in memory."""
    with workbench() as con:

        def make(yaml: str, files: dict[str, str]) -> Made:
            (tmp_path / "accountlens.yaml").write_text(dedent(yaml), encoding="utf-8")
            for path, text in files.items():
                target = tmp_path / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(dedent(text), encoding="utf-8")
            told = load_settings(tmp_path)
            landed = land_sources(con, told, tmp_path, lambda what, done, total: None)
            return Made(con, prepare(con, tmp_path, told, ENTITIES, landed, datetime(2024, 6, 30)))

        yield make


ONE = "sources: {crm: {path: data}}\n"


def test_a_table_named_like_an_entity_feeds_it_whatever_the_case_of_its_columns(workspace: Make) -> None:
    made = workspace(ONE, {"data/accounts.csv": "ACCOUNT_ID,Name,Vip\na1,Acme,yes\n"})
    assert made.rows('SELECT account_id, name, "Vip" FROM accounts') == [("a1", "Acme", "yes")]
    assert made.done.present == ["accounts"]


def test_tables_of_several_sources_are_one_entity_in_the_order_of_the_settings(workspace: Make) -> None:
    made = workspace(
        "sources: {new: {path: new}, old: {path: old}}\n",
        {
            "new/accounts.csv": "account_id,name\na1,New\na2,Only new\n",
            "old/accounts.csv": "account_id,name,tier\na1,Old,A\n",
        },
    )
    assert made.rows("SELECT account_id, name, tier FROM accounts ORDER BY 1") == [
        ("a1", "Old", "A"), ("a2", "Only new", None),
    ]  # fmt: skip
    assert made.done.balance["accounts"].duplicates == 1


def test_a_column_map_renames_and_keeps_the_rest(workspace: Make) -> None:
    yaml = """
        sources: {crm: {path: data}}
        entities:
          opportunities:
            from: crm.deals
            columns: {opportunity_id: Id, Status: Stage, amount: value, name: Id, ammount: Value}
        """
    made = workspace(yaml, {"data/deals.csv": DEALS})
    assert made.rows('SELECT opportunity_id, name, status, amount, "Account" FROM opportunities ORDER BY 1') == [
        ("1", "1", "won", 10, "a1"), ("2", "2", "lost", 20, "a2"),
    ]  # fmt: skip
    assert "accountlens.yaml:6: The column 'status' of crm.deals is left out" in made.warnings()
    assert "accountlens.yaml:6: 'ammount' is no column of opportunities; it is kept as one more." in made.warnings()


def test_an_sql_file_stands_above_everything_else(workspace: Make) -> None:
    yaml = ONE + "entities: {opportunities: {from: crm.deals, columns: {opportunity_id: Id}}}\n"
    sql = """
        -- ours
        SELECT "Id" AS opportunity_id, 'open' AS status, CAST("Value" AS INT) * 2 AS amount FROM crm.deals; -- all
        """
    files = {"data/deals.csv": DEALS, "entities/opportunities.sql": sql, "data/opportunities.csv": "x\n1\n"}
    made = workspace(yaml, files)
    assert made.rows("SELECT opportunity_id, amount FROM opportunities ORDER BY 1") == [("1", 20), ("2", 40)]
    assert "accountlens.yaml:2: This map is not used" in made.warnings()
    assert "crm.opportunities: No entity takes rows from it." in made.warnings()


def test_rows_of_an_sql_file_are_told_by_their_place(workspace: Make) -> None:
    files = {
        "data/deals.csv": DEALS,
        "entities/opportunities.sql": "SELECT Id AS opportunity_id, Stage AS status, 'x' AS amount FROM crm.deals",
        "entities/costs.sql": "SELECT _row, _file, Id AS cost_id, '?' AS spent_on, 1 AS amount FROM crm.deals WHERE Id = 2",
    }
    made = workspace(ONE, files)
    assert made.rows(f"SELECT source, row_number FROM {QUARANTINE} ORDER BY 1, 2") == [
        ("entities/costs.sql", 2), ("entities/opportunities.sql", 1), ("entities/opportunities.sql", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("select", "winner"),
    [
        ("SELECT k AS account_id, v AS name FROM crm.pairs", "b"),  # as the file has them: the last
        ("SELECT k AS account_id, v AS name FROM crm.pairs ORDER BY v", "c"),  # as asked
        ("SELECT k AS account_id, v AS name FROM crm.pairs UNION ALL SELECT 'k', 'a' FROM crm.one", "a"),
        ("SELECT p.k AS account_id, p.v AS name FROM crm.pairs p JOIN crm.one o ON o.k = p.k", "c"),  # by content
        ("SELECT DISTINCT k AS account_id, v AS name FROM crm.pairs", "c"),
    ],
)
def test_the_last_row_of_a_mapping_is_the_same_at_each_refresh(workspace: Make, select: str, winner: str) -> None:
    files = {"data/pairs.csv": "k,v\nk,c\nk,a\nk,b\n", "data/one.csv": "k\nk\n", "entities/accounts.sql": select}
    assert workspace(ONE, files).rows("SELECT name FROM accounts") == [(winner,)]


def test_lines_that_could_not_be_split_count_where_their_table_is_read(workspace: Make) -> None:
    files = {
        "data/deals.csv": "Id,Stage\n1,won\n2,lost,too,many\n",
        "entities/accounts.sql": "SELECT Id AS account_id, Stage AS name FROM crm.deals",
        "entities/opportunities.sql": "SELECT Id AS opportunity_id, Stage AS status FROM crm.deals",
    }
    made = workspace(ONE, files)
    counts = {name: (one.taken_in, one.accepted, one.quarantined) for name, one in made.done.balance.items()}
    assert counts == {"accounts": (2, 1, 1), "opportunities": (1, 1, 0)}  # once, though two mappings read the table
    assert made.rows(f"SELECT source, row_number FROM {QUARANTINE}") == [("crm/deals.csv", 2)]


def test_a_table_that_nobody_reads_is_told(workspace: Make) -> None:
    files = {"data/accounts.csv": "account_id,name\na,A\n", "data/opportunitys.csv": "x\n1\n", "data/zzz.csv": "x\n1\n"}
    made = workspace(ONE, files)
    assert "crm.opportunitys: No entity takes rows from it. Did you mean 'opportunities'?" in made.warnings()
    assert "crm.zzz: No entity takes rows from it. Name it in accountlens.yaml" in made.warnings()


def test_columns_that_a_refresh_makes_are_not_taken_from_the_source(workspace: Make) -> None:
    """An exported table can be loaded again."""
    head = "order_id,account_id,ordered_at,amount,Amount_Given,account_id_given,_source,_day\n"
    made = workspace(ONE, {"data/orders.csv": head + "o,a,2024-01-01,5,6,b,c,d\n"})
    assert made.rows("SELECT amount, amount_given, account_id, account_id_given FROM orders") == [(5, 5, "a", "a")]
    for name in ("Amount_Given", "account_id_given", "_source", "_day"):
        assert f"crm.orders: The column '{name}' is left out" in made.warnings()


def test_a_currency_is_found_whatever_its_capitals(workspace: Make) -> None:
    files = {"data/product_eligibility.csv": "product_id,account_id,potential,Currency\np,a,5,EUR\n"}
    assert workspace(ONE, files).done.balance["product_eligibility"].quarantined == 1  # no rate to USD


def test_a_source_may_be_called_like_a_schema_of_the_database(workspace: Make) -> None:
    made = workspace("sources: {main: {path: data}}\n", {"data/accounts.csv": "account_id,name\na,A\n"})
    assert made.rows("SELECT name FROM accounts") == [("A",)]


MAP = "sources: {crm: {path: data}}\nentities:\n  opportunities:\n    from: crm.deals\n    columns:\n"
STATUS = "      status: Stage\n"
FAULTS = {
    "unknown entity": (
        "sources: {crm: {path: data}}\nentities:\n  oportunities: {from: crm.deals}\n", {},
        "accountlens.yaml:3: There is no entity 'oportunities'. Did you mean 'opportunities'?",
    ),
    "unknown table": (
        "sources: {crm: {path: data}}\nentities:\n  opportunities:\n    from: crm.deal\n", {},
        "accountlens.yaml:4: There is no table 'crm.deal'. Did you mean 'crm.deals'?",
    ),
    "unknown column": (
        MAP + STATUS + "      opportunity_id: Idd\n", {},
        "accountlens.yaml:7: crm.deals has no column 'Idd'. Did you mean 'Id'?",
    ),
    "column that a refresh makes": (
        MAP + STATUS + "      opportunity_id: Id\n      amount_given: Value\n", {},
        "accountlens.yaml:8: A refresh makes the column 'amount_given'; no source can give it.",
    ),
    "missing column by map": (
        MAP + STATUS, {},
        ("crm.deals: opportunities must have a column 'opportunity_id', and here is none. "
         "There are: Id, Stage, Value, Account, status. Rename it, or say in accountlens.yaml: "
         "entities: {opportunities: {from: crm.deals, columns: {opportunity_id: <its name here>}}}"),
    ),
    "missing column by name": (
        ONE, {"data/accounts.csv": "Account ID,Name\n1,x\n"},
        ("crm.accounts: accounts must have a column 'account_id', and here is none. "
         "There are: Account ID, Name. Is it 'Account ID'? Rename it"),
    ),
    "missing column by SQL": (
        ONE, {"entities/opportunities.sql": "SELECT Id FROM crm.deals"},
        ("entities/opportunities.sql:1: opportunities must have a column 'status', and here is none. "
         "There are: Id. Write: … AS status."),
    ),
    "empty file": (
        ONE, {"data/accounts.csv": ""},
        "accounts must have a column 'account_id', and here is none. There are no columns at all.",
    ),
    "SQL for no entity": (
        ONE, {"entities/opportunity.sql": "SELECT 1"}, "entities/opportunity.sql:1: There is no entity 'opportunity'.",
    ),
    "SQL with an unknown table": (
        ONE, {"entities/opportunities.sql": "SELECT\n  *\nFROM crm.deal\n"},
        "entities/opportunities.sql:3: There is no table",
    ),
    "SQL with an unknown source": (
        ONE, {"entities/opportunities.sql": "SELECT *\nFROM cmr.deals\n"},
        "entities/opportunities.sql:2: There is no table 'cmr.deals'. Did you mean 'crm.deals'?",
    ),
    "SQL with an unknown column": (
        ONE, {"entities/opportunities.sql": "SELECT\n  Idd\nFROM crm.deals\n"},
        "entities/opportunities.sql:2: Referenced column \"Idd\" not found in FROM clause!",
    ),
    "SQL that is none": (
        ONE, {"entities/opportunities.sql": "SELEC 1\n"}, 'entities/opportunities.sql:1: syntax error at or near "SELEC"',
    ),
    "two statements": (
        ONE, {"entities/opportunities.sql": "SELECT 1; SELECT 2"},
        "entities/opportunities.sql:1: A mapping is exactly one SELECT.",
    ),
    "no SELECT": (
        ONE, {"entities/opportunities.sql": "DROP SCHEMA crm CASCADE"},
        "entities/opportunities.sql:1: A mapping is exactly one SELECT.",
    ),
    "SQL that fails on a row": (
        ONE, {"entities/opportunities.sql": "SELECT CAST(Stage AS INT) AS opportunity_id, 'won' AS status FROM crm.deals"},
        "entities/opportunities.sql:1: Could not convert string",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("yaml", "files", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_mapping_is_told(workspace: Make, yaml: str, files: dict[str, str], told: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        workspace(yaml, {"data/deals.csv": DEALS, **files})
    assert told in str(caught.value)


def test_all_faults_are_told_at_once(workspace: Make) -> None:
    yaml = MAP + "      status: Stag\n      opportunity_id: Idd\n"
    with pytest.raises(ProblemsError) as caught:
        workspace(yaml, {"data/deals.csv": DEALS, "entities/tickets.sql": "SELECT", "entities/x.sql": "SELECT 1"})
    assert len(caught.value.problems) >= 4


def test_a_table_that_a_mapping_reads_need_not_be_the_entity_it_is_named_like(workspace: Make) -> None:
    text = "SELECT id AS account_id, name FROM crm.contacts"
    files = {"data/contacts.csv": "id,name\n1,A\n", "entities/accounts.sql": text}
    made = workspace(ONE, files)
    assert made.done.present == ["accounts"]
    assert made.warnings() == ""


def test_a_table_that_nothing_reads_must_be_the_entity_it_is_named_like(workspace: Make) -> None:
    files = {"data/contacts.csv": "id,name\n1,A\n", "data/accounts.csv": "account_id,name\n1,A\n"}
    with pytest.raises(ProblemsError, match="contacts must have a column 'contact_id'"):
        workspace(ONE, files)
