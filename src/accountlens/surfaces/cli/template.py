"""`accountlens template`: an empty CSV for records of one's own, or the list of what there are templates for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from accountlens.catalog.settings import FILE_NAME
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.surfaces.cli import messages

if TYPE_CHECKING:
    from accountlens.language.tables import Entity


def template(folder: Path, name: str | None, to: Path | None) -> None:
    """Print the template of an entity, or write it to a file that is not there yet."""
    from accountlens.sources.template import find_entity
    from accountlens.sources.template import template as text_of

    entities = _entities(folder)
    if name is None:
        messages.show(
            _list(entities), messages.hint("One as a file:", "accountlens template goals --to records/goals.csv")
        )
        return
    text = text_of(find_entity(name, entities))
    if to is None:
        messages.write(text)
        return
    if to.exists():
        raise AccountlensError("This file stands here already; nothing was written.", str(to), "Name another one.")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
    messages.tell(messages.note(f"wrote {to}"))
    if (folder / FILE_NAME).is_file():
        messages.tell(
            messages.hint(f"A source must read it, in {FILE_NAME}:", f"sources: {{records: {{path: {to.parent}}}}}")
        )


def _entities(folder: Path) -> Mapping[str, Entity]:
    """Those of the workspace where there is one, else the built-in ones."""
    from accountlens.catalog.entity_files import BUILT_IN, load_entities

    entities, problems = load_entities([BUILT_IN, folder / "entities"])
    if problems:
        raise ProblemsError(problems)
    return entities


def _list(entities: Mapping[str, Entity]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, entity in sorted(entities.items()):
        table.add_row(name, entity.about)
    return table
