"""Proposes a workspace for a folder of files: which table is which entity, how, why, and what is unsure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

from accountlens.catalog.settings import FILE_NAME, SourceSettings
from accountlens.errors import AccountlensError
from accountlens.language.tables import Entity
from accountlens.sources.files import FilesSettings, find_files, land
from accountlens.sources.kept import FOLDER
from accountlens.sources.landed import Landed
from accountlens.sources.naming import snake_case
from accountlens.sources.origin import Origin, files_origin, keep_secrets
from accountlens.sources.proposal.choose import choose
from accountlens.sources.proposal.contradict import contradictions
from accountlens.sources.proposal.detect import symbol_currency
from accountlens.sources.proposal.estimate import with_estimates
from accountlens.sources.proposal.hidden import hidden_drafts
from accountlens.sources.proposal.knowledge import knowledge
from accountlens.sources.proposal.links import find_links
from accountlens.sources.proposal.model import NO_CURRENCY, Draft, EntityProposal, Line, Proposal, Unrecognised
from accountlens.sources.proposal.own import definition, own_drafts
from accountlens.sources.proposal.profile import TableProfile, profile
from accountlens.sources.proposal.relate import related
from accountlens.sources.proposal.render import column_map, mapping_sql
from accountlens.sources.registry import fetch_source, land_source, read_sources

__all__ = ["EntityProposal", "Line", "Proposal", "Unrecognised", "propose", "write_proposal"]

SOURCE = "files"


def propose(given: Path | Origin, entities: Mapping[str, Entity], currency: str | None = None) -> Proposal:
    """Look at every table of a folder, file or database and propose a mapping for each entity that is recognised."""
    origin = given if isinstance(given, Origin) else files_origin(given)
    with looking(origin) as (con, landed, unreadable):
        return _propose(con, origin, landed, unreadable, entities, currency)


@contextmanager
def looking(
    origin: Origin, workspace: Path | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Landed], list[Unrecognised]]]:
    """Everything of an origin landed in a database on disk that goes with it; an API's, kept by the workspace."""
    with TemporaryDirectory(prefix="accountlens-") as scratch, duckdb.connect(f"{scratch}/look.duckdb") as con:
        con.execute("SET TimeZone = 'UTC'")
        if origin.keys["type"] == "files":
            yield con, *_land_files(con, Path(origin.keys["path"]))
        else:
            keep_secrets(origin.secrets, Path(scratch))
            named = {origin.name: SourceSettings.model_validate(dict(origin.keys))}
            source = read_sources(Path(scratch), named)[origin.name]
            if origin.preset and workspace:
                place = workspace / "store" / FOLDER
                fetch_source(origin.name, source, workspace, place)
                yield con, land_source(con, origin.name, source, workspace, kept_in=place), []
            else:
                yield con, land_source(con, origin.name, source, Path(scratch)), []


def _propose(
    con: duckdb.DuckDBPyConnection,
    origin: Origin,
    landed: Sequence[Landed],
    unreadable: Sequence[Unrecognised],
    entities: Mapping[str, Entity],
    currency: str | None,
) -> Proposal:
    tables = profile(con, landed, entities)
    links = find_links(con, tables)
    choice = choose(tables, entities, links)
    drafts = _each(choice.drafts, lambda draft: related(draft, choice.drafts, links))
    checked = dict(drafts)
    drafts = _each(drafts, lambda draft: with_estimates(con, draft, checked, links))
    own = list(own_drafts(tables, entities, choice, links))
    for draft in list(hidden_drafts(drafts, entities)):
        drafts[draft.entity.name] = (*drafts.get(draft.entity.name, ()), draft)
    kept = {draft.table.name for draft in own}
    chosen, why = (currency, "as asked") if currency else _currency(tables, drafts)
    return Proposal(
        path=origin.shown,
        source=origin.name,
        keys={**origin.keys, **_tables_of(origin, landed, drafts)},
        currency=chosen,
        currency_why=why,
        entities=(
            *(_entity(name, drafts[name]) for name in entities if name in drafts),
            *(_entity(draft.entity.name, [draft]) for draft in own),
        ),
        contradictions=tuple(dict.fromkeys(contradictions(con, drafts, links))),
        unrecognised=(*(item for item in choice.others if item.table not in kept), *unreadable),
        notes=tuple(note for table in tables for note in table.notes),
        name=_name(origin),
    )


def _tables_of(origin: Origin, landed: Sequence[Landed], drafts: Mapping[str, Sequence[Draft]]) -> dict[str, list[str]]:
    """Of a database only the tables that are of use are read again at a refresh."""
    if origin.keys["type"] in ("files", "web"):
        return {}
    every = [draft for group in drafts.values() for draft in group]
    texts = [draft.table.relation for draft in every]
    texts += [join.relation for draft in every for join in draft.joins] + [
        text for draft in every for text in draft.more
    ]
    used = " ".join(text.replace('"', "") for text in texts)
    return {"tables": [item.file for item in landed if re.search(rf"\b{item.source}\.{item.table}\b", used)]}


def _each(drafts: Mapping[str, Sequence[Draft]], change: Callable[[Draft], Draft]) -> dict[str, tuple[Draft, ...]]:
    return {name: tuple(change(draft) for draft in group) for name, group in drafts.items()}


