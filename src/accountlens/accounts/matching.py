"""Which account a row belongs to: as given, else that of its contact, else that of its domain or company name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from accountlens.accounts.clues import HOSTS, TEXTS, Clues, clues_of, read_clues
from accountlens.accounts.directory import CANDIDATES, DOMAIN_MATCHES, DOMAINS, IDS, NAME_MATCHES, Directory
from accountlens.accounts.duplicates import TWINS
from accountlens.language.tables import MADE_TABLES, Entity
from accountlens.warehouses.expand import literal, quoted

# Rows that are about no account, and so are not missing one: surveys of employees, what a whole segment may buy.
ABOUT_OTHERS: Mapping[str, str] = {
    "product_eligibility": "segment IS NOT NULL",
    "survey_invitations": "survey IN ('enps', 'esat')",
    "survey_responses": "survey IN ('enps', 'esat')",
}
MATCHES, CHOICES = "account_matches", "match_candidates"  # tables a refresh makes
# What the row's domain `d` and its company name `n` say together. A decision stands above what was found, a domain
# above a name; but a name that tells one of several accounts of a domain or a family chooses it, and an equal name of
# another family contradicts the domain: then a person has to look. `b`: the domain is one of the named account's.
_VERDICT = """CASE
    WHEN d.status = 'decided' THEN 'domain' WHEN n.status = 'decided' THEN 'name'
    WHEN d.status = 'automatic' AND n.status = 'automatic' AND n.exact
        THEN CASE WHEN n.account_id = d.account_id THEN 'domain' WHEN n.top = d.top THEN 'both' ELSE 'against' END
    WHEN d.status = 'automatic' THEN 'domain'
    WHEN d.status = 'review' AND n.status = 'automatic' AND b.account_id IS NOT NULL THEN 'both'
    WHEN d.status = 'review' THEN 'ask domain'
    WHEN n.status = 'automatic' THEN 'name' WHEN n.status = 'review' THEN 'ask name' END"""
_FOUND = (
    f"CASE {_VERDICT} WHEN 'domain' THEN d.account_id WHEN 'name' THEN n.account_id WHEN 'both' THEN n.account_id END"
)
# For what rows are waiting for: the accounts found, and where domain and name speak against each other both.
_CHOICES = f"""
WITH waiting AS (
    SELECT kind, value, against FROM _told WHERE status = 'review' GROUP BY kind, value, against
), found AS (
    SELECT c.* FROM {CANDIDATES} c JOIN (SELECT DISTINCT kind, value FROM waiting) w
        ON w.kind = c.kind AND w.value = c.value
    UNION ALL
    SELECT kind, value, against, 'domain', 0.5 FROM waiting WHERE against IS NOT NULL
    UNION ALL
    SELECT 'name', n.value, n.account_id, n.method, 0.5 FROM {NAME_MATCHES} n
    JOIN (SELECT DISTINCT value FROM waiting WHERE against IS NOT NULL) w ON w.value = n.value
    UNION ALL
    {TWINS}
)
SELECT kind, value, account_id, arg_max(method, confidence) AS method, max(confidence) AS confidence
FROM found GROUP BY kind, value, account_id ORDER BY kind, value, confidence DESC, account_id
"""


@dataclass(frozen=True)
class Way:
    """One way from a row to an account. Ways are tried in order; the first that leads to one counts."""

    table: str  # has one row, or none, per key, and a column account_id
    key: str
    value: str  # SQL over the row `r`


def ways(entity: Entity, present: Collection[str]) -> list[Way]:
    """The ways by an id that an entity's rows can go. `present` are the entities that have a source."""
    if "accounts" not in present:
        return []
    found = [Way(IDS, "given_id", "r.account_id")]
    if "contact_id" in entity.columns and entity.name != "contacts" and "contacts" in present:
        found.append(Way("contacts", "contact_id", "r.contact_id"))
    return found


