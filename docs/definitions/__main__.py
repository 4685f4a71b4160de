"""Writes docs/kpis anew: `python -m docs.definitions`; in a second with --keep-examples, but those as they are."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docs.definitions.lists import chooser, overview
from docs.definitions.page import BEGIN, END, page
from docs.definitions.worked import worked
from docs.readme_example import plain_surroundings, said

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.workspace import Workspace

FOLDER = Path(__file__).resolve().parent.parent / "kpis"
LISTS = {"README.md": overview, "choose.md": chooser}


def pages(catalog: Catalog, examples: dict[str, str]) -> dict[str, str]:
    """Every file of docs/kpis with its text."""
    lists = {file: write(catalog) for file, write in LISTS.items()}
    return lists | {f"{one.name}.md": page(one, catalog, examples.get(one.name, "")) for one in catalog.kpis.values()}


def kept_examples() -> dict[str, str]:
    """The worked examples as the pages show them now."""
    return {path.stem: example_of(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.md")}


def example_of(text: str) -> str:
    return text.partition(BEGIN)[2].partition(END)[0]


@contextlib.contextmanager
def sample_company() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home), plain_surroundings():
        said("demo demo")
        yield Workspace(Path("demo"))


def new_examples(workspace: Workspace) -> dict[str, str]:
    return {name: worked(name, workspace) for name in workspace.catalog.kpis}


def main() -> None:
    catalog = load_catalog(Settings())
    if "--keep-examples" in sys.argv[1:]:
        examples = kept_examples()
    else:
        with sample_company() as workspace:
            examples = new_examples(workspace)
    FOLDER.mkdir(exist_ok=True)
    wanted = pages(catalog, examples)
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for file, text in wanted.items():
        (FOLDER / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
