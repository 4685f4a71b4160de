"""One company twice: as files that DuckDB reads, and as tables of a warehouse in which the large ones stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accountlens.certify.differing import Compared, compare_answers
from accountlens.demo import generate
from accountlens.errors import AccountlensError
from accountlens.refresh import RefreshReport
from accountlens.warehouses.engine import Connection, Engine
from accountlens.workspace import Workspace

NOW = datetime(2026, 9, 30, 22)  # midnight in Berlin, the end of the generated data
FIGURES = "figures: {months: 2, quarters: 0, years: 0, also: [], by: [tier]}\n"
VISITS = 12_000  # of few accounts, so that what is made of them is far less
# Rows that a warehouse and files have to take alike: (id, days ago, kind, account, contact, e-mail)
ODD = (
    ("odd1", 10, "Page View", "A00001", None, None),  # a word of the vocabulary, spelled otherwise
    ("odd2", 11, " call ", " A00002 ", None, None),  # blanks around
    ("odd3", 12, "handshake", "A00002", None, None),  # no word of it
    ("odd4", None, "call", "A00003", None, None),  # quarantined: no time
    (None, 13, "call", "A00003", None, None),  # quarantined: no id
    ("odd5", 14, "call", "no such account", None, None),  # of nobody
    ("odd6", 15, "meeting", None, None, "somebody@{domain}"),  # its domain tells whose
    ("odd7", 16, "meeting", None, None, "somebody@nowhere.example"),
    ("odd8", 17, "chat", None, "{contact}", None),  # its contact does
    ("odd9", 18, "chat", None, None, "{mail}"),  # its contact's address does
    ("odd10", 19, "call", "A00004", None, None),
    ("odd10", 19, "call", "A00004", None, None),  # the same once more
)


LATE, GONE = "odd7", 75  # the id of a row that comes late, and how many days ago one happened that goes


@dataclass(frozen=True)
class Twins:
    here: Workspace
    there: Workspace
    last: RefreshReport | None = None  # of the one that is there


def tables(folder: Path, visits: int = VISITS) -> dict[str, pa.Table]:
    """A generated company of twenty accounts, with odd rows and many visits more."""
    generate(folder, accounts=20, months=6, file_format="parquet")
    found = {path.stem: pq.read_table(path) for path in sorted((folder / "data").glob("*.parquet"))}
    rows = found["activities"]
    contact = next(row for row in found["contacts"].to_pylist() if row["email"] and row["account_id"])
    champion = next(row for row in found["contacts"].to_pylist() if row["buying_role"] == "champion")
    (domain,) = [row["domain"] for row in found["accounts"].to_pylist() if row["account_id"] == "A00005"]
    told = {"contact": contact["contact_id"], "mail": contact["email"].upper(), "domain": domain}
    odd = [[value.format(**told) if isinstance(value, str) else value for value in row] for row in ODD]
    found["activities"] = pa.concat_tables(
        [rows, _activities(rows.schema, odd), _bounced(rows.schema, champion), _visits(rows.schema, visits)],
        promote_options="default",
    )
    return found


def day_before(found: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """What there was a day before the end: without what happened since, without a row that came late; with another."""
    rows = found["activities"]
    old = pc.less(rows["occurred_at"], pa.scalar(NOW - timedelta(days=1), rows["occurred_at"].type))
    there = pc.and_(pc.fill_null(old, True), pc.fill_null(pc.not_equal(rows["activity_id"], LATE), True))
    gone = [["gone", GONE, "meeting", "A00001", None, None]]
    return {
        **found,
        "activities": pa.concat_tables([rows.filter(there), _activities(rows.schema, gone)], promote_options="default"),
    }


def _activities(schema: pa.Schema, odd: list[list[object]]) -> pa.Table:
    ids, days, kinds, accounts, contacts, mails = map(list, zip(*odd, strict=True))
    times = [None if back is None else NOW - timedelta(days=float(str(back))) for back in days]
    return pa.table(
        {
            "activity_id": pa.array(ids, pa.string()),
            "occurred_at": pa.array(times, schema.field("occurred_at").type),
            "kind": pa.array(kinds, pa.string()),
            "account_id": pa.array(accounts, pa.string()),
            "contact_id": pa.array(contacts, pa.string()),
            "email": pa.array(mails, pa.string()),
        }
    )


def _bounced(schema: pa.Schema, to: Mapping[str, str]) -> pa.Table:
    """A mail that came back for good."""
    return pa.table(
        {
            "activity_id": ["mail to him", "mail that came back"],
            "occurred_at": pa.array(
                [NOW - timedelta(days=days) for days in (61, 60)], schema.field("occurred_at").type
            ),
            "kind": ["email_sent", "email_bounced"],
            "status": [None, "hard"],
            "message_id": ["mail to him"] * 2,
            "contact_id": [to["contact_id"]] * 2,
            "account_id": [to["account_id"]] * 2,
        }
    )


def _visits(schema: pa.Schema, count: int) -> pa.Table:
    times = [NOW - timedelta(minutes=7 * place) for place in range(count)]
    return pa.table(
        {
            "activity_id": [f"visit{place}" for place in range(count)],
            "occurred_at": pa.array(times, schema.field("occurred_at").type),
            "kind": ["page_view"] * count,
            "account_id": [f"A{place % 9 + 1:05}" for place in range(count)],
        }
    )


def files(folder: Path, found: Mapping[str, pa.Table], figures: str = FIGURES) -> Workspace:
    """The company as files, which a refresh reads."""
    write(folder, found)
    (folder / "accountlens.yaml").write_text(f"{HOUSE}{figures}sources: {{files: {{path: data}}}}\n", encoding="utf-8")
    return Workspace(folder)


def write(folder: Path, found: Mapping[str, pa.Table]) -> None:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, rows in found.items():
        pq.write_table(rows, data / f"{name}.parquet")


def warehouse(folder: Path, url: str, raw: str, figures: str = FIGURES) -> Workspace:
    """A workspace whose tables all lie in a schema of a warehouse."""
    folder.mkdir(parents=True)
    settings = f"{HOUSE}{figures}warehouse: {{url: '{url}', raw: {raw}}}\n"
    (folder / "accountlens.yaml").write_text(settings, encoding="utf-8")
    return Workspace(folder)


HOUSE = "name: Twice\ncurrency: EUR\ntime_zone: Europe/Berlin\ngross_margin: 0.78\n"


def fill(engine: Engine, connection: Connection, raw: str, found: Mapping[str, pa.Table]) -> None:
    """The raw tables in a schema; times of activities know their zone, as warehouses keep them."""
    connection.run(engine.make_schema.format(engine.named(raw)))
    for name, rows in found.items():
        if name == "activities":
            place = rows.schema.get_field_index("occurred_at")
            zoned = rows["occurred_at"].cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
            rows = rows.set_column(place, "occurred_at", zoned)
        connection.load(raw, name, rows)


def differing(twins: Twins, by: str, period: str, names: Sequence[str] = ()) -> list[str]:
    """What the two answer otherwise, KPI by KPI; a KPI that does not split so is asked as a whole."""
    found = (_compared(twins, name, by, period) for name in names or twins.here.catalog.kpis)
    return [f"{one.name}: {one.fault or one.shown}" for one in found if not one.same]


def _compared(twins: Twins, name: str, by: str, period: str) -> Compared:
    try:
        mine = twins.here.ask(name, by=by, period=period, grain="month")
    except AccountlensError:
        mine, by = twins.here.ask(name, period=period, grain="month"), ""
    return compare_answers(name, mine.rows(), twins.there.ask(name, by=by or (), period=period, grain="month").rows())
