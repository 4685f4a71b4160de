"""A workspace made with a preset: the tables that are there, mapped as the preset knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from accountlens.catalog.settings import FILE_NAME
from accountlens.errors import AccountlensError
from accountlens.language.numbers import count
from accountlens.sources.landed import Landed
from accountlens.sources.origin import Origin
from accountlens.sources.preset import Fitted, Preset, fit, load_preset
from accountlens.sources.proposal.model import NO_CURRENCY, Line
from accountlens.sources.propose import looking, refuse_standing, write_files


@dataclass(frozen=True)
class Adopted:
    """A preset fitted to a source. `lines()` tells it; `write_adopted` makes it a workspace."""

    origin: Origin
    fitted: Fitted
    landed: Sequence[Landed]
    currency: str
    currency_why: str

    def lines(self) -> Iterator[Line]:
        preset = self.fitted.preset
        yield Line("heading", f"{preset.name}: {preset.file.about}")
        yield Line("note", f"Written for {preset.file.shape}.", 1)
        guessed = self.currency_why == NO_CURRENCY
        yield Line("unsure" if guessed else "note", f"Currency: {self.currency} ({self.currency_why})", 1)
        for note in preset.file.notes:
            yield Line("note", note, 1)
        for made in self.fitted.made:
            yield Line("heading", f"{made.entity} from {', '.join(made.tables)}: {count(made.rows, 'row')}")
            for note in made.notes:
                yield Line("unknown", note, 1)
        if self.fitted.left_out:
            yield Line("heading", "Left out")
            for entity, why in self.fitted.left_out.items():
                yield Line("unknown", f"{entity}: {why}", 1)


def adopt(origin: Origin, name: str, currency: str | None, workspace: Path | None = None) -> Adopted:
    """Fit a preset to what a source holds; `AccountlensError` names the preset, table and column that are missing.

    What is fetched of an API is kept in the workspace to be, where its first refresh finds it.
    """
    preset = load_preset(name)
    if workspace:  # before anything is fetched
        refuse_standing([workspace / FILE_NAME], workspace)
    with looking(_narrowed(origin, preset), workspace) as (con, landed, unreadable):
        if unreadable:
            raise AccountlensError(f"{unreadable[0].table} {unreadable[0].why}", origin.shown)
        fitted = fit(preset, con, origin.name, landed)
    chosen, why = (currency, "as asked") if currency else ("USD", NO_CURRENCY)
    if not currency and fitted.currencies:
        chosen, count = fitted.currencies.most_common(1)[0]
        why = f"the most frequent: {count:,} of {fitted.currencies.total():,} rows that name one"
    return Adopted(origin, fitted, landed, chosen, why)


def _narrowed(origin: Origin, preset: Preset) -> Origin:
    """Of a database only what the preset may read; an API's own preset reads what it gives."""
    if origin.keys["type"] == "files" or origin.preset == preset.name:
        return origin
    if origin.keys["type"] == "web":
        raise AccountlensError("A preset needs a folder or a database.", "--preset")
    wanted = {"tables": [{"name": table, "optional": True} for table in preset.tables]}
    return replace(origin, keys={**origin.keys, **wanted})


def write_adopted(adopted: Adopted, workspace: Path) -> list[Path]:
    """Write `accountlens.yaml` and `entities/*.sql`. Nothing that stands there is overwritten."""
    made = {workspace / "entities" / f"{made.entity}.sql": made.sql for made in adopted.fitted.made}
    return write_files({workspace / FILE_NAME: _settings(adopted, workspace), **made}, workspace)


def _settings(adopted: Adopted, workspace: Path) -> str:
    origin, used = adopted.origin, set(adopted.fitted.tables)
    keys = origin.settings(workspace)
    if origin.keys["type"] != "files" and origin.preset is None:
        keys["tables"] = [item.file for item in adopted.landed if item.table in used]
    name = workspace.resolve().name.replace("_", " ").replace("-", " ").capitalize() or "My company"
    text = f"# Made by 'accountlens init' with the preset {adopted.fitted.preset.name}; mappings stand in entities/.\n"
    text += _yaml({"name": name, "currency": adopted.currency})
    text = text.replace(f"currency: {adopted.currency}", f"currency: {adopted.currency}  # {adopted.currency_why}")
    return text + "\n" + _yaml({"sources": {origin.name: keys}})


def _yaml(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False)
