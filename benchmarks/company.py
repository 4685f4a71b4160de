"""The generated company that is measured: made once for each size, kept under `build/`. It has a KPI of its own."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from accountlens import Workspace
from accountlens.demo import generate

ENDS = datetime(2026, 10, 1)
FIGURES = "\nfigures: {months: 24, quarters: 0, years: 0, also: []}\n"
OWN_KPIS = Path(__file__).parent / "kpis"


def make(folder: Path, activities: int, accounts: int) -> None:
    """Write the files, where they are not there yet."""
    if not (folder / "accountlens.yaml").exists():
        generate(folder, activities=activities, accounts=accounts, file_format="parquet")
    if not (folder / "kpis").exists():
        shutil.copytree(OWN_KPIS, folder / "kpis")


def refresh(folder: Path) -> None:
    Workspace(folder).refresh(as_of=ENDS)


def is_refreshed(folder: Path) -> bool:
    """Whether the current snapshot holds every stored fact as it is defined now."""
    workspace = Workspace(folder)
    current = workspace.store.current()
    if current is None:
        return False
    catalog, built = workspace.catalog, current.info.get("facts", {})
    return all(catalog.digest(name) == digest for name, digest in built.items() if name in catalog.facts)


def keep_figures(folder: Path) -> None:
    """Figures stand ready of the current snapshot, as every refresh keeps them from then on."""
    workspace, settings = Workspace(folder), folder / "accountlens.yaml"
    current, told = workspace.store.current(), settings.read_text(encoding="utf-8")
    if current is None or not (workspace.store.figures / current.id).is_dir():
        settings.write_text(told if FIGURES in told else told + FIGURES, encoding="utf-8")
        refresh(folder)
