"""What a row says of its company beside an id: which columns are read, and what was read in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from accountlens.accounts.domains import host_of_email, host_of_site, known_part
from accountlens.accounts.names import full_key
from accountlens.warehouses.expand import quoted

# Columns by their names, whatever their capitals; the first that says something counts. A mapping may name a column so.
EMAILS = (
    "email", "email_address", "contact_email", "customer_email", "requester_email", "visitor_email", "billing_email",
    "from_email",
)  # fmt: skip
SITES = (
    "domain", "company_domain", "email_domain", "account_domain", "visitor_domain", "website", "company_website",
    "company_url",
)  # fmt: skip
NAMES = (
    "company", "company_name", "account_name", "organization", "organisation", "organization_name",
    "organisation_name", "employer",
)  # fmt: skip
# The same of accounts, which may have several, with ; between them.
ACCOUNT_SITES = ("domain", "website", "domains", "alias_domains", "other_domains")
ACCOUNT_NAMES = ("name", "legal_name", "trade_name", "aliases", "alias_names", "other_names", "former_names")

HOSTS = "_clue_hosts"  # host → the domain it stands for
TEXTS = "_clue_texts"  # a company's name as written → its full key


@dataclass(frozen=True)
class Clues:
    """SQL, over a row `r`, of the hosts and the names that a row of an entity carries, in their order."""

    hosts: tuple[str, ...]
    names: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.hosts or self.names)


def clues_of(columns: Collection[str]) -> Clues:
    """The clues in a table of these columns."""
    emails = [host_of_email(f"r.{quoted(name)}") for name in spelled(EMAILS, columns)]
    sites = [host_of_site(f"r.{quoted(name)}") for name in spelled(SITES, columns)]
    return Clues((*emails, *sites), tuple(written(f"r.{quoted(name)}") for name in spelled(NAMES, columns)))


def written(text: str) -> str:
    """SQL: a name as it is written; NULL where there is none."""
    return f"nullif(trim(CAST({text} AS VARCHAR)), '')"


def several(columns: Collection[str], wanted: Sequence[str]) -> Iterator[str]:
    """SQL of lists: what each of the wanted columns holds, taken apart at every semicolon."""
    for name in spelled(wanted, columns):
        yield f"string_split(CAST({quoted(name)} AS VARCHAR), ';')"


def spelled(wanted: Sequence[str], columns: Collection[str]) -> list[str]:
    """Of the wanted columns those that are there, as they are written there."""
    there = {column.lower(): column for column in columns}
    return [there[name] for name in wanted if name in there]


def make_room(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of what was read, empty."""
    con.execute(
        f"CREATE OR REPLACE TABLE {HOSTS} (host VARCHAR, domain VARCHAR);"
        f"CREATE OR REPLACE TABLE {TEXTS} (text VARCHAR, value VARCHAR)"
    )


def read_clues(con: duckdb.DuckDBPyConnection, clues: Clues, source: str, known: Collection[str]) -> None:
    """Read what the rows `r` of a FROM clause say and no row said before. `known` are domains of accounts."""
    for host in clues.hosts:
        _extend(con, (HOSTS, "host", "domain"), f"SELECT {host} AS clue {source}", lambda text: known_part(text, known))
    for name in clues.names:
        _extend(con, (TEXTS, "text", "value"), f"SELECT {name} AS clue {source}", lambda text: full_key(text) or None)


def _extend(
    con: duckdb.DuckDBPyConnection,
    target: tuple[str, str, str],
    clues: str,
    meaning: Callable[[str], str | None],
) -> None:
    """Add to a table what clues mean that are not in it."""
    table, text, value = target
    con.execute(
        f"CREATE OR REPLACE TABLE _new_clues AS SELECT DISTINCT clue FROM ({clues}) c "
        f"WHERE clue IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {table} k WHERE k.{text} = c.clue)"
    )
    for (texts,) in batches(con, "SELECT clue FROM _new_clues"):
        insert(con, table, (text, value), zip(texts, map(meaning, texts), strict=True))
    con.execute("DROP TABLE _new_clues")


def batches(con: duckdb.DuckDBPyConnection, select: str) -> Iterator[list[list[str]]]:
    """The columns of a SELECT piece by piece, over a cursor of its own, so that others may write meanwhile."""
    ((schema,),) = con.execute("SELECT current_schema()").fetchall()
    with con.cursor() as cursor:
        cursor.execute(f"SET schema = '{schema}'")
        for batch in pa.RecordBatchReader.from_stream(cursor.sql(select)):
            yield [column.to_pylist() for column in batch.columns]


def insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Put rows into these columns of a table."""
    if values := list(zip(*rows, strict=True)):
        con.register("_inserted", pa.table(dict(zip(columns, map(list, values), strict=True))))
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _inserted")
        con.unregister("_inserted")
