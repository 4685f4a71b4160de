"""Which account a row belongs to: as given, else that of its contact, else that of its e-mail's domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from accountlens.language.tables import Entity
from accountlens.warehouses.expand import quoted

FREE_MAIL = Path(__file__).with_name("free_mail_hosts.txt")
DOMAINS = "_account_domains"  # domain → its only account
HOST = r"^(?:[a-z]+://)?(?:[^/@]*@)?(?:www\.)?([^/:?#\s]+)"
# Rows that are about no account, and so are not missing one: surveys of employees, what a whole segment may buy.
ABOUT_OTHERS: Mapping[str, str] = {
    "product_eligibility": "segment IS NOT NULL",
    "survey_invitations": "survey IN ('enps', 'esat')",
    "survey_responses": "survey IN ('enps', 'esat')",
}


@dataclass(frozen=True)
class Way:
    """One way from a row to an account. Ways are tried in order; the first that leads to one counts."""

    table: str  # has one row, or none, per key, and a column account_id
    key: str
    value: str  # SQL over the row `r`


def matched(entity: Entity, rows: str, columns: Sequence[str], present: Collection[str]) -> tuple[str, list[str]]:
    """The rows with `account_id` as resolved and `account_id_given` beside it: SQL and its columns.

    `present` are the entities that have a source. Where accounts have none, nothing can be looked up, and what is
    given stands.
    """
    if entity.name == "accounts" or "account_id" not in entity.columns:
        return rows, list(columns)
    tried = list(enumerate(ways(entity, present)))
    found = ", ".join(f"w{place}.account_id" for place, _ in tried)
    account = f"coalesce({found})" if tried else "r.account_id"
    named = [f"{account} AS account_id" if column == "account_id" else f"r.{quoted(column)}" for column in columns]
    joins = "".join(f"\nLEFT JOIN {way.table} w{place} ON w{place}.{way.key} = {way.value}" for place, way in tried)
    select = f"SELECT {', '.join(named)}, r.account_id AS account_id_given\nFROM ({rows}) r{joins}"
    return select, [*columns, "account_id_given"]


def ways(entity: Entity, present: Collection[str]) -> list[Way]:
    """The ways that an entity's rows can go."""
    if "accounts" not in present:
        return []
    found = [Way("accounts", "account_id", "r.account_id")]
    if "contact_id" in entity.columns and entity.name != "contacts" and "contacts" in present:
        found.append(Way("contacts", "contact_id", "r.contact_id"))
    if entity.name == "leads":
        found.append(Way(DOMAINS, "domain", domain_of("r.email")))
    return found


def count_unmatched(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a finished entity that should have an account and have none."""
    others = f" AND NOT coalesce({ABOUT_OTHERS[name]}, false)" if name in ABOUT_OTHERS else ""
    ((count,),) = con.execute(f"SELECT count(*) FROM {quoted(name)} WHERE account_id IS NULL{others}").fetchall()
    return int(count)


def domain_of(email: str) -> str:
    """The host of an e-mail address, as SQL; NULL where the text is no address."""
    plain = f"lower(trim({email}))"
    return f"CASE WHEN {plain} LIKE '%_@_%' AND {plain} NOT LIKE '%@%@%' THEN split_part({plain}, '@', 2) END"


def make_domains(con: duckdb.DuckDBPyConnection) -> None:
    """Domains that belong to exactly one account; free mail hosts belong to none."""
    hosts = ", ".join(f"'{host}'" for host in sorted(free_mail_hosts()))
    con.execute(
        f"CREATE OR REPLACE TABLE {DOMAINS} AS SELECT domain, min(account_id) AS account_id FROM ("
        f"SELECT account_id, regexp_extract(lower(trim(domain)), '{HOST}', 1) AS domain FROM accounts) "
        f"WHERE domain <> '' AND domain NOT IN ({hosts}) GROUP BY domain HAVING count(*) = 1"
    )


@cache
def free_mail_hosts() -> frozenset[str]:
    lines = FREE_MAIL.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
