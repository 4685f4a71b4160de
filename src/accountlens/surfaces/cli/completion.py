"""Names the shell can complete, found without reading any definition."""

from __future__ import annotations

from pathlib import Path

BUILT_IN = Path(__file__).parents[2] / "catalog" / "kpis"


def kpis(incomplete: str) -> list[str]:
    """Built-in KPIs, and those of the workspace one stands in."""
    files = [*BUILT_IN.rglob("*.yaml"), *Path("kpis").rglob("*.yaml")]
    return sorted({file.stem for file in files if file.stem.startswith(incomplete)})
