"""Ten models of attribution over a million touches: nine as the fact `touch_credits`, Markov chains as they are fitted.

`shares`, `chains` or `both`. Journeys are made in DuckDB: 1 to 60 touches of 8 channels, three of four won in the end.
"""

from __future__ import annotations

import sys
from datetime import datetime

import duckdb
import pyarrow as pa
from benchmarks.contender import serve

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.models.facts import journeys

AS_OF, ZONE = datetime(2026, 10, 1), "UTC"
TOUCHES_OF_JOURNEY = 30.5  # on average
JOURNEYS = """
CREATE TABLE deals AS
SELECT 'O' || o AS opportunity_id, 'A' || o % 5000 AS account_id, 1000.0 + hash(o) % 90000 AS amount,
    CASE WHEN hash(o, 1) % 4 = 0 THEN 'lost' ELSE 'won' END AS status,
    TIMESTAMP '2025-01-01' + to_hours(CAST(hash(o, 2) % 12000 AS INT)) AS created_at,
    created_at + to_hours(CAST(100 + hash(o, 3) % 3000 AS INT)) AS closed_at,
    CAST(1 + hash(o, 4) % 60 AS INT) AS wanted
FROM range({journeys}) t(o);
CREATE TABLE journeys AS
SELECT d.*, opportunity_id || '-' || step AS activity_id, 'E1' AS owner_id, 'P1' AS product_id, 'new' AS type,
    closed_at - to_minutes(CAST((wanted - step) * 700 + hash(opportunity_id, step) % 600 AS INT)) AS occurred_at,
    'C' || hash(opportunity_id, step, 1) % 20000 AS contact_id, 'mail' AS kind, 'M1' AS campaign_id,
    'webinar,email,search,social,event,direct,referral,display' AS named,
    split_part(named, ',', CAST(hash(opportunity_id, step, 2) % 8 AS INT) + 1) AS channel,
    'program' AS program, step AS position, wanted AS touches
FROM deals d, LATERAL (SELECT unnest(range(1, wanted + 1)) AS step)
ORDER BY opportunity_id, step;
CREATE TABLE leads AS
SELECT account_id, min(created_at) AS created_at, NULL AS contact_id FROM deals GROUP BY account_id;
CREATE TABLE contacts (contact_id VARCHAR, is_internal BOOLEAN);
"""
SHARES = "first last last_other linear u_shaped w_shaped full_path time_decay shapley".split()


def main(touches: str, what: str) -> None:
    con = duckdb.connect()
    con.execute(JOURNEYS.format(journeys=round(int(touches) * 4 / 3 / TOUCHES_OF_JOURNEY)))
    sql = load_catalog(Settings()).sql_of("touch_credits", {}, AS_OF, ZONE)
    rows = con.sql("SELECT opportunity_id, position, status, channel FROM journeys").to_arrow_table()

    def shares() -> list[pa.Table]:
        con.execute(f"CREATE OR REPLACE TABLE credits AS {sql}")
        sums = ", ".join(f"sum({name}_share * amount) AS {name}" for name in SHARES)
        return [con.sql(f"SELECT channel, {sums} FROM credits GROUP BY channel").to_arrow_table()]

    def chains() -> list[pa.Table]:
        return [journeys.fit(rows, {}, AS_OF).rows]

    ways = {"shares": shares, "chains": chains, "both": lambda: [*shares(), *chains()]}
    serve(ways[what], ("duckdb", "numpy"))


if __name__ == "__main__":
    main(*sys.argv[1:])
