"""Presets: mappings for tables whose shape is known, as data (`presets/<tool>/<system>/`).

`preset.yaml` says what it is for; each `<entity>.sql` maps one entity, reading tables as `source.<table>`, with a
header that names the columns it `needs` and those it `uses` where they are there. Written for a workspace, a mapping
reads the tables as they are: a column that is spelled otherwise is renamed, one that is missing is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import duckdb
from pydantic import Field

from accountlens.catalog.strict import Strict
from accountlens.catalog.yamlfile import read_yaml, read_yaml_file, validate
from accountlens.errors import AccountlensError, ProblemsError, suggest
from accountlens.sources.landed import Landed
from accountlens.sources.naming import OWN_COLUMNS, snake_case
from accountlens.sources.proposal.sqltext import quote

FOLDER = Path(__file__).with_name("presets")
CALLED = {  # the folder of a system → its name
    "ga4": "Google Analytics 4", "hubspot": "HubSpot", "linkedin_ads": "LinkedIn Ads", "marketo": "Marketo",
    "salesforce": "Salesforce", "stripe": "Stripe", "visits": "Matomo", "zendesk": "Zendesk",
}  # fmt: skip
HEADER = re.compile(r"\A/\*\n(.*?)\*/\n", re.DOTALL)
READ = re.compile(r"\bsource\.(\w+)\b")
KEEP = re.compile(r"^( *)-- keep: (\w+)\.(\S+) of (\w+)\n", re.MULTILINE)


class PresetFile(Strict):
    """`preset.yaml`."""

    about: str
    shape: str = Field(description="Which version of whose schema it was written for.")
    facts: list[str] = Field(min_length=1, description="Where its facts come from.")
    like: str | None = Field(None, description="Another preset whose mappings it takes.")
    must: list[str] = Field(default_factory=list, description="Entities without which it is of no use.")
    called: dict[str, list[str]] = Field(default_factory=dict, description="Other names of a table, the best first.")
    spelled: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="table → column → what it is called there."
    )
    notes: list[str] = Field(default_factory=list, description="What a person should know who uses it.")


class MappingHeader(Strict):
    """The header of a preset's mapping: table → columns."""

    about: str = ""
    needs: dict[str, list[str]] = Field(min_length=1)
    uses: dict[str, list[str]] = Field(default_factory=dict)
    one_of: list[str] = Field(default_factory=list, description="Tables of which one must be there.")
    or_empty: list[str] = Field(default_factory=list, description="Tables that count as empty where they are missing.")


@dataclass(frozen=True)
class EntityMapping:
    """One way to map an entity."""

    entity: str
    header: MappingHeader
    sql: str

    @property
    def tables(self) -> list[str]:
        return list(dict.fromkeys([*self.header.needs, *self.header.uses]))


@dataclass(frozen=True)
class Preset:
    """Everything a preset says."""

    name: str
    file: PresetFile
    mappings: tuple[EntityMapping, ...]

    def names_of(self, table: str) -> list[str]:
        return [*self.file.called.get(table, []), table]

    def plain(self, table: str, column: str) -> str:
        """The plain name under which a column is looked for."""
        return snake_case(self.file.spelled.get(table, {}).get(column, column))

    @property
    def tables(self) -> list[str]:
        """Every table it may read, under every name."""
        every = [table for mapping in self.mappings for table in mapping.tables]
        return list(dict.fromkeys(name for table in every for name in self.names_of(table)))


@dataclass(frozen=True)
class Made:
    """One entity as written for a workspace."""

    entity: str
    sql: str
    tables: tuple[str, ...]  # of the source
    rows: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class Fitted:
    """A preset on the tables that are there."""

    preset: Preset
    made: list[Made] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # entity → why
    currencies: Counter[str] = field(default_factory=Counter)

    @cached_property
    def tables(self) -> list[str]:
        """Those that are read, as the source calls them."""
        return sorted({table for made in self.made for table in made.tables})


