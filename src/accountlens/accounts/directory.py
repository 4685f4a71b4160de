"""What accounts are known by, domains and names, and which account a domain or a name stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from accountlens.accounts.clues import ACCOUNT_NAMES, ACCOUNT_SITES, TEXTS, batches, insert, make_room, several
from accountlens.accounts.decision_files import MATCHES, Decision
from accountlens.accounts.domains import host_of_site, own_host, registrable_domain
from accountlens.accounts.likeness import find_alike, make_words
from accountlens.accounts.merges import MERGED
from accountlens.accounts.merges import make_room as make_room_for_merges
from accountlens.accounts.names import BARE, CORE, FULL, account_keys, keys
from accountlens.errors import Problem

IDS = "_account_ids"  # an id as given → the account that counts
DOMAINS = "_account_domains"  # account, one of its domains
NAMES = "_account_names"  # account, one of the keys of one of its names
DOMAIN_MATCHES = "_domain_matches"  # domain → the account it stands for, or that a person must choose one
NAME_MATCHES = "_name_matches"  # full key of a name → the same
CANDIDATES = "_candidates"  # those a person may choose among
DECIDED = "_decided"  # kind, value → the account a person chose; NULL: nobody's
REFUSED = "_refused"  # kind, value, the account it does not stand for

# How sure a way is: below what benchmarks/matching.py measures.
BY_DOMAIN, BY_PARENT, BY_SUBDOMAIN = 0.99, 0.95, 0.7
BY_NAME = {FULL: 0.99, CORE: 0.97, BARE: 0.95}
OTHER_COUNTRY = 0.6
SURE = 0.9  # from here on a match counts without being asked about

_ROOM = f"""
CREATE OR REPLACE TABLE {IDS} (given_id VARCHAR, account_id VARCHAR);
CREATE OR REPLACE TABLE {DECIDED} (kind VARCHAR, value VARCHAR, account_id VARCHAR);
CREATE OR REPLACE TABLE {REFUSED} (kind VARCHAR, value VARCHAR, account_id VARCHAR);
CREATE OR REPLACE TABLE {DOMAINS} (account_id VARCHAR, domain VARCHAR, registered VARCHAR);
CREATE OR REPLACE TABLE {NAMES} (account_id VARCHAR, level INTEGER, key VARCHAR, country VARCHAR);
CREATE OR REPLACE TABLE {CANDIDATES}
    (kind VARCHAR, value VARCHAR, account_id VARCHAR, method VARCHAR, confidence DOUBLE);
CREATE OR REPLACE TABLE {DOMAIN_MATCHES}
    (domain VARCHAR, account_id VARCHAR, method VARCHAR, confidence DOUBLE, status VARCHAR, top VARCHAR);
CREATE OR REPLACE TABLE {NAME_MATCHES} (value VARCHAR, account_id VARCHAR, method VARCHAR, confidence DOUBLE,
    status VARCHAR, exact BOOLEAN, top VARCHAR)
"""
# Every account above an account; UNION, not UNION ALL, ends the walk in a circle, whose members have no parent.
_ABOVE = """
CREATE OR REPLACE TABLE _account_above AS
WITH RECURSIVE links AS (
    SELECT a.account_id, a.parent_account_id AS above_id FROM accounts a
    JOIN accounts p ON p.account_id = a.parent_account_id
    WHERE a.ultimate_parent_id <> a.account_id
), walk AS (
    SELECT account_id, above_id FROM links
    UNION
    SELECT walk.account_id, links.above_id FROM walk JOIN links ON links.account_id = walk.above_id
)
SELECT account_id, above_id FROM walk
"""
# Of what was found those accounts that nobody refused; where any is sure, only the surest.
_LEFT = f"""
CREATE OR REPLACE TABLE _left AS
WITH allowed AS (
    SELECT f.value, f.account_id, max(f.confidence) AS confidence, arg_max(f.method, f.confidence) AS method
    FROM ({{found}}) f
    LEFT JOIN {REFUSED} r ON r.kind = '{{kind}}' AND r.value = f.value AND r.account_id = f.account_id
    LEFT JOIN {DECIDED} d ON d.kind = '{{kind}}' AND d.value = f.value
    WHERE r.value IS NULL AND d.value IS NULL GROUP BY f.value, f.account_id
), best AS (
    SELECT value, max(confidence) AS confidence FROM allowed GROUP BY value
)
SELECT a.* FROM allowed a JOIN best b ON b.value = a.value
WHERE b.confidence < {SURE} OR a.confidence = b.confidence
"""
# One account alone, or the one that stands above all others; else a person has to choose.
_SETTLED = f"""
CREATE OR REPLACE TABLE _settled AS
WITH counted AS (
    SELECT value, count(*) AS accounts, min(account_id) AS sole, min(method) AS method, max(confidence) AS confidence
    FROM _left GROUP BY value
), depths AS (
    SELECT account_id, count(*) AS depth FROM _account_above GROUP BY account_id
), rivals AS (
    SELECT l.value, l.account_id, c.accounts, coalesce(d.depth, 0) AS depth
    FROM _left l JOIN counted c ON c.value = l.value AND c.accounts > 1
    LEFT JOIN depths d ON d.account_id = l.account_id
), highest AS (
    SELECT value, arg_min(account_id, depth) AS account_id, any_value(accounts) AS accounts FROM rivals GROUP BY value
), heads AS (
    SELECT h.value, h.account_id FROM highest h
    JOIN rivals r ON r.value = h.value
    JOIN _account_above a ON a.account_id = r.account_id AND a.above_id = h.account_id
    GROUP BY h.value, h.account_id HAVING count(*) = any_value(h.accounts) - 1
)
SELECT c.value, c.accounts, c.confidence >= {SURE} AS sure,
    CASE WHEN c.confidence >= {SURE} THEN CASE WHEN c.accounts = 1 THEN c.sole ELSE h.account_id END END AS account_id,
    CASE WHEN c.accounts = 1 THEN c.method ELSE c.method || '_of_parent' END AS method,
    CASE WHEN c.accounts = 1 THEN c.confidence ELSE least(c.confidence, {BY_PARENT}) END AS confidence
