"""The pages of the site in one folder: those of docs/ as they are, those that are generated, and what leads to them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from docs.site import api, cli, tables

LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)")
GUIDES = {  # in the order in which somebody comes to need them; pages of no group follow
    "Your data": "sources matching warehouses/README scale".split(),
    "What to look at": "application goals targets leading".split(),
    "Week by week": "alerts reviews delivery".split(),
    "With others, and other programs": "people push assistants api".split(),
}
EXPLAINED = "idea tenets design benchmarks contributing decisions".split()
ALONE = ("tutorial", "operations")
LEFT_OUT = ("site", "definitions")  # what makes pages
BESIDE = {"CHANGELOG.md": "changes.md", "TENETS.md": "tenets.md", "CONTRIBUTING.md": "contributing.md"}
HOME = {"README.md": "index.md"}


def gather(checkout: Path, to: Path) -> None:
    """Write every page below `to`."""
    docs = checkout / "docs"
    for page in sorted(docs.rglob("*.md")):
        if page.relative_to(docs).parts[0] not in LEFT_OUT:
            _write(to / page.relative_to(docs), _led(page, checkout, to))
    for name, page in BESIDE.items():
        _write(to / page, _led(checkout / name, checkout, to))
    _write(to / "index.md", _led(docs / "site/index.md", checkout, to, to))
    made = {"reference/cli": cli.page(), "reference/api": api.page(), **tables.pages(docs / "schema")}
    for name, text in made.items():
        _write(to / f"{name}.md", text)
    _write(to / "guides.md", _guides({page.stem for page in docs.glob("*.md")}))
    _write(to / "reference.md", _contents("Reference", "All there is, made from the program itself.", made))
    decisions = sorted(f"decisions/{page.stem}" for page in (docs / "decisions").glob("*.md"))
    _write(to / "decisions.md", _contents("Decisions", "What was decided, why, and what was left.", decisions))
    _write(to / "explained.md", _contents("Explained", "Why it is so, and how it is built.", EXPLAINED))
    engines = sorted(page.stem for page in (docs / "warehouses").glob("*.md") if page.stem != "README")
    with (to / "warehouses/README.md").open("a", encoding="utf-8") as file:
        file.write(_tree(engines, hidden=True))
    kpis = sorted(page.stem for page in (docs / "kpis").glob("*.md") if page.stem != "README")
    with (to / "kpis/README.md").open("a", encoding="utf-8") as file:
        file.write(_tree(["choose", *(name for name in kpis if name != "choose")], hidden=True))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _guides(there: set[str]) -> str:
    grouped = {page for group in GUIDES.values() for page in group}
    others = sorted(there - {*grouped, *EXPLAINED, *ALONE})
    groups = {**GUIDES, **({"More": others} if others else {})}
    return "# How-to guides\n\nOne task each.\n" + "".join(
        f"\n## {title}\n{_tree(pages)}" for title, pages in groups.items()
    )


def _contents(title: str, about: str, pages: Iterable[str]) -> str:
    return f"# {title}\n\n{about}\n{_tree(pages)}"


def _tree(pages: Iterable[str], *, hidden: bool = False) -> str:
    lines = "\n".join(pages)
    return f"\n```{{toctree}}\n:maxdepth: 1\n{':hidden:' if hidden else ''}\n\n{lines}\n```\n"


def _led(page: Path, checkout: Path, to: Path, here: Path | None = None) -> str:
    """The text of a page with its links led to where their targets are in the site; files they name come along."""
    docs = checkout / "docs"
    here = here or (to / BESIDE[page.name] if page.parent == checkout else to / page.relative_to(docs)).parent

    def lead(found: re.Match[str]) -> str:
        target = (page.parent / found[1]).resolve()
        if not target.exists():
            return found[1]  # Sphinx tells that it leads nowhere
        known = HOME | BESIDE
        if target.parent == checkout and target.name in known:
            place = to / known[target.name]
        elif target.is_dir():
            place = to / "reference.md" if target.name == "schema" else to / "index.md"
        elif target.suffix == ".md" and target.is_relative_to(docs):
            place = to / target.relative_to(docs)
        else:
            place = to / "files" / target.relative_to(checkout)
            place = place.with_suffix(".txt") if target.suffix == ".md" else place  # a file to read, no page
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(target, place)
        return os.path.relpath(place, here)

    return LINK.sub(lead, page.read_text(encoding="utf-8"))