class Matcher:
    """Finds the account of every row of one refresh. Where accounts have no source, what is given stands."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        directory: Directory,
        present: Collection[str],
        elsewhere: Collection[str] = (),
    ) -> None:
        self.con, self.directory, self.present, self.elsewhere = con, directory, present, elsewhere

    def matched(self, entity: Entity, rows: str, columns: Sequence[str]) -> tuple[str, list[str]]:
        """The rows with `account_id` as resolved and `account_id_given` beside it: SQL and its columns."""
        if entity.name == "accounts" or "account_id" not in entity.columns:
            return rows, list(columns)
        tried, clues = ways(entity, self.present), self._clues(columns)
        source = f"FROM ({rows}) r{_joined(tried)}"
        found = [f"w{place}.account_id" for place in range(len(tried))]
        if clues:
            self._read(entity, clues, source, tried)
            source += _clue_joins(clues)
            found.append(f"CASE WHEN {_about_accounts(entity)} THEN {_FOUND} END")
        account = f"coalesce({', '.join(found)})" if found else "r.account_id"
        named = [f"{account} AS account_id" if column == "account_id" else f"r.{quoted(column)}" for column in columns]
        return f"SELECT {', '.join(named)}, r.account_id AS account_id_given\n{source}", [*columns, "account_id_given"]

    def _clues(self, columns: Sequence[str]) -> Clues:
        return clues_of(columns) if "accounts" in self.present else Clues((), ())

    def _read(self, entity: Entity, clues: Clues, source: str, tried: Sequence[Way]) -> None:
        """Look up what the rows say that have no account by an id."""
        self.directory.open()
        read_clues(self.con, clues, f"{source}\nWHERE {_left_over(entity, tried)}", self.directory.domains)
        self.directory.look_up()

    def made(self, entities: Mapping[str, Entity]) -> dict[str, str]:
        """SQL of the tables that tell which rows were matched how, and among whom a person has to choose."""
        listed = ", ".join(f"{name} {kind}" for name, kind in MADE_TABLES[MATCHES].items())
        self.con.execute(f"CREATE OR REPLACE TABLE _told ({listed}, against VARCHAR)")
        self.directory.open()
        for name, clues in self.by_clues(entities).items():
            entity = entities[name]
            tried = ways(entity, self.present)
            source = f"FROM (SELECT * REPLACE (account_id_given AS account_id) FROM {quoted(name)}) r{_joined(tried)}"
            self._read(entity, clues, source, tried)
            rows = f"{source}{_clue_joins(clues)}\nWHERE {_left_over(entity, tried)}"
            self.con.execute(f"INSERT INTO _told BY NAME {_told(entity, rows)}")
        told = "SELECT * EXCLUDE (against) FROM _told ORDER BY entity, row_key, kind, value"
        return {MATCHES: told, CHOICES: _CHOICES}

    def by_clues(self, entities: Mapping[str, Entity]) -> dict[str, Clues]:
        """The finished entities whose rows a domain or a name may lead to an account, and where these stand."""
        found = {}
        for name in sorted({*self.present} - {*self.elsewhere}):
            described = self.con.execute(f"DESCRIBE {quoted(name)}").fetchall()
            clues = self._clues([row[0] for row in described])
            if name != "accounts" and "account_id" in entities[name].columns and clues:
                found[name] = clues
        return found


def count_unmatched(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a finished entity that should have an account and have none."""
    others = f" AND NOT coalesce({ABOUT_OTHERS[name]}, false)" if name in ABOUT_OTHERS else ""
    ((count,),) = con.execute(f"SELECT count(*) FROM {quoted(name)} WHERE account_id IS NULL{others}").fetchall()
    return int(count)


def _joined(tried: Sequence[Way]) -> str:
    return "".join(f"\nLEFT JOIN {way.table} w{at} ON w{at}.{way.key} = {way.value}" for at, way in enumerate(tried))


def _about_accounts(entity: Entity) -> str:
    others = ABOUT_OTHERS.get(entity.name)
    return f"NOT coalesce(r.{others}, false)" if others else "true"


def _left_over(entity: Entity, tried: Sequence[Way]) -> str:
    """Rows that no id leads to an account."""
    return " AND ".join([_about_accounts(entity), *(f"w{at}.account_id IS NULL" for at in range(len(tried)))])


def _clue_joins(clues: Clues) -> str:
    """From the clues of the row `r` to what they stand for: `d` by domain, `n` by name, `b` where these agree."""
    joins = [f"LEFT JOIN {HOSTS} h{at} ON h{at}.host = {host}" for at, host in enumerate(clues.hosts)]
    joins += [f"LEFT JOIN {TEXTS} t{at} ON t{at}.text = {name}" for at, name in enumerate(clues.names)]
    domain = _first(f"h{at}.domain" for at in range(len(clues.hosts)))
    value = _first(f"t{at}.value" for at in range(len(clues.names)))
    pairs = f"(SELECT DISTINCT account_id, domain FROM {DOMAINS})"
    joins += [
        f"LEFT JOIN {DOMAIN_MATCHES} d ON d.domain = {domain}",
        f"LEFT JOIN {NAME_MATCHES} n ON n.value = {value}",
        f"LEFT JOIN {pairs} b ON b.account_id = n.account_id AND b.domain = d.domain",
    ]
    return "".join(f"\n{join}" for join in joins)


def _first(values: Iterator[str]) -> str:
    listed = ", ".join(values)
    return f"coalesce({listed})" if listed else "CAST(NULL AS VARCHAR)"


def _told(entity: Entity, source: str) -> str:
    """One row per row that a domain or a name was looked up for and that these may lead to an account."""
    key = " || '|' || ".join(f"coalesce(CAST(r.{quoted(name)} AS VARCHAR), '')" for name in entity.key)
    name_counts = "verdict IN ('name', 'both', 'against', 'ask name')"
    return f"""SELECT {literal(entity.name)} AS entity, row_key,
    CASE WHEN {name_counts} THEN 'name' ELSE 'domain' END AS kind,
    CASE WHEN {name_counts} THEN name_value ELSE domain_value END AS value,
    CASE verdict WHEN 'domain' THEN d_account WHEN 'name' THEN n_account WHEN 'both' THEN n_account END AS account_id,
    CASE verdict WHEN 'both' THEN 'domain_and_name' WHEN 'domain' THEN d_method WHEN 'name' THEN n_method END AS method,
    CASE verdict WHEN 'both' THEN greatest(d_sure, n_sure) WHEN 'domain' THEN d_sure WHEN 'name' THEN n_sure END
        AS confidence,
    CASE verdict WHEN 'against' THEN d_account END AS against,
    CASE WHEN verdict IN ('against', 'ask domain', 'ask name') THEN 'review'
        WHEN verdict = 'domain' THEN d_status WHEN verdict = 'name' THEN n_status ELSE 'automatic' END AS status
FROM (SELECT {key or "CAST(NULL AS VARCHAR)"} AS row_key, {_VERDICT} AS verdict, d.domain AS domain_value,
    n.value AS name_value, d.account_id AS d_account, n.account_id AS n_account, d.method AS d_method,
    n.method AS n_method, d.confidence AS d_sure, n.confidence AS n_sure, d.status AS d_status, n.status AS n_status
    {source}) WHERE verdict IS NOT NULL"""