FROM counted c LEFT JOIN heads h ON h.value = c.value
"""
# The same name, on the strictest level that has one. Acme UK may be Acme; Acme Germany it is not.
_SAME_NAME = f"""
SELECT k.value, a.account_id, CASE WHEN k.level <= {CORE} THEN 'name' ELSE 'name_variant' END AS method,
    CASE WHEN k.level = {FULL} THEN {BY_NAME[FULL]} WHEN k.level = {CORE} THEN {BY_NAME[CORE]}
        WHEN a.country = k.country THEN {BY_NAME[BARE]} WHEN a.country = '' THEN {BY_NAME[BARE]} - 0.01
        ELSE {OTHER_COUNTRY} END AS confidence
FROM _asked_keys k JOIN {NAMES} a ON a.level = k.level AND a.key = k.key
"""


# Accepted is one account; rejected are accounts, or the value as a whole, which is then nobody's.
_DECISIONS = f"""
INSERT INTO {DECIDED} SELECT DISTINCT d.kind, d.value, i.account_id FROM _decisions d
    JOIN {IDS} i ON i.given_id = d.given_id WHERE d.accepted
    UNION SELECT kind, value, NULL FROM _decisions WHERE given_id IS NULL;
INSERT INTO {REFUSED} SELECT DISTINCT d.kind, d.value, i.account_id FROM _decisions d
    JOIN {IDS} i ON i.given_id = d.given_id WHERE NOT d.accepted