def preset_names() -> list[str]:
    """`tool/system` of every preset."""
    return sorted(path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*/preset.yaml"))


@cache
def systems_with(entity: str) -> tuple[str, ...]:
    """The known systems whose tables bring an entity, as people call them."""
    found = {path.parent.name for path in FOLDER.glob("*/*/*.sql") if path.name.partition(".")[0] == entity}
    return tuple(sorted(CALLED[system] for system in found))


def load_preset(name: str) -> Preset:
    """A preset by its name; its mappings are its own, then those of the one it is like."""
    folder = FOLDER / name
    if name not in preset_names():
        near = suggest(name, preset_names()) or f"There are: {', '.join(preset_names())}."
        raise AccountlensError(f"There is no preset '{name}'.", "--preset", near)
    document, problems = read_yaml_file(folder / "preset.yaml", f"presets/{name}/preset.yaml")
    file, more = validate(document, PresetFile) if not problems else (None, [])
    if file is None or problems or more:
        raise ProblemsError([*problems, *more])
    own = [_mapping(path, f"presets/{name}/{path.name}") for path in sorted(folder.glob("*.sql"))]
    if file.like is None:
        return Preset(name, file, tuple(own))
    base = load_preset(file.like)
    entities = {mapping.entity for mapping in own}
    taken = [mapping for mapping in base.mappings if mapping.entity not in entities]
    merged = {
        "must": file.must or base.file.must,
        "called": {**base.file.called, **file.called},
        "spelled": {**base.file.spelled, **file.spelled},
    }
    return Preset(name, file.model_copy(update=merged), (*own, *taken))


def _mapping(path: Path, shown: str) -> EntityMapping:
    text = path.read_text(encoding="utf-8")
    found = HEADER.match(text)
    document, problems = read_yaml(found[1] if found else "", shown, first_line=2)
    header, more = validate(document, MappingHeader)
    if header is None or problems or more:
        raise ProblemsError([*problems, *more])
    return EntityMapping(path.name.partition(".")[0], header, text[found.end() if found else 0 :])


def fit(preset: Preset, con: duckdb.DuckDBPyConnection, source: str, landed: Sequence[Landed]) -> Fitted:
    """Write each entity for the tables that are there; run it once, so that it is sure to run."""
    there = {item.table: _columns(con, item) for item in landed}
    fitted = Fitted(preset)
    for entity in dict.fromkeys(mapping.entity for mapping in preset.mappings):
        lacking: list[str] = []
        for mapping in (one for one in preset.mappings if one.entity == entity):
            missing = _missing(preset, mapping, there)
            if missing:
                lacking.append(missing)
                continue
            fitted.made.append(_made(preset, mapping, con, source, there, fitted))
            break
        else:
            if entity in preset.file.must:
                what = f"The preset {preset.name} needs {' or '.join(lacking)} for {entity}, and it is not there."
                raise AccountlensError(what, "--preset", _there(there))
            fitted.left_out[entity] = f"needs {' or '.join(lacking)}"
    return fitted


def _columns(con: duckdb.DuckDBPyConnection, item: Landed) -> dict[str, str]:
    """Column by its plain name: `AccountId` under `account_id`."""
    rows = con.execute(f"DESCRIBE SELECT * FROM {quote(item.source)}.{quote(item.table)}").fetchall()
    return {snake_case(row[0]): row[0] for row in reversed(rows) if row[0] not in OWN_COLUMNS}


def _find(preset: Preset, table: str, there: Mapping[str, object]) -> str | None:
    return next((name for name in preset.names_of(table) if name in there), None)


def _missing(preset: Preset, mapping: EntityMapping, there: Mapping[str, Mapping[str, str]]) -> str:
    """The first table or column that a mapping needs and does not find."""
    for table, columns in mapping.header.needs.items():
        name = _find(preset, table, there)
        if name is None:
            if table in mapping.header.or_empty:
                continue
            return f"the table {' or '.join(preset.names_of(table))}"
        looked_for = [preset.plain(table, column) for column in columns]
        gone = [column for column in looked_for if column not in there[name]]
        if gone:
            return f"the column{'s'[: len(gone) > 1]} {', '.join(f'{name}.{column}' for column in gone)}"
    if mapping.header.one_of and not any(_find(preset, table, there) for table in mapping.header.one_of):
        return f"the table {' or '.join(mapping.header.one_of)}"
    return ""


def _there(there: Mapping[str, object]) -> str:
    return f"There are the tables: {', '.join(sorted(there)) or 'none'}."


def _made(
    preset: Preset,
    mapping: EntityMapping,
    con: duckdb.DuckDBPyConnection,
    source: str,
    there: Mapping[str, Mapping[str, str]],
    fitted: Fitted,
) -> Made:
    notes: list[str] = []
    relations = {table: _relation(preset, mapping, table, source, there, notes) for table in mapping.tables}
    sql = KEEP.sub(lambda found: _kept(found, preset, mapping, there), mapping.sql)
    sql = READ.sub(lambda found: relations[found[1]], sql)
    head = [f"-- {mapping.header.about}", f"-- From the preset {preset.name}. Read it, correct it; it is yours."]
    head += [f"-- {note}" for note in notes]
    text = "\n".join(head) + "\n" + sql.strip() + "\n"
    tables = tuple(name for table in mapping.tables if (name := _find(preset, table, there)))
    try:
        columns = [row[0] for row in con.execute(f"DESCRIBE {text}").fetchall()]
        (rows,) = con.execute(f"SELECT count(*) FROM ({text})").fetchone() or (0,)
        if "currency" in columns:
            found = con.execute(
                f"SELECT currency, count(*) FROM ({text}) WHERE currency IS NOT NULL GROUP BY 1"
            ).fetchall()
            fitted.currencies.update({code: count for code, count in found if re.fullmatch("[A-Z]{3}", code)})
    except duckdb.Error as error:
        what = f"The mapping of {mapping.entity} does not fit your tables: {str(error).partition(chr(10))[0]}."
        raise AccountlensError(what, f"preset {preset.name}") from error
    return Made(mapping.entity, text, tables, rows, tuple(notes))


def _relation(
    preset: Preset,
    mapping: EntityMapping,
    table: str,
    source: str,
    there: Mapping[str, Mapping[str, str]],
    notes: list[str],
) -> str:
    """A table as the mapping reads it: itself, or a SELECT that makes up for what is spelled otherwise or missing."""
    wanted = [*mapping.header.needs.get(table, []), *mapping.header.uses.get(table, [])]
    name = _find(preset, table, there)
    if name is None:
        notes.append(f"There is no table {table}: it counts as empty.")
        return f"(SELECT {', '.join(_unknown(column) for column in wanted)} WHERE false)"
    columns = there[name]
    found = {column: columns.get(preset.plain(table, column)) for column in wanted}
    gone = [column for column, actual in found.items() if actual is None]
    if gone:
        notes.append(f"Not in {name}, so unknown here: {', '.join(gone)}.")
    other = {column: actual for column, actual in found.items() if actual and actual.lower() != column.lower()}
    added = [f"{quote(actual)} AS {quote(column)}" for column, actual in other.items()] + [*map(_unknown, gone)]
    relation = f"{quote(source)}.{quote(name)}"
    return f"(SELECT *, {', '.join(added)} FROM {relation})" if added else relation


def _unknown(column: str) -> str:
    """Of no type, so that it goes with any."""
    return f"NULL AS {quote(column)}"


def _kept(found: re.Match[str], preset: Preset, mapping: EntityMapping, there: Mapping[str, Mapping[str, str]]) -> str:
    """A company's own columns, one a line: those of a table whose plain name fits a pattern."""
    indent, alias, pattern, table = found.groups()
    name = _find(preset, table, there)
    wanted = {*mapping.header.needs.get(table, []), *mapping.header.uses.get(table, [])}
    fits = re.compile(pattern.replace("*", r"\w+"))
    own = [
        column
        for plain, column in sorted(there.get(name or "", {}).items())
        if fits.fullmatch(plain) and plain not in {snake_case(one) for one in wanted}
    ]
    return "".join(f"{indent}{alias}.{quote(column)},\n" for column in own)
