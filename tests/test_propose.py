"""What `init --from` proposes: recognised by names and values, said with every doubt, and it loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import AccountlensError
from accountlens.language.tables import Entity
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.proposal.detect import number_reading, time_reading
from accountlens.sources.proposal.knowledge import knowledge
from accountlens.sources.propose import EntityProposal, Proposal, propose, write_proposal

ENTITIES, PROBLEMS = load_entities([BUILT_IN])
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
real_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, with the public data sets, is not there")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    return files


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def found(proposal: Proposal, entity: str) -> EntityProposal:
    return next(item for item in proposal.entities if item.entity == entity)


def sources(proposal: Proposal, entity: str) -> dict[str, str | None]:
    """Entity column → source column."""
    return {name: pick.column for name, pick in found(proposal, entity).drafts[0].picks.items()}


@contextmanager
def loaded(proposal: Proposal, workspace: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """The proposal written and taken in as `refresh` does; with the row balance of each entity."""
    write_proposal(proposal, workspace)
    own, problems = load_entities([BUILT_IN, workspace / "entities"])
    assert not problems
    settings_read = load_settings(workspace)
    with workbench() as con:
        landed = land_sources(con, settings_read, workspace, lambda *_: None)
        done = prepare(con, workspace, settings_read, own, landed, datetime(2025, 1, 1))
        yield con, dict(done.balance)


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    return row[0] if row and len(row) == 1 else row


# canonical files


def test_canonical_files_need_no_mapping(folder: Path, tmp_path: Path) -> None:
    files = {
        "accounts.csv": "account_id,name,Industry,colour\nA1,Acme,IT,red\n",
        "opportunities.csv": "opportunity_id,status,account_id,created_at,amount\nO1,won,A1,2024-01-01,5\n",
        "activities-2024.csv": "activity_id,occurred_at,kind,account_id\n1,2024-01-01,call,A1\n",
    }
    proposal = propose(write(folder, files), ENTITIES)
    assert [item.entity for item in proposal.entities] == ["accounts", "activities", "opportunities"]
    assert all(item.sql is None and item.map is None for item in proposal.entities)
    assert [path.name for path in write_proposal(proposal, tmp_path / "ws")] == ["accountlens.yaml"]
    assert "entities:" not in (tmp_path / "ws" / "accountlens.yaml").read_text()


def test_renaming_is_a_map_and_nothing_more(folder: Path, tmp_path: Path) -> None:
    files = {"customers.csv": "Customer ID,Customer Name,Sector,Colour\nC1,Acme,retail,red\nC2,Bolt,finance,blue\n"}
    proposal = propose(write(folder, files), ENTITIES)
    item = found(proposal, "accounts")
    assert item.sql is None
    assert item.map == {
        "from": "files.customers",
        "columns": {"account_id": "Customer ID", "name": "Customer Name", "industry": "Sector"},
    }
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["accounts"].accepted == 2
        assert one(con, "SELECT name, industry, colour FROM accounts WHERE account_id = 'C1'") == (
            "Acme",
            "retail",
            "red",
        )


def test_an_id_is_the_key_though_each_name_stands_once_too(folder: Path, tmp_path: Path) -> None:
    files = {
        "accounts.csv": "Id,Company,Country\n1,Acme,DE\n2,Bolt,AT\n3,Cog,CH\n",
        "contacts.csv": "Id,Name,Company,Company Id\n7,Ada Low,Acme,1\n8,Bo Fry,Bolt,2\n",
        "deals.csv": "Id,Company,Stage,Created Date\nD1,Cog,Closed Won,2026-01-04\nD2,Bolt,Closed Lost,2026-01-05\n",
    }
    proposal = propose(write(folder, files), ENTITIES)
    mapped = sources(proposal, "accounts")
    assert (mapped["account_id"], mapped["name"]) == ("Id", "Company")
    assert sources(proposal, "contacts")["account_id"] == "Company Id"
    with loaded(proposal, tmp_path / "ws") as (con, _):
        named = con.execute("SELECT opportunity_id, account_id FROM opportunities ORDER BY 1").fetchall()
    assert named == [("D1", "3"), ("D2", "2")]


# values that need work

CRM = {
    "companies.csv": "Company ID;Company Name;Annual Revenue;Create Date\n"
    + "".join(f"C{n:03};Firm {chr(65 + n)};1.2{n:02}.000,50 €;{n + 1:02}.05.2023\n" for n in range(20)),
    "deals.csv": "Deal ID;Company;Amount;Deal Stage;Create Date;Close Date;Probability\n"
    + "".join(
        f"D{n};{'firm-a' if n == 0 else f'Firm {chr(65 + n % 20)}'};{n},50 €;"
        f"{['Closed Won', 'Closed Lost', 'Proposal'][n % 3]};13.01.2024;{n % 28 + 1:02}.02.2024;{n % 101}%\n"
        for n in range(60)
    ),
}


def test_words_dates_numbers_and_names_are_made_ours(folder: Path, tmp_path: Path) -> None:
    proposal = propose(write(folder, CRM), ENTITIES)
    assert (proposal.currency, proposal.currency_why) == ("EUR", "by the signs in the values")
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["opportunities"].accepted == 60
        assert balance["accounts"].accepted == 20
        assert one(con, "SELECT annual_revenue, created_at FROM accounts WHERE account_id = 'C007'") == (
            1_207_000.5,
            datetime(2023, 5, 8),
        )
        deal = "SELECT status, stage, account_id, amount, probability, closed_at FROM opportunities"
        assert one(con, f"{deal} WHERE opportunity_id = 'D21'") == (
            "won", "Closed Won", "C001", 21.5, 0.21, datetime(2024, 2, 22),
        )  # fmt: skip


def test_names_that_nearly_agree_are_told_and_repaired(folder: Path, tmp_path: Path) -> None:
    proposal = propose(write(folder, CRM), ENTITIES)
    assert any("'firm-a' and 'Firm A'" in text and "would lose 1 rows" in text for text in proposal.contradictions)
    with loaded(proposal, tmp_path / "ws") as (con, _):
        assert one(con, "SELECT account_id FROM opportunities WHERE opportunity_id = 'D0'") == "C000"


def test_an_unknown_word_is_told_and_ends_in_quarantine(folder: Path, tmp_path: Path) -> None:
    rows = "".join(f"D{n},{'Lingering' if n == 3 else 'Won'},2024-01-01\n" for n in range(9))
    proposal = propose(write(folder, {"deals.csv": "deal_id,deal_stage,created\n" + rows}), ENTITIES)
    assert any("Lingering (1)" in text and "quarantined" in text for text in proposal.unsure)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["opportunities"].quarantined == 1
        assert "Lingering" in one(con, "SELECT reason FROM _quarantined")


def test_a_date_that_fits_no_form_is_quarantined_with_its_text(folder: Path, tmp_path: Path) -> None:
    rows = "".join(f"T{n},{'31/31/2024' if n == 3 else f'{n + 13}/02/2024'}\n" for n in range(12))
    proposal = propose(write(folder, {"tickets.csv": "ticket,opened\n" + rows.replace("T", "T-")}), ENTITIES)
    assert proposal.unrecognised
    proposal = propose(write(folder, {"tickets.csv": "ticket_id,opened_at\n" + rows}), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["tickets"].quarantined == 1
        assert "31/31/2024" in one(con, "SELECT reason FROM _quarantined")
        assert one(con, "SELECT max(created_at) FROM tickets") == datetime(2024, 2, 24)


@pytest.mark.parametrize(
    ("texts", "first", "doubtful"),
    [
        (["13/01/2024", "02/03/2024"], "2024-01-13", False),
        (["01/13/2024", "02/03/2024"], "2024-01-13", False),
        (["01/02/2024", "02/03/2024"], "2024-02-01", True),
        (["01.02.2024", "02.03.2024"], "2024-02-01", False),
        (["13-01-24", "02-03-24"], "2024-01-13", False),
        (["1/13/2024 4:05", "2/3/2024 14:05"], "2024-01-13", False),
        (["Jan-24", "Feb-24"], "2024-01-01", True),
        (["1704067200", "1704153600"], "2024-01-01", False),
        (["45292", "45293"], "2024-01-01", True),
    ],
)
def test_forms_of_dates_are_told_apart_and_doubt_is_said(texts: list[str], first: str, doubtful: bool) -> None:
    reading = time_reading([(text, 1) for text in texts])
    assert reading is not None
    value = one(
        duckdb.connect(), f"SELECT CAST({reading.sql.replace('{}', 'x')} AS VARCHAR) FROM (SELECT '{texts[0]}' AS x)"
    )
    assert value.startswith(first)
    assert bool(reading.doubt) == doubtful


@pytest.mark.parametrize("text", ["2024-01-31", "2024-1-31 8:05", "20240131", "5 January 2024", "2024/01/31"])
def test_dates_that_can_be_read_in_one_way_are_left_alone(text: str) -> None:
    assert time_reading([(text, 1)]) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,234.50", 1234.5), ("1.234,50 €", 1234.5), ("1 234,50", 1234.5), ("1'234.50", 1234.5), ("(12.50)", -12.5),
        ("-3,5", -3.5), ("EUR 12", 12.0), ("12,5 %", 0.125),
    ],
)  # fmt: skip
def test_numbers_with_signs_are_read(text: str, number: float) -> None:
    reading = number_reading([(text, 1)])
    assert reading is not None
    quoted = text.replace("'", "''")
    assert (
        one(duckdb.connect(), f"SELECT CAST({reading.sql.replace('{}', 'x')} AS DOUBLE) FROM (SELECT '{quoted}' AS x)")
        == number
    )


# tables that give more than one entity, and entities from more than one table


def test_calls_and_meetings_are_both_activities(folder: Path, tmp_path: Path) -> None:
    files = {
        "calls.csv": "call_id,date,customer\n1,2024-05-01,Acme\n2,2024-05-02,Bolt\n",
        "meetings.csv": "meeting_id,meeting_date,customer,minutes\n1,2024-05-03,Acme,30\n",
    }
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["activities"].accepted == 3
        assert con.execute("SELECT kind, count(*) FROM activities GROUP BY 1 ORDER BY 1").fetchall() == [
            ("call", 2), ("meeting", 1),
        ]  # fmt: skip


def test_sheets_of_years_are_one_table_of_their_workbook(folder: Path, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(folder / "orders.xlsx"))
    for year in ("2023", "2024"):
        sheet = book.add_worksheet(year)
        sheet.write_row(0, 0, ["Order No", "Customer", "Order Date", "Total"])
        for row in range(5):
            sheet.write_row(row + 1, 0, [f"{year}-{row}", f"Cust {row % 2}", f"{year}-03-1{row}", 10.5 - 5 * row])
    book.close()
    proposal = propose(folder, ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["orders"].accepted == 10
        assert balance["accounts"].accepted == 2
        assert one(con, "SELECT count(*) FROM orders WHERE kind = 'return'") == 4


def test_sister_tables_of_one_header_are_read_together(folder: Path, tmp_path: Path) -> None:
    header = "contact_id,email,full_name\n"
    files = {
        "contacts_emea.csv": header + "1,a@x.com,Ann\n2,b@x.com,Bob\n",
        "contacts_apac.csv": header + "3,c@y.com,Cid\n",
    }
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["contacts"].accepted == 3
        assert one(con, "SELECT sheet FROM contacts WHERE contact_id = '3'") == "contacts_apac"


def test_lines_without_a_number_keep_repeated_rows_repeated(folder: Path, tmp_path: Path) -> None:
    lines = "I1,C1,2024-01-01,P1,2,5.0\n" * 2 + "I1,C1,2024-01-01,P1,3,5.0\nI2,C2,2024-01-02,P2,-1,4.0\n"
    files = {"invoices.csv": "invoice,customer_id,invoice_date,sku,quantity,price\n" + lines}
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert (balance["orders"].accepted, balance["orders"].duplicates) == (3, 1)
        assert one(con, "SELECT sum(amount) FROM orders") == 10 + 15 - 4
        assert one(con, "SELECT kind FROM orders WHERE order_id = 'I2'") == "return"
        assert balance["products"].accepted == 2


def test_managers_without_a_row_become_employees(folder: Path, tmp_path: Path) -> None:
    files = {"sales_reps.csv": "rep,manager,office\nAnn,Zoe,East\nBob,Zoe,East\nCid,Yan,West\n"}
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, _):
        assert con.execute("SELECT employee_id, team, manager_id FROM employees ORDER BY 1").fetchall() == [
            ("Ann", "East", "Zoe"), ("Bob", "East", "Zoe"), ("Cid", "West", "Yan"), ("Yan", "West", None),
            ("Zoe", "East", None),
        ]  # fmt: skip


def test_scores_of_tickets_are_answers_to_a_survey(folder: Path, tmp_path: Path) -> None:
    rows = "".join(f"T{n},2024-01-0{n + 1} 10:00,90,{n % 5 + 1 if n % 2 else ''}\n" for n in range(8))
    files = {"support_tickets.csv": "ticket_id,submitted_at,first_response_time_minutes,satisfaction_score\n" + rows}
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["survey_responses"].accepted == 4
        assert one(con, "SELECT first_response_at FROM tickets WHERE ticket_id = 'T0'") == datetime(2024, 1, 1, 11, 30)


def test_a_strange_table_about_accounts_becomes_a_table_of_ones_own(folder: Path, tmp_path: Path) -> None:
    files = {
        "accounts.csv": "account_id,name\nA-1,Acme\nA-2,Bolt\nA-3,Core\n",
        "penalties.csv": "penalty_id,client_ref,fined_on,severity\nP1,A-1,2024-01-01,high\nP2,A-2,2024-01-02,low\n"
        "P3,A-3,2024-01-02,low\n",
    }
    proposal = propose(write(folder, files), ENTITIES)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert balance["penalties"].accepted == 3
        assert one(con, "SELECT account_id, fined_on FROM penalties WHERE penalty_id = 'P2'") == (
            "A-2",
            datetime(2024, 1, 2),
        )


# what is said


def test_every_table_is_spoken_of(folder: Path) -> None:
    files = {
        "accounts.csv": "account_id,name\nA-1,Acme\n",
        "leads.csv": "lead_id,email\n1,a@x.com\n",
        "weather.csv": "station,mm\nx,1\n",
        "empty.csv": "",
    }
    proposal = propose(write(folder, files), ENTITIES)
    said = {item.table: item.why for item in proposal.unrecognised}
    assert said["leads"].startswith(
        "like leads, but there is no column for created_at; by its name it is taken for one"
    )
    assert said["empty"] == "there is nothing in it"
    assert "weather" in said
    text = proposal.text()
    assert "accounts from accounts (1 row): no mapping needed" in text
    assert "- leads: like leads" in text


def test_a_name_without_fitting_values_is_not_believed(folder: Path) -> None:
    files = {"deals.csv": "deal_id,stage,close_date,amount\n" + "".join(f"D{n},Won,maybe,lots\n" for n in range(9))}
    picks = sources(propose(write(folder, files), ENTITIES), "opportunities")
    assert "closed_at" not in picks
    assert "amount" not in picks


def test_dates_before_their_time_are_counted(folder: Path) -> None:
    files = {
        "accounts.csv": "account_id,name,created_at\n" + "".join(f"A-{n},Firm {n},2024-01-01\n" for n in range(5)),
        "tickets.csv": "ticket_id,account_id,created_at\n"
        + "".join(f"T{n},A-{n % 5},202{3 + n % 2}-06-01\n" for n in range(10)),
    }
    proposal = propose(write(folder, files), ENTITIES)
    assert (
        "5 of 10 rows of tickets are dated (created_at) before created_at of their accounts" in proposal.contradictions
    )


@pytest.mark.parametrize(
    ("files", "currency"),
    [
        ({"fx_rates.csv": "rate_date,from_currency,to_currency,rate\n2024-01-01,EUR,CHF,1\n2024-01-02,USD,CHF,1\n"}, "CHF"),
        ({"orders.csv": "order_id,account_id,ordered_at,amount,currency\n1,a,2024-01-01,1,SEK\n2,a,2024-01-01,1,SEK\n"
          "3,a,2024-01-01,1,EUR\n"}, "SEK"),
        ({"orders.csv": "order_id,account_id,ordered_at,amount\n1,a,2024-01-01,£5.00\n"}, "GBP"),
        ({"orders.csv": "order_id,account_id,ordered_at,amount,refund_eur\n1,a,2024-01-01,5,1\n"}, "EUR"),
        ({"orders.csv": "order_id,account_id,ordered_at,amount\n1,a,2024-01-01,5\n"}, "USD"),
    ],
)  # fmt: skip
def test_the_currency_is_found_or_its_absence_said(folder: Path, files: dict[str, str], currency: str) -> None:
    proposal = propose(write(folder, files), ENTITIES)
    assert proposal.currency == currency
    assert ("Currency" in " ".join(proposal.unsure)) == (currency == "USD")
    assert propose(folder, ENTITIES, "JPY").currency == "JPY"


def test_a_file_that_cannot_be_read_does_not_hide_the_others(folder: Path) -> None:
    write(folder, {"accounts.csv": "account_id,name\nA-1,Acme\n"})
    (folder / "old.xlsx").write_bytes(b"PK\x03\x04 nothing")
    proposal = propose(folder, ENTITIES)
    assert [item.entity for item in proposal.entities] == ["accounts"]
    assert "can't be read" in proposal.unrecognised[0].why


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_a_folder_without_files_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(AccountlensError):
        propose(folder / path, ENTITIES)


# what is written


def test_nothing_is_ever_overwritten(folder: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    (workspace / "entities").mkdir(parents=True)
    (workspace / "entities" / "opportunities.sql").write_text("-- mine")
    proposal = propose(write(folder, CRM), ENTITIES)
    with pytest.raises(AccountlensError, match=r"entities/opportunities\.sql stands here already; nothing was written"):
        write_proposal(proposal, workspace)
    assert not (workspace / "accountlens.yaml").exists()
    assert (workspace / "entities" / "opportunities.sql").read_text() == "-- mine"


def test_the_path_of_the_files_is_relative_to_the_workspace(folder: Path, tmp_path: Path) -> None:
    proposal = propose(write(folder, {"accounts.csv": "account_id,name\nA-1,Acme\n"}), ENTITIES)
    write_proposal(proposal, tmp_path / "ws")
    assert load_settings(tmp_path / "ws").sources["files"].path == "../files"


def test_one_file_is_enough(folder: Path, tmp_path: Path) -> None:
    write(folder, {"accounts.csv": "account_id,name\nA-1,Acme\n", "other.csv": "a,b\n1,2\n"})
    proposal = propose(folder / "accounts.csv", ENTITIES)
    assert not proposal.unrecognised
    with loaded(proposal, tmp_path / "ws") as (_, balance):
        assert balance["accounts"].accepted == 1


# the knowledge itself


def test_knowledge_speaks_only_of_entities_and_columns_there_are() -> None:
    known = knowledge()
    wrong = [name for name in known.words if name not in ENTITIES]
    for name, words in known.words.items():
        wrong += [f"{name}.{column}" for column in words.columns if column not in ENTITIES[name].columns]
    for places in (known.vocabularies, known.constants, known.spelling, known.sizes, known.spans, known.parts):
        wrong += [place for place in places if place.split(".")[1] not in ENTITIES[place.split(".")[0]].columns]
    for rule in known.hidden:
        wrong += [f"{rule.entity}.{column}" for column in rule.columns if column not in ENTITIES[rule.entity].columns]
    assert wrong == []


def test_every_entity_is_known_by_words() -> None:
    assert sorted(ENTITIES) == sorted(knowledge().words)


def test_vocabularies_lead_to_words_the_entity_takes() -> None:
    for place, words in knowledge().vocabularies.items():
        entity, column = place.split(".")
        allowed = set(ENTITIES[entity].columns[column].values) | set(
            getattr(ENTITIES[entity].columns[column], "usual", ())
        )
        assert set(words.values()) <= allowed, place


NAMES = st.sampled_from([
    "id", "name", "Account", "customer_id", "deal stage", "amount", "close_date", "date", "email", "status", "type", "",
    "order", "select", "price", "quantity", "account_id", "owner", "manager", "score", "mrr", "start_date", "a'b",
])  # fmt: skip
VALUES = st.sampled_from(
    ["", "1", "2", "x", "2024-01-01", "13/01/2024", "Won", "A-1", "A-2", "a@b.com", "$5", "12%", "true", "ü", "-3", "'"]
)
TABLES = st.sampled_from(["accounts", "deals", "orders", "tickets", "calls", "sales_reps", "stuff", "surveys", "usage"])


@st.composite
def folders(draw: st.DrawFn) -> dict[str, str]:
    files = {}
    for name in draw(st.lists(TABLES, min_size=1, max_size=3, unique=True)):
        header = draw(st.lists(NAMES, min_size=1, max_size=6))
        rows = draw(st.lists(st.lists(VALUES, min_size=len(header), max_size=len(header)), max_size=5))
        cells = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [header, *rows]]
        files[f"{name}.csv"] = "\n".join(",".join(row) for row in cells)
    return files


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(folders())
@example(  # a table of one's own without a key
    {
        "stuff.csv": '"id","id","id"\n"","",""\n"1","",""\n"2","",""\n"x","",""',
        "deals.csv": '"id"',
        "accounts.csv": '"id","id","Account"\n"","","1"\n"","","x"',
    }
)
def test_whatever_the_files_hold_the_proposed_mapping_runs(tmp_path_factory: Any, files: dict[str, str]) -> None:
    here = tmp_path_factory.mktemp("any")
    (here / "files").mkdir()
    proposal = propose(write(here / "files", files), ENTITIES)
    assert proposal.text()
    nameless = any("by its name it is taken for one" in item.why for item in proposal.unrecognised)
    if proposal.entities and not nameless:
        with loaded(proposal, here / "ws") as (_, balance):
            assert all(item.whole for item in balance.values())


# the three real sets


@pytest.fixture(scope="module")
def real() -> dict[str, Proposal]:
    names = ("maven_crm", "ravenstack_saas", "online_retail_2009_2010")
    return {name: propose(DATA / name, ENTITIES) for name in names}


def rows_of(proposal: Proposal, workspace: Path, queries: Mapping[str, Any]) -> None:
    with loaded(proposal, workspace) as (con, _):
        for query, expected in queries.items():
            assert one(con, query) == expected, query


@real_data
def test_a_crm_keyed_by_names_is_taken_in_whole(real: dict[str, Proposal], tmp_path: Path) -> None:
    proposal = real["maven_crm"]
    assert any("'GTXPro' and 'GTX Pro'" in text and "1,480 rows" in text for text in proposal.contradictions)
    rows_of(
        proposal,
        tmp_path / "ws",
        {
            "SELECT count(*), count(account_id), count(created_at) FROM opportunities": (8_800, 7_375, 8_300),
            "SELECT count(*) FROM opportunities WHERE status = 'won'": 4_238,
            "SELECT count(*) FROM opportunities WHERE status = 'lost'": 2_473,
            "SELECT count(*) FROM opportunities WHERE status = 'open' AND amount IS NULL": 0,
            "SELECT count(*) FROM opportunities o JOIN products p ON p.product_id = o.product_id": 8_800,
            "SELECT count(*) FROM opportunities o JOIN employees e ON e.employee_id = o.owner_id": 8_800,
            "SELECT count(*), count(parent_account_id) FROM accounts": (85, 15),
            "SELECT count(*) FROM accounts WHERE industry = 'technolgy' OR country = 'Philipines'": 0,
            "SELECT count(*), count(manager_id) FROM employees": (41, 35),
        },
    )


@real_data
def test_a_saas_company_is_taken_in_whole(real: dict[str, Proposal], tmp_path: Path) -> None:
    proposal = real["ravenstack_saas"]
    said = " ".join(proposal.contradictions)
    for count in ("19,142 of 25,000", "1,077 of 2,000", "3,365 of 5,000"):
        assert count in said
    rows_of(
        proposal,
        tmp_path / "ws",
        {
            "SELECT count(*), count(account_id) FROM usage_events": (25_000, 25_000),
            "SELECT count(*), count(ended_on), count(*) FILTER (mrr = 0) FROM subscriptions": (5_000, 486, 778),
            "SELECT count(*), count(first_response_at), count(solved_at) FROM tickets": (2_000, 2_000, 2_000),
            "SELECT count(*), min(score), max(score) FROM survey_responses WHERE survey = 'csat'": (1_175, 3.0, 5.0),
            "SELECT count(*), count(account_id) FROM churn_events": (600, 600),
            "SELECT count(*) FROM accounts WHERE created_at IS NOT NULL": 500,
            "SELECT count(*) FROM licences": 5_000,
        },
    )


@real_data
def test_invoice_lines_are_taken_in_whole(real: dict[str, Proposal], tmp_path: Path) -> None:
    proposal = real["online_retail_2009_2010"]
    assert any("POST (865)" in text for text in proposal.unsure)
    with loaded(proposal, tmp_path / "ws") as (con, balance):
        assert (balance["orders"].taken_in, balance["orders"].duplicates) == (525_461, 6_865)
        assert one(con, "SELECT count(DISTINCT account_id) FROM orders") == 4_383
        assert one(con, "SELECT count(*) FROM orders WHERE account_id LIKE '%.%'") == 0
        assert balance["accounts"].accepted == 4_383


@real_data
@pytest.mark.parametrize("name", ["maven_crm", "ravenstack_saas", "online_retail"])
def test_the_examples_load_without_a_faulty_row(name: str) -> None:
    example = Path(__file__).resolve().parents[1] / "examples" / name
    own, problems = load_entities([BUILT_IN, example / "entities"])
    assert not problems
    settings_read = load_settings(example)
    with workbench() as con:
        landed = land_sources(con, settings_read, example, lambda *_: None)
        done = prepare(con, example, settings_read, own, landed, datetime(2025, 1, 1))
    assert {item.quarantined for item in done.balance.values()} == {0}
    assert sum(item.duplicates for item in done.balance.values()) == (6_865 if name == "online_retail" else 0)


def test_entities_are_the_ones_of_the_catalog() -> None:
    assert not PROBLEMS
    assert all(isinstance(entity, Entity) for entity in ENTITIES.values())