"""


class Directory:
    """The accounts of one refresh, to be looked up by domain and by name; tables of the connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.domains: frozenset[str] = frozenset()  # those that stand for somebody, or may
        self._opened = False
        con.execute(_ROOM)
        make_room(con)
        make_room_for_merges(con)

    def learn(self, decisions: Sequence[Decision] = ()) -> list[Problem]:
        """Take in the finished `accounts`, and what was decided about them."""
        self.con.execute(
            f"INSERT INTO {IDS} SELECT account_id, account_id FROM accounts "
            f"UNION ALL SELECT loser_id, survivor_id FROM {MERGED}"
        )
        self.con.execute(_ABOVE)
        return self._learn_decisions(decisions)

    def open(self) -> None:
        """Learn domains and names, when something is looked up by them for the first time."""
        if self._opened:
            return
        self._opened = True
        columns = [row[0] for row in self.con.execute("DESCRIBE accounts").fetchall()]
        self._learn_domains(columns)
        self._learn_names(columns)

    def _learn_decisions(self, decisions: Sequence[Decision]) -> list[Problem]:
        """Decisions about an account that is no longer there wait until it is again."""
        rows = ((one.kind, one.value, one.account_id or None, one.accepted, one.row) for one in decisions)
        self.con.execute("CREATE OR REPLACE TABLE _decisions (kind VARCHAR, value VARCHAR, given_id VARCHAR, "
                         "accepted BOOLEAN, file_row INTEGER)")  # fmt: skip
        insert(self.con, "_decisions", ("kind", "value", "given_id", "accepted", "file_row"), rows)
        self.con.execute(_DECISIONS)
        lost = self.con.execute(
            f"SELECT file_row, given_id FROM _decisions WHERE given_id NOT IN (SELECT given_id FROM {IDS}) ORDER BY 1"
        ).fetchall()
        mend = "It waits until the sources give that account; else take the row out."
        return [Problem(MATCHES, row, f"There is no account '{account}'.", mend, "warning") for row, account in lost]

    def _learn_domains(self, columns: Sequence[str]) -> None:
        for given in _known_by(columns, ACCOUNT_SITES, "sites"):
            hosts = f"SELECT DISTINCT account_id, host FROM (SELECT account_id, {host_of_site('said')} AS host FROM "
            for ids, found in batches(self.con, f"{hosts} ({given})) WHERE host IS NOT NULL"):
                rows = zip(ids, map(own_host, found), map(registrable_domain, found), strict=True)
                insert(self.con, DOMAINS, ("account_id", "domain", "registered"), (row for row in rows if row[1]))
        self._take_decided("domain")
        own = f"SELECT domain AS value, account_id, 'domain' AS method, {BY_DOMAIN} AS confidence FROM {DOMAINS}"
        self._settle("domain", own)
        # acme.com, where accounts are known by uk.acme.com and de.acme.com only
        beneath = (
            f"SELECT registered AS value, account_id, 'subdomain' AS method, {BY_SUBDOMAIN} AS confidence "
            f"FROM {DOMAINS} WHERE registered NOT IN (SELECT domain FROM {DOMAIN_MATCHES})"
        )
        self._settle("domain", beneath)
        known = self.con.execute(f"SELECT domain FROM {DOMAIN_MATCHES}").fetchall()
        self.domains = frozenset(row[0] for row in known)

    def _learn_names(self, columns: Sequence[str]) -> None:
        for given in _known_by(columns, ACCOUNT_NAMES, "names"):
            for ids, found in batches(self.con, f"SELECT DISTINCT * FROM ({given}) WHERE said <> account_id"):
                keyed = (
                    (account, key.level, key.text, key.country)
                    for account, name in zip(ids, found, strict=True)
                    for key in account_keys(name)
                )
                insert(self.con, NAMES, ("account_id", "level", "key", "country"), keyed)
        make_words(self.con, NAMES)
        self._take_decided("name")

    def look_up(self) -> None:
        """Find whom the names stand for that were read and not looked up yet."""
        self.con.execute(
            f"CREATE OR REPLACE TABLE _asked AS SELECT DISTINCT value FROM {TEXTS} WHERE value IS NOT NULL "
            f"AND value NOT IN (SELECT value FROM {NAME_MATCHES});"
            "CREATE OR REPLACE TABLE _asked_keys (value VARCHAR, level INTEGER, key VARCHAR, country VARCHAR)"
        )
        for (values,) in batches(self.con, "SELECT value FROM _asked"):
            rows = ((value, key.level, key.text, key.country) for value in values for key in keys(value))
            insert(self.con, "_asked_keys", ("value", "level", "key", "country"), rows)
        self._settle("name", _SAME_NAME)
        self.con.execute("CREATE OR REPLACE TABLE _settled_names AS SELECT value FROM _settled")
        self._settle("name", find_alike(self.con, NAMES))
        self.con.execute(
            f"INSERT INTO {NAME_MATCHES} (value) SELECT value FROM _asked "
            f"WHERE value NOT IN (SELECT value FROM {NAME_MATCHES})"
        )

    def _take_decided(self, kind: str) -> None:
        table, value = (DOMAIN_MATCHES, "domain") if kind == "domain" else (NAME_MATCHES, "value")
        self.con.execute(
            f"INSERT INTO {table} BY NAME SELECT d.value AS {value}, d.account_id, 'decision' AS method, "
            f"1.0 AS confidence, 'decided' AS status, a.ultimate_parent_id AS top FROM {DECIDED} d "
            f"LEFT JOIN accounts a ON a.account_id = d.account_id WHERE d.kind = '{kind}'"
        )

    def _settle(self, kind: str, found: str) -> None:
        """Keep for every value that was found whom it stands for, or among whom a person has to choose."""
        self.con.execute(_LEFT.format(kind=kind, found=found))
        self.con.execute(_SETTLED)
        table, value = (DOMAIN_MATCHES, "domain") if kind == "domain" else (NAME_MATCHES, "value")
        exact = "" if kind == "domain" else ", s.method = 'name' AS exact"
        self.con.execute(
            f"INSERT INTO {table} BY NAME SELECT s.value AS {value}, s.account_id, s.method, s.confidence, "
            f"CASE WHEN s.account_id IS NULL THEN 'review' ELSE 'automatic' END AS status, "
            f"a.ultimate_parent_id AS top{exact} FROM _settled s LEFT JOIN accounts a ON a.account_id = s.account_id"
        )
        self.con.execute(
            f"INSERT INTO {CANDIDATES} SELECT '{kind}', l.value, l.account_id, l.method, "
            "l.confidence / CASE WHEN s.sure THEN s.accounts ELSE 1 END "
            "FROM _left l JOIN _settled s ON s.value = l.value WHERE s.account_id IS NULL"
        )


def _known_by(columns: Sequence[str], wanted: Sequence[str], of_losers: str) -> Iterator[str]:
    """SELECTs of what accounts, and those merged into them, say of themselves: account_id, said."""
    for lists in several(columns, wanted):
        yield f"SELECT account_id, trim(unnest({lists})) AS said FROM accounts"
    yield f"SELECT survivor_id AS account_id, trim(unnest(string_split({of_losers}, ';'))) AS said FROM {MERGED}"