def _land_files(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[Landed], list[Unrecognised]]:
    """All files at once; where one can't be read, each by itself, so that the others still are."""
    source = FilesSettings.model_validate({"path": str(path.resolve())})
    try:
        return land(con, SOURCE, source, path), []
    except AccountlensError:
        files, _ = find_files(SOURCE, str(path), Path.cwd())
    landed, unreadable = list[Landed](), list[Unrecognised]()
    for file in files:
        try:
            source = FilesSettings.model_validate({"path": str(file.resolve())})
            landed += land(con, SOURCE, source, path)
        except AccountlensError as error:
            unreadable.append(Unrecognised(file.name, f"can't be read: {error.what}"))
    if not landed:
        raise AccountlensError(
            "None of the files can be read.", str(path), " ".join(f"{item.table}: {item.why}" for item in unreadable)
        )
    return landed, unreadable


def _entity(name: str, drafts: Sequence[Draft]) -> EntityProposal:
    if drafts[0].own:
        entry, text = column_map(drafts[0]), definition(drafts[0].entity)
        return EntityProposal(name, tuple(drafts), map=entry, definition=text)
    if all(draft.canonical for draft in drafts):
        return EntityProposal(name, tuple(drafts))
    if len(drafts) == 1 and drafts[0].renames_only and len(drafts[0].table.landed) == 1:
        entry = column_map(drafts[0])
        if len(entry) == 1 and drafts[0].table.name == name:
            return EntityProposal(name, tuple(drafts))
        return EntityProposal(name, tuple(drafts), map=entry)
    return EntityProposal(name, tuple(drafts), sql=mapping_sql(drafts))


def _currency(tables: Sequence[TableProfile], drafts: Mapping[str, Sequence[Draft]]) -> tuple[str, str]:
    """Section 13 of the definition sheet: the one of the rates, else the most frequent, else USD."""
    targets = {
        text
        for draft in drafts.get("fx_rates", ())
        if (pick := draft.picks.get("to_currency")) and pick.column
        for text, _ in draft.table.columns[pick.column].values
    }
    if len(targets) == 1:
        return targets.pop(), "the one currency of the exchange rates"
    counted: Counter[str] = Counter()
    for draft in (draft for name, group in drafts.items() if name != "fx_rates" for draft in group):
        pick = draft.picks.get("currency")
        if pick and pick.column:
            counted.update({text: count for text, count in draft.table.columns[pick.column].values if len(text) == 3})
    if counted:
        code, count = counted.most_common(1)[0]
        return code, f"the most frequent: {count:,} of {counted.total():,} rows that name one"
    return _signs(tables)


def _signs(tables: Sequence[TableProfile]) -> tuple[str, str]:
    """By signs in the values, or by the name of a column: `refund_amount_usd`."""
    signs: Counter[str] = Counter()
    for table in tables:
        for column in table.columns.values():
            if column.is_a("money", 0.9) and not column.is_a("number", 0.9):
                signs.update(symbol_currency(column.values))
    if signs:
        return signs.most_common(1)[0][0], "by the signs in the values"
    for table in tables:
        for name, column in table.columns.items():
            word = snake_case(name).split("_")[-1].upper()
            if word in knowledge().currencies and (column.is_a("number") or column.is_a("money")):
                return word, f"by the name of {table.name}.{name}"
    return "USD", NO_CURRENCY


def _name(origin: Origin) -> str:
    path = Path(origin.keys.get("path", origin.name))
    stem = path.resolve().stem if path.is_file() else path.name
    return stem.replace("_", " ").replace("-", " ").strip().capitalize() or "My company"


def write_proposal(proposal: Proposal, workspace: Path) -> list[Path]:
    """Write `accountlens.yaml` and `entities/*.sql`. Nothing that stands there is overwritten."""
    return write_files(dict(_files(proposal, workspace)), workspace)


def refuse_standing(files: Iterable[Path], workspace: Path) -> None:
    """`AccountlensError` where any of the files stands there already."""
    there = [path for path in files if path.exists()]
    if there:
        names = ", ".join(path.relative_to(workspace).as_posix() for path in there)
        raise AccountlensError(
            f"{names} {'stands' if len(there) == 1 else 'stand'} here already; nothing was written.",
            str(workspace),
            "Choose a new folder, or move what stands here.",
        )


def write_files(files: Mapping[Path, str], workspace: Path) -> list[Path]:
    """Write them all, or none where one stands already."""
    refuse_standing(files, workspace)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _files(proposal: Proposal, workspace: Path) -> Iterator[tuple[Path, str]]:
    yield workspace / FILE_NAME, _settings(proposal, workspace)
    for item in proposal.entities:
        if item.sql is not None:
            yield workspace / "entities" / f"{item.entity}.sql", item.sql
        if item.definition is not None:
            yield workspace / "entities" / f"{item.entity}.yaml", item.definition


def _settings(proposal: Proposal, workspace: Path) -> str:
    maps = {item.entity: item.map for item in proposal.entities if item.map is not None}
    head = {"name": proposal.name, "currency": proposal.currency}
    keys = Origin(proposal.path, proposal.source, proposal.keys).settings(workspace)
    text = "# Proposed by 'accountlens init'. Mappings that do more than rename stand in entities/.\n" + _yaml(head)
    text = text.replace(f"currency: {proposal.currency}", f"currency: {proposal.currency}  # {proposal.currency_why}")
    text += "\n" + _yaml({"sources": {proposal.source: keys}})
    return text + ("\n" + _yaml({"entities": maps}) if maps else "")


def _yaml(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False)
