"""The built-in entities are whole, and a broken entity file says what is wrong and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from accountlens.catalog.entity_files import BUILT_IN, EntityFile, load_entities
from accountlens.errors import Problem
from accountlens.language.tables import Entity, OpenColumn, Scale

# Section 4 of the design, `*` = required.
CONTRACT = {
    "accounts": "account_id* name* domain parent_account_id industry region country segment tier owner_id employees "
    "annual_revenue fit_score currency created_at",
    "account_history": "account_id* attribute* value* valid_from* valid_to",
    "account_list_members": "account_id* list* group joined_at* left_at",
    "contacts": "contact_id* account_id email name title seniority buying_role created_at is_internal",
    "employees": "employee_id* name* email team role manager_id",
    "activities": "activity_id* occurred_at* kind* account_id contact_id employee_id direction channel campaign_id "
    "opportunity_id session_id message_id minutes status is_automated is_bot",
    "campaigns": "campaign_id* name* channel program started_on ended_on",
    "costs": "cost_id* spent_on* amount* currency category function campaign_id program",
    "leads": "lead_id* created_at* email account_id contact_id source score became_mql_at became_sql_at budget "
    "authority need timeline converted_at owner_id",
    "account_stage_events": "account_id* stage* occurred_at* source",
    "opportunities": "opportunity_id* status* created_at account_id name stage amount currency probability closed_at "
    "qualified_at type owner_id source campaign_id product_id",
    "opportunity_history": "opportunity_id* changed_at* stage amount probability owner_id",
    "opportunity_contacts": "opportunity_id* contact_id* role",
    "products": "product_id* name* category list_price",
    "product_eligibility": "product_id* account_id segment potential",
    "subscriptions": "subscription_id* account_id* started_on* ended_on mrr price quantity discount billing_months "
    "product_id seats currency cancelled_at",
    "contracts": "contract_id* account_id* started_on* ends_on* value currency decision decided_at renewed_value",
    "orders": "order_id* account_id* ordered_at* amount* line_id currency product_id quantity source kind",
    "usage_events": "account_id* occurred_at* contact_id feature count",
    "licences": "account_id* feature seats started_on ended_on",
    "tickets": "ticket_id* created_at* account_id contact_id priority first_response_at solved_at reopened_at status",
    "ticket_comments": "ticket_id* occurred_at* author_kind is_public",
    "survey_responses": "response_id* survey* answered_at* score scale_min scale_max account_id contact_id "
    "employee_id comment",
    "survey_invitations": "invitation_id* survey* sent_at* account_id contact_id delivered",
    "advocacy_events": "event_id* occurred_at* kind* account_id sentiment rating valid_until",
    "goals": "goal_id* account_id* name* baseline target* set_on due_on achieved_on actual",
    "goal_progress": "goal_id* measured_on* actual*",
    "quotas": "employee_id* period_start* period_end* amount* currency",
    "fx_rates": "rate_date* from_currency* to_currency* rate*",
}


@pytest.fixture(scope="module")
def entities() -> dict[str, Entity]:
    found, problems = load_entities([BUILT_IN])
    assert not problems
    return found


def test_every_entity_of_the_design_is_there_with_its_columns_in_order(entities: dict[str, Entity]) -> None:
    written = {
        name: " ".join(column.name + "*" * column.required for column in entity.columns.values())
        for name, entity in entities.items()
    }
    assert written == CONTRACT


def test_columns_are_typed_by_their_names(entities: dict[str, Entity]) -> None:
    for entity in entities.values():
        for column in entity.columns.values():
            if column.name.endswith("_at"):
                assert column.type == "time", (entity.name, column.name)
            if column.name.endswith("_on"):
                assert column.type == "date", (entity.name, column.name)
            if column.name.endswith("_id") or column.name in ("currency", "stage", "source"):
                assert column.type == "text", (entity.name, column.name)


def test_every_reference_leads_to_an_entity_whose_key_is_one_column(entities: dict[str, Entity]) -> None:
    for entity in entities.values():
        for column in entity.columns.values():
            if column.references:
                assert len(entities[column.references].key) == 1, (entity.name, column.name)


def test_ids_of_others_are_references(entities: dict[str, Entity]) -> None:
    """What a row points to is followed for names and dimensions; an id that is not its own key must say to what."""
    own = {"session_id", "message_id", "line_id"}
    for entity in entities.values():
        for column in entity.columns.values():
            if column.name.endswith("_id") and column.name not in own and entity.key[:1] != (column.name,):
                assert column.references, (entity.name, column.name)


def test_keys_and_special_checks_are_those_of_the_definition_sheet(entities: dict[str, Entity]) -> None:
    assert entities["orders"].key == ("order_id", "line_id")
    assert entities["usage_events"].key == ()
    assert entities["opportunities"].columns["status"].values == ("open", "won", "lost", "disqualified")
    not_negative = {
        f"{name}.{column.name}"
        for name, entity in entities.items()
        for column in entity.columns.values()
        if column.min == 0
    }
    assert not_negative == {
        "opportunities.amount", "opportunity_history.amount", "subscriptions.mrr", "subscriptions.price",
        "contracts.value", "contracts.renewed_value", "quotas.amount",
    }  # fmt: skip
    intervals = {
        name for name, entity in entities.items() if any(type(c).__name__ == "Interval" for c in entity.checks)
    }
    assert intervals == {"subscriptions", "contracts", "licences", "account_list_members", "quotas", "account_history"}
    (scale,) = entities["survey_responses"].checks
    assert isinstance(scale, Scale)
    assert (scale.value, scale.usual["nps"], scale.usual["ces"]) == ("score", (0, 10), (1, 7))


def test_kinds_of_activities_are_an_open_vocabulary(entities: dict[str, Entity]) -> None:
    kind = entities["activities"].columns["kind"]
    assert isinstance(kind, OpenColumn)
    assert len(kind.usual) == 19
    assert not kind.values


def load(folder: Path, **files: str) -> tuple[dict[str, Entity], list[Problem]]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_entities([BUILT_IN, folder])


def test_a_workspace_overrides_an_entity_and_adds_another(tmp_path: Path) -> None:
    tickets = "about: Ours.\nkey: [ticket_id]\ncolumns:\n  ticket_id: {type: text, required: true}\n"
    visits = "about: Visits.\ncolumns:\n  account_id: {type: text, references: accounts}\n"
    found, problems = load(tmp_path / "entities", tickets=tickets, visits=visits)
    assert not problems
    assert list(found["tickets"].columns) == ["ticket_id"]
    assert found["visits"] == replace(found["visits"], name="visits", key=(), label=None)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("about: x\ncolumns:\n  a: {type: texte}\n", 3, "columns.a.type"),
        ("about: x\nkeys: [a]\ncolumns:\n  a: {type: text}\n", 2, "Unknown key 'keys'"),
        ("about: x\nkey: [b]\ncolumns:\n  bb: {type: text}\n", 2, "no column 'b'"),
        ("about: x\ncolumns:\n  a: {type: text, references: acounts}\n", 3, "Did you mean 'accounts'?"),
        ("about: x\ncolumns:\n  a: {type: text}\nchecks:\n  - {start: a}\n", 5, "end"),
        ("about: x\ncolumns:\n  a: {type: text}\nconverted_at: [a]\n", 4, "'a' is no time"),
        ("about: x\ncolumns:\n  a: {type: text, min: 1}\n", 3, "only a number has min or max"),
        ("about: x\ncolumns:\n  A b: {type: text}\n", 3, "lower-case"),
        ("about: x\ncolumns: {}\n", 2, "columns"),
        ("about: x\n", 1, "'columns' is missing"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    _, problems = load(tmp_path, visits=text)
    assert [problem.line for problem in problems] == [line]
    assert what in str(problems[0])
    assert problems[0].file == "entities/visits.yaml"


def test_the_file_format_has_a_schema_that_can_be_published() -> None:
    schema = EntityFile.model_json_schema()
    assert set(schema["properties"]) == {"about", "key", "label", "columns", "checks", "converted_at", "large"}
    assert schema["additionalProperties"] is False
